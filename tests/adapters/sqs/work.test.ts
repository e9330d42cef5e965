import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqsWork } from "../../../functions/adapters/sqs/work.ts";
import { type Share, shareIn } from "../../../functions/core/share.ts";
import type { Work } from "../../../functions/ports/work.ts";
import { type Refusal, type SqsServer, startSqsServer } from "../../support/servers/sqs-server.ts";

const shares = (count: number): Share[] =>
  Array.from({ length: count }, (_, at) => ({ workspaces: [`w-${at}`], now: 1_000, attempt: 1 }));
const BUSY: Refusal = { Code: "InternalError", Message: "try again", SenderFault: false };

describe("work in SQS", () => {
  let server: SqsServer;
  let client: SQSClient;
  let work: Work;
  let pauses: number[];
  beforeEach(async () => {
    server = await startSqsServer();
    client = new SQSClient({
      endpoint: server.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "tidemark", secretAccessKey: "tidemark" },
    });
    pauses = [];
    work = sqsWork({
      client,
      url: server.queueUrl,
      pause: async (attempt) => {
        pauses.push(attempt);
      },
    });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });
  const sent = (): Share[] => server.messages.map(({ body }) => shareIn(body));

  it("is sent a message a share, ten to a request", async () => {
    await work.send(shares(23));

    expect(sent()).toEqual(shares(23));
    expect(server.requests.map(({ ids }) => ids.length)).toEqual([10, 10, 3]);
  });

  it("comes when its delay is over", async () => {
    await work.send(shares(1), 60);
    await work.send(shares(1));

    expect(server.messages.map(({ delaySeconds }) => delaySeconds)).toEqual([60, 0]);
  });

  it("asks nothing of the queue when there is none", async () => {
    await work.send([]);

    expect(server.requests).toEqual([]);
  });

  it("is sent again, after a pause, where the queue took the others", async () => {
    let refusals = 2;
    server.refuse = ({ body }) => (body.includes("w-1") && refusals-- > 0 ? BUSY : undefined);
    await work.send(shares(3));

    expect(sent().map(({ workspaces }) => workspaces[0])).toEqual(["w-0", "w-2", "w-1"]);
    expect(server.requests.map(({ ids }) => ids)).toEqual([["0", "1", "2"], ["1"], ["1"]]);
    expect(pauses).toEqual([1, 2]);
  });

  it("fails when the queue keeps turning a message down", async () => {
    server.refuse = () => BUSY;

    await expect(work.send(shares(1))).rejects.toThrow("the queue does not take a message: InternalError try again");
    expect(server.requests).toHaveLength(5);
  });

  it("fails at once when the message is at fault", async () => {
    server.refuse = () => ({ Code: "InvalidMessageContents", Message: "", SenderFault: true });

    await expect(work.send(shares(1))).rejects.toThrow("the queue does not take a message: InvalidMessageContents");
    expect(pauses).toEqual([]);
  });
});
