import { type DynamoDBClient, TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { DAY_MS } from "../../functions/core/hour.ts";
import { type Api, ask } from "../../local/import/api.ts";
import { onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { duel, inFlight, spreadOf } from "./measure.ts";
import { batchesOf, realMessages } from "./real-messages.ts";

const EVENTS = 500;
const BATCHES = 32;
const UPDATES = 500;
const IN_FLIGHT = 8;
const ROUNDS = { warmUp: 5, rounds: 21 };
const ROUNDS_OF_TRANSACTIONS = { warmUp: 2, rounds: 11 };
const WINDOW_MS = 34 * DAY_MS;

const send = async (api: Api, id: string, body: string): Promise<void> => {
  const { accepted } = await ask<{ accepted: number }>(api, "POST", "/v1/events", {
    headers: { "content-type": "application/cloudevents-batch+json", "idempotency-key": id },
    body,
  });
  if (accepted !== EVENTS) throw new Error(`batch ${id}: ${accepted} of ${EVENTS} events were accepted`);
};

/** The counter that an event moves: one an hour. */
const counterOf = (event: number): { pk: { S: string }; sk: { S: string } } => ({
  pk: { S: "BENCH#counter" },
  sk: { S: `hour-${event % 24}` },
});

/** Counts an event at once, and twice when it comes twice. */
const addOne = async (client: DynamoDBClient, table: string, event: number): Promise<void> => {
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: counterOf(event),
      UpdateExpression: "ADD messages :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    }),
  );
};

/** Counts an event at once, and only once: with its id, in one transaction. */
const addNew = async (client: DynamoDBClient, table: string, event: number, id: string): Promise<void> => {
  await client.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Put: {
            TableName: table,
            Item: { pk: { S: `BENCH#event-${id}` }, sk: { S: "event" } },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        {
          Update: {
            TableName: table,
            Key: counterOf(event),
            UpdateExpression: "ADD messages :one",
            ExpressionAttributeValues: { ":one": { N: "1" } },
          },
        },
      ],
    }),
  );
};

const ratesOf = (times: readonly number[], events: number): readonly number[] =>
  times.map((time) => (events / time) * 1_000);
const overEach = (ours: readonly number[], theirs: readonly number[]): readonly number[] =>
  ours.map((rate, at) => rate / (theirs[at] ?? Number.NaN));

const run = async (): Promise<readonly Figure[]> => {
  const all = await realMessages();
  const start = Date.parse(all[0]?.time ?? "");
  const messages = all.filter(({ time }) => Date.parse(time) < start + WINDOW_MS);
  const bodies = batchesOf(messages, EVENTS)
    .slice(0, BATCHES)
    .map((batch) => JSON.stringify(batch));
  return onField(start + WINDOW_MS, async (field) => {
    const api = (await field.door())((await field.workspace("accept", start)).key);
    const client = dynamoClient(field.endpoint);
    let sent = 0;
    const batches = (): Promise<void> =>
      inFlight(
        IN_FLIGHT,
        bodies.map((body) => () => send(api, `batch-${sent++}`, body)),
      );
    const oneByOne = (add: (event: number) => Promise<void>) => (): Promise<void> =>
      inFlight(
        IN_FLIGHT,
        Array.from({ length: UPDATES }, (_, at) => () => add(at)),
      );
    const added = await duel({ ours: batches, theirs: oneByOne((at) => addOne(client, field.table, at)) }, ROUNDS);
    let counted = 0;
    const once = await duel(
      { ours: batches, theirs: oneByOne((at) => addNew(client, field.table, at, String(counted++))) },
      ROUNDS_OF_TRANSACTIONS,
    );
    client.destroy();
    const [accepted, adds] = [ratesOf(added.ours, bodies.length * EVENTS), ratesOf(added.theirs, UPDATES)];
    const [again, transactions] = [ratesOf(once.ours, bodies.length * EVENTS), ratesOf(once.theirs, UPDATES)];
    return [
      figure("accepting over one write per event", "×", spreadOf(overEach(accepted, adds)), { atLeast: 60 }),
      figure("accepting over one transaction per event", "×", spreadOf(overEach(again, transactions))),
      figure("events accepted through the front door", "events/s", spreadOf(accepted)),
      figure("events counted by UpdateItem ADD", "events/s", spreadOf(adds)),
      figure("events counted once by a transaction each", "events/s", spreadOf(transactions)),
    ];
  });
};

/** How fast batches are taken. */
export const ACCEPT: Part = {
  name: "accept",
  title: "Accepting events",
  how:
    `Batches of ${EVENTS} real messages as plain JSON over HTTP into the local gateway, through the service and its ` +
    "checks, each acknowledged after its transaction in the engine on a file. Against it: one UpdateItem ADD per event " +
    `from the same process to the same engine, without any HTTP of ours; and one transaction per event, which puts its id ` +
    `and adds one, and so counts it once as the batches do. ${IN_FLIGHT} requests in flight on both sides, ` +
    `${ROUNDS.rounds} rounds by turns (${BATCHES} batches, ${UPDATES} events) after ${ROUNDS.warmUp} to warm up, for transactions ` +
    `${ROUNDS_OF_TRANSACTIONS.rounds} after ${ROUNDS_OF_TRANSACTIONS.warmUp}; the ` +
    "ratio of the rates is taken within each round. Client, gateway and service share one process.",
  run,
};
