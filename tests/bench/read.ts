import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { KEYS } from "../../functions/contract.ts";
import { HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { httpApiEvent } from "../support/lambda-events.ts";
import { onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { duel, medianOf, spreadOf } from "./measure.ts";
import { realMessages } from "./real-messages.ts";

const ROUNDS = { warmUp: 500, rounds: 4_000 };
/** Rounds whose p50s make one ratio of the spread. */
const BLOCK = 500;
const MESSAGES = 500;

const run = async (): Promise<readonly Figure[]> => {
  const messages = (await realMessages()).slice(0, MESSAGES);
  const start = Math.floor(Date.parse(messages[0]?.time ?? "") / HOUR_MS) * HOUR_MS;
  const end = Date.parse(messages.at(-1)?.time ?? "");
  return onField(start, async (field) => {
    const { workspace, key } = await field.workspace("read", start);
    field.clock.now = end;
    const batch = { workspace: workspace.id, id: "read", bodyHash: "read", mayAdjust: false, import: undefined };
    await ingestEvents(field.parts)({ ...batch, events: messages });
    field.clock.now = Math.ceil(end / HOUR_MS) * HOUR_MS + 3 * MINUTE_MS;
    for (let remaining = 1; remaining > 0;) ({ remaining } = await closeDueHours(field.parts)(workspace.id));

    const handler = serveV1(field.parts, (line) => process.stderr.write(`${JSON.stringify(line)}\n`));
    const event = httpApiEvent("GET", "/v1/statistics", { headers: { authorization: `Bearer ${key}` } });
    const read = async (): Promise<void> => {
      const { statusCode, body } = (await handler(event, {} as Context)) as { statusCode: number; body: string };
      if (statusCode !== 200 || !body.includes('"kind":"snapshot"'))
        throw new Error(`a read was answered ${statusCode}`);
    };
    const client = dynamoClient(field.endpoint);
    const { pk, sk } = KEYS.latest(workspace.id);
    const bare = async (): Promise<void> => {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: field.table, Key: { pk: { S: pk }, sk: { S: sk } } }),
      );
      if (Item === undefined) throw new Error("there is no latest document");
    };
    const { ours, theirs } = await duel({ ours: read, theirs: bare }, ROUNDS);
    client.destroy();
    const blocks = Array.from({ length: ROUNDS.rounds / BLOCK }, (_, at) => {
      const [from, to] = [at * BLOCK, (at + 1) * BLOCK];
      return medianOf(ours.slice(from, to)) / medianOf(theirs.slice(from, to));
    });
    return [
      {
        ...figure("p50 of a read over that of a bare GetItem", "×", spreadOf(blocks), { atMost: 1.25 }),
        value: medianOf(ours) / medianOf(theirs),
      },
      figure("a read through the handler", "ms", spreadOf(ours)),
      figure("a bare GetItem", "ms", spreadOf(theirs)),
    ];
  });
};

/** `GET /v1/statistics` against the least it could cost. */
export const READ: Part = {
  name: "read",
  title: "Reading the latest",
  how:
    "`GET /v1/statistics` as API Gateway hands it to the function: headers, credential (remembered, as in a warm " +
    "function), one GetItem, the answer with its entity tag, all checks and headers. Against it: that GetItem alone, " +
    `from the same kind of client. ${ROUNDS.rounds.toLocaleString("en")} rounds by turns after ${ROUNDS.warmUp} to warm ` +
    "up, one request at a time. The figure is the ratio of the p50s over all rounds; its spread is that of blocks of " +
    `${BLOCK} rounds.`,
  run,
};
