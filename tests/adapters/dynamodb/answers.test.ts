import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dynamoDirectory } from "../../../functions/adapters/dynamodb/directory.ts";
import { dynamoHours } from "../../../functions/adapters/dynamodb/hours.ts";
import { dynamoLog } from "../../../functions/adapters/dynamodb/log.ts";
import { attributes, Table } from "../../../functions/adapters/dynamodb/table.ts";
import { dynamoClient } from "../../../functions/adapters/dynamodb/client.ts";
import { emptyHour } from "../../../functions/core/delta.ts";
import { newHead } from "../../../functions/core/head.ts";
import type { Blobs } from "../../../functions/ports/blobs.ts";
import { type Engine, openEngine } from "../../support/engine.ts";
import { SAMPLE_HOUR, samplePart, sampleRecord, sampleUser } from "../../support/samples.ts";

const NO_BLOBS: Blobs = {
  put: () => Promise.reject(new Error("no body here is too large for an item")),
  get: () => Promise.reject(new Error("no body here is too large for an item")),
};
const pauseNever = async (): Promise<void> => undefined;

const cancelled = (...codes: string[]): TransactionCanceledException =>
  new TransactionCanceledException({
    message: "Transaction cancelled, please refer cancellation reasons for specific reasons",
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** These engines never answer so, or not when a test would like it. */
describe("answers that only AWS gives", () => {
  const client = new DynamoDBClient({ region: "us-east-1" });
  const dynamo = mockClient(client);
  let pauses: number[];
  let table: Table;
  beforeEach(() => {
    dynamo.reset();
    dynamo.on(QueryCommand).resolves({ Items: [] });
    dynamo.on(GetItemCommand).resolves({});
    pauses = [];
    table = new Table({
      client,
      name: "table",
      pause: async (attempt) => {
        pauses.push(attempt);
      },
    });
  });
  const log = (): ReturnType<typeof dynamoLog> => dynamoLog({ table, blobs: NO_BLOBS, expires: true });
  const transactions = (): number => dynamo.commandCalls(TransactWriteItemsCommand).length;

  it.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])(
    "tries again after %s, a little later each time",
    async (code) => {
      dynamo
        .on(TransactWriteItemsCommand)
        .rejectsOnce(cancelled("None", code))
        .rejectsOnce(cancelled(code, "None"))
        .rejectsOnce(cancelled(code, code))
        .resolves({});
      expect(await log().append(samplePart("a"))).toBe("appended");
      expect(transactions()).toBe(4);
      expect(pauses).toEqual([1, 2, 3]);
    },
  );

  it("gives up as «store.busy» when conflicts do not end", async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled("TransactionConflict", "None"));
    await expect(log().append(samplePart("a"))).rejects.toMatchObject({ name: "Failure", code: "store.busy" });
    expect(transactions()).toBe(12);
    const hours = dynamoHours({ table, blobs: NO_BLOBS, expires: true });
    const deltas = new Map([[SAMPLE_HOUR, emptyHour()]]);
    await expect(hours.advance("acme", newHead(SAMPLE_HOUR), deltas)).rejects.toMatchObject({ code: "store.busy" });
  });

  it("takes a failed condition for an answer, even beside a conflict", async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled("ConditionalCheckFailed", "TransactionConflict"));
    expect(await log().append(samplePart("a"))).toBe("moved");
    expect(transactions()).toBe(1);
  });

  it("gives up as «store.busy» when others take every place at the tail", async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled("None", "ConditionalCheckFailed"));
    await expect(log().append(samplePart("a"))).rejects.toMatchObject({ code: "store.busy" });
    expect(transactions()).toBe(200);
    expect(Math.max(...pauses)).toBe(8);
  });

  it("waits for a transaction that holds a delta which is to expire, or a head", async () => {
    const conflict = new TransactionConflictException({
      message: "Transaction is ongoing for the item",
      $metadata: {},
    });
    const hours = dynamoHours({ table, blobs: NO_BLOBS, expires: true });
    dynamo.on(UpdateItemCommand).rejectsOnce(conflict).resolves({});
    await hours.expire("acme", [SAMPLE_HOUR], 0);
    dynamo.on(PutItemCommand).rejectsOnce(conflict).resolves({});
    expect((await hours.advance("acme", newHead(SAMPLE_HOUR), new Map()))?.version).toBe(1);
    expect(pauses).toEqual([1, 1]);
    dynamo.on(UpdateItemCommand).rejects(conflict);
    await expect(hours.expire("acme", [SAMPLE_HOUR], 0)).rejects.toMatchObject({ code: "store.busy" });
  });

  it("does not hide a transaction that can never be", async () => {
    const impossible = cancelled("None", "ItemCollectionSizeLimitExceeded");
    dynamo.on(TransactWriteItemsCommand).rejects(impossible);
    await expect(log().append(samplePart("a"))).rejects.toBe(impossible);
    expect(transactions()).toBe(1);
  });

  it("lets the next writer of a lane through after one has failed", async () => {
    dynamo.on(TransactWriteItemsCommand).rejectsOnce(new Error("socket hang up")).resolves({});
    const one = log();
    const outcomes = await Promise.allSettled([one.append(samplePart("a")), one.append(samplePart("b"))]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });

  it("asks again for the keys that a read left undone, and for no others", async () => {
    const item = (id: string): ReturnType<typeof attributes> =>
      attributes({ entry: JSON.stringify(sampleUser(id)), version: 1 });
    const left = [attributes({ pk: "DIR#acme#user", sk: "u2" })];
    dynamo
      .on(BatchGetItemCommand)
      .resolvesOnce({ Responses: { table: [item("u1")] }, UnprocessedKeys: { table: { Keys: left } } })
      .resolvesOnce({ Responses: {}, UnprocessedKeys: { table: { Keys: left } } })
      .resolvesOnce({ Responses: { table: [item("u2")] }, UnprocessedKeys: {} });
    const keys = ["u1", "u2"].map((id) => ({ kind: "user" as const, id }));
    const found = await dynamoDirectory(table).read("acme", keys, 0);
    expect(found.map(({ entry }) => entry.id)).toEqual(["u1", "u2"]);
    const asked = dynamo.commandCalls(BatchGetItemCommand).map(({ args }) => args[0].input.RequestItems?.["table"]);
    expect(asked.map((request) => request?.Keys?.length)).toEqual([2, 1, 1]);
    expect(asked.map((request) => request?.ConsistentRead)).toEqual([true, true, true]);
    expect(pauses).toEqual([1, 2]);
  });

  it("gives up as «store.busy» when reads stay undone", async () => {
    dynamo.on(BatchGetItemCommand).callsFake(({ RequestItems }) => ({ Responses: {}, UnprocessedKeys: RequestItems }));
    const reading = dynamoDirectory(table).read("acme", [{ kind: "user", id: "u1" }], 0);
    await expect(reading).rejects.toMatchObject({ name: "Failure", code: "store.busy" });
    expect(dynamo.commandCalls(BatchGetItemCommand).length).toBeLessThan(20);
  });
});

describe("a table that throttles", () => {
  const answersOf = async (...codes: (string | undefined)[]): Promise<{ outcome: unknown; requests: number }> => {
    let requests = 0;
    const server = createServer((request, response) => {
      request.resume();
      const code = codes[Math.min(requests++, codes.length - 1)];
      response.writeHead(code === undefined ? 200 : 400, { "content-type": "application/x-amz-json-1.0" });
      response.end(
        code === undefined ? "{}" : JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: "" }),
      );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = dynamoClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const table = new Table({ client, name: "table", pause: pauseNever });
    const outcome = await table.get({ pk: "a", sk: "b" }).catch((failure: unknown) => failure);
    client.destroy();
    server.closeAllConnections();
    server.close();
    return { outcome, requests };
  };

  it("is asked again", async () => {
    expect(await answersOf("ThrottlingException", undefined)).toEqual({ outcome: undefined, requests: 2 });
  });

  it("is «store.busy» when it stays so", async () => {
    const codes = ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"];
    // At once, because the client takes its time between its tries.
    const answers = await Promise.all(codes.map((code) => answersOf(code)));
    for (const [at, { outcome, requests }] of answers.entries()) {
      expect(outcome).toMatchObject({ name: "Failure", code: "store.busy", cause: { name: codes[at] } });
      expect(requests).toBeGreaterThan(1);
    }
  });

  it("is not confused with one that says no", async () => {
    const { outcome, requests } = await answersOf("AccessDeniedException");
    expect(outcome).toMatchObject({ name: "AccessDeniedException" });
    expect(requests).toBe(1);
  });
});

/** A real engine; the way back from it is what fails. */
describe("answers that get lost", () => {
  let engine: Engine;
  let client: DynamoDBClient;
  beforeEach(async () => {
    engine = await openEngine();
    client = dynamoClient(engine.endpoint);
  });
  afterEach(async () => {
    client.destroy();
    await engine.close();
  });
  const logOver = (over: DynamoDBClient): ReturnType<typeof dynamoLog> =>
    dynamoLog({
      table: new Table({ client: over, name: engine.table, pause: pauseNever }),
      blobs: NO_BLOBS,
      expires: true,
    });
  const positionsIn = async (log: ReturnType<typeof dynamoLog>): Promise<number[]> =>
    (await log.segmentsAfter("acme", 0, 0)).segments.map(({ position }) => position);

  it("finds the batch counted when the answer to its append was lost", async () => {
    let toLose = 1;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName === "TransactWriteItemsCommand" && toLose-- > 0) throw new Error("socket hang up");
          return answer;
        },
      { step: "initialize" },
    );
    const log = logOver(client);
    await expect(log.append(samplePart("a"))).rejects.toThrow("socket hang up");
    expect(await log.append(samplePart("a"))).toBe("moved");
    expect(await log.readBatch("acme", "a", samplePart("a").now)).toEqual(sampleRecord("a"));
    expect(await positionsIn(log)).toEqual([1]);
  });

  it("goes on behind a segment whose answer was lost", async () => {
    const lost = new Set([2]);
    let transaction = 0;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName === "TransactWriteItemsCommand" && lost.has(++transaction)) throw new Error("socket hang up");
          return answer;
        },
      { step: "initialize" },
    );
    const log = logOver(client);
    expect(await log.append(samplePart("a"))).toBe("appended");
    await expect(log.append(samplePart("b"))).rejects.toThrow("socket hang up");
    expect(await log.append(samplePart("c"))).toBe("appended");
    expect(await positionsIn(log)).toEqual([1, 2, 3]);
  });

  it("appends once when the connection is cut before the answer, and the client itself tries again", async () => {
    let cuts = 0;
    const proxy = createServer((request, response) => {
      const forward = async (): Promise<void> => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const headers = { ...request.headers } as Record<string, string>;
        for (const name of ["host", "connection", "content-length", "transfer-encoding", "expect"])
          delete headers[name];
        const answer = await fetch(engine.endpoint, { method: "POST", headers, body: Buffer.concat(chunks) });
        const body = Buffer.from(await answer.arrayBuffer());
        const isAppend = String(request.headers["x-amz-target"]).endsWith("TransactWriteItems");
        if (isAppend && cuts++ === 0) {
          response.destroy();
          return;
        }
        response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(body);
      };
      forward().catch((failure: unknown) => response.destroy(failure as Error));
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const overProxy = dynamoClient(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    const log = logOver(overProxy);
    try {
      // An engine that knows client request tokens repeats its answer; another one finds the record.
      expect(["appended", "moved"]).toContain(await log.append(samplePart("a")));
      expect(cuts).toBe(2);
      expect(await positionsIn(log)).toEqual([1]);
      expect(await log.readBatch("acme", "a", samplePart("a").now)).toEqual(sampleRecord("a"));
    } finally {
      overProxy.destroy();
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});
