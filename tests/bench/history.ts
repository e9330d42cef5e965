import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { diskBlobs } from "../../functions/adapters/disk/archive.ts";
import { dynamoHours } from "../../functions/adapters/dynamodb/hours.ts";
import { dynamoSeries } from "../../functions/adapters/dynamodb/series.ts";
import { dynamoSnapshots } from "../../functions/adapters/dynamodb/snapshots.ts";
import { dynamoClient, Table } from "../../functions/adapters/dynamodb/table.ts";
import { dynamoUnions } from "../../functions/adapters/dynamodb/unions.ts";
import { hourNamed } from "../../functions/core/hour.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { eventsOf } from "../../local/import/lean-zulip.ts";
import { finish, openOrResume } from "../../local/import/imports.ts";
import { sendBatches } from "../../local/import/send-batches.ts";
import { rowsOfYear } from "../support/year.ts";
import { type Field, onField } from "./field.ts";
import { type Figure, figure, type Part } from "./figure.ts";
import { duel, medianOf, spreadOf } from "./measure.ts";

const HOURS = 8_784;
const FROM = hourNamed("2024-01-01T00") ?? Number.NaN;
const STATISTICS = [
  "messages.sent",
  "messages.total",
  "users.seen",
  "users.total",
  "rooms.used",
  "rooms.total",
  "connections.peak",
  "last.message",
];
const ROUNDS = { warmUp: 2, rounds: 12 };

type HistoryParts = Parameters<typeof readHistory>[0];

interface Consumed {
  readonly CapacityUnits?: number;
}

/** Asks the engine with every read what it consumed, and adds it up. */
const meter = (client: DynamoDBClient): { units: number } => {
  const sum = { units: 0 };
  client.middlewareStack.add(
    (next) => async (call) => {
      Object.assign(call.input, { ReturnConsumedCapacity: "TOTAL" });
      const result = await next(call);
      const { ConsumedCapacity: consumed } = result.output as { ConsumedCapacity?: Consumed };
      if (consumed === undefined) throw new Error("the engine does not say what a read consumed");
      sum.units += consumed.CapacityUnits ?? 0;
      return result;
    },
    { step: "initialize" },
  );
  return sum;
};

const unitsOf = async (field: Field): Promise<number> => {
  const client = dynamoClient(field.endpoint);
  const sum = meter(client);
  const table = new Table({ client, name: field.table, pause: field.parts.pauseByChance });
  const blobs = diskBlobs(field.folder);
  const parts = {
    hours: dynamoHours({ table, blobs, expires: true }),
    snapshots: dynamoSnapshots(table, blobs),
    series: dynamoSeries(table),
    unions: dynamoUnions(table, blobs),
  };
  await readHistory(parts)("year", { statistics: STATISTICS, from: FROM, to: FROM + HOURS });
  client.destroy();
  return sum.units;
};

const run = async (): Promise<readonly Figure[]> =>
  onField(Date.parse("2025-01-02T00:00:00.000Z"), async (field) => {
    const { key } = await field.workspace("year", Date.parse("2025-01-01T00:00:00.000Z"));
    const api = (await field.door())(key);
    const importId = await openOrResume(api);
    if (importId === undefined) throw new Error("the workspace has a past already");
    await sendBatches(api, eventsOf(rowsOfYear(HOURS)), { name: "year", importId });
    await finish(api, importId, "2024-12-31T23");
    const bare = { ...field.parts, series: { ...field.parts.series, between: async () => new Map() } };
    const asked = { statistics: STATISTICS, from: FROM, to: FROM + HOURS };
    const read = async (parts: HistoryParts): Promise<void> => {
      const { rows } = await readHistory(parts)("year", asked);
      if (rows.length !== HOURS || rows[0]?.status !== "imported") throw new Error("the history is not the year's");
    };
    const { ours, theirs } = await duel({ ours: () => read(field.parts), theirs: () => read(bare) }, ROUNDS);
    const ratios = ours.map((own, at) => (theirs[at] ?? Number.NaN) / own);
    const units = await unitsOf(field);
    return [
      {
        ...figure("reading 8,784 snapshots over reading their series", "×", spreadOf(ratios), { atLeast: 20 }),
        value: medianOf(theirs) / medianOf(ours),
      },
      figure("a year of hours, 8 statistics", "ms", spreadOf(ours)),
      figure("the same from snapshots", "ms", spreadOf(theirs)),
      figure("a year of hours", "read units", spreadOf([units]), { atMost: 250 }),
    ];
  });

export const HISTORY: Part = {
  name: "history",
  title: "Reading a year",
  how:
    "The real year 2024, imported over HTTP and closed, 8,784 hours; eight statistics of all of them, read by the task " +
    "behind `GET /v1/history`: as it does, and by turns with nothing packed, so that every snapshot has to be read. " +
    `${ROUNDS.rounds} rounds after ${ROUNDS.warmUp} to warm up. Read units are the engine's own word.`,
  run,
};
