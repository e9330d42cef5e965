import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoClient } from "../../functions/adapters/dynamodb/table.ts";
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
const WINDOW_MS = 34 * DAY_MS;

const send = async (api: Api, id: string, body: string): Promise<void> => {
  const { accepted } = await ask<{ accepted: number }>(api, "POST", "/v1/events", {
    headers: { "content-type": "application/cloudevents-batch+json", "idempotency-key": id },
    body,
  });
  if (accepted !== EVENTS) throw new Error(`batch ${id}: ${accepted} of ${EVENTS} events were accepted`);
};

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
    const addOne = async (event: number): Promise<void> => {
      await client.send(
        new UpdateItemCommand({
          TableName: field.table,
          Key: { pk: { S: "BENCH#counter" }, sk: { S: `hour-${event % 24}` } },
          UpdateExpression: "ADD messages :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        }),
      );
    };
    const { ours, theirs } = await duel(
      {
        ours: (round) =>
          inFlight(
            IN_FLIGHT,
            bodies.map((body, at) => () => send(api, `${round}-${at}`, body)),
          ),
        theirs: () =>
          inFlight(
            IN_FLIGHT,
            Array.from({ length: UPDATES }, (_, at) => () => addOne(at)),
          ),
      },
      ROUNDS,
    );
    client.destroy();
    const accepted = ours.map((time) => ((bodies.length * EVENTS) / time) * 1_000);
    const added = theirs.map((time) => (UPDATES / time) * 1_000);
    return [
      figure(
        "accepting over one write per event",
        "×",
        spreadOf(accepted.map((rate, at) => rate / (added[at] ?? NaN))),
        {
          atLeast: 60,
        },
      ),
      figure("events accepted through the front door", "events/s", spreadOf(accepted)),
      figure("events counted by UpdateItem ADD", "events/s", spreadOf(added)),
    ];
  });
};

export const ACCEPT: Part = {
  name: "accept",
  title: "Accepting events",
  how:
    `Batches of ${EVENTS} real messages as plain JSON over HTTP into the local gateway, through the service and its ` +
    "checks, each acknowledged after its transaction in the engine on a file. Against it: one UpdateItem ADD per event " +
    `from the same process to the same engine, without any HTTP of ours. ${IN_FLIGHT} requests in flight on both sides, ` +
    `${ROUNDS.rounds} rounds by turns (${BATCHES} batches, ${UPDATES} updates) after ${ROUNDS.warmUp} to warm up; the ` +
    "ratio of the rates is taken within each round. Client, gateway and service share one process.",
  run,
};
