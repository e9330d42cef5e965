import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { type Api, ask } from "../../../local/import/api.ts";
import { finish, openOrResume } from "../../../local/import/imports.ts";
import { eventsOf, type Row, rowsOf } from "../../../local/import/lean-zulip.ts";
import { sendBatches } from "../../../local/import/send-batches.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/lean-zulip/${name}`, import.meta.url));

/** An hour as it was counted independently; its running totals begin with the year. */
export interface CountedHour {
  readonly start: string;
  readonly sent: number;
  readonly seen: number;
  readonly used: number;
  readonly messages: number;
  readonly users: number;
  readonly rooms: number;
}

/** The independent count of 2024's first hours. */
export const countedHours = async (hours: number): Promise<CountedHour[]> => {
  const counted: CountedHour[] = [];
  const lines = createInterface({ input: createReadStream(fixture("2024-hourly.csv.gz")).pipe(createGunzip()) });
  for await (const line of lines) {
    const [hour = "", sent, seen, used, , messages, users, rooms] = line.split(",");
    if (hour === "hour") continue;
    if (counted.length === hours) break;
    counted.push({
      start: hour.replace("Z", ".000Z"),
      sent: Number(sent),
      seen: Number(seen),
      used: Number(used),
      messages: Number(messages),
      users: Number(users),
      rooms: Number(rooms),
    });
  }
  return counted;
};

async function* rowsBefore(end: number): AsyncGenerator<Row> {
  for await (const row of rowsOf(fixture("2024.tsv.gz"))) {
    if (row.time * 1_000 >= end) return;
    yield row;
  }
}

/** Rows of the year's first hours. */
export const rowsOfYear = (hours: number): AsyncGenerator<Row> => rowsBefore(START_OF_YEAR + hours * 3_600_000);

/** What an import came to, and how fast. */
export interface Imported {
  readonly events: number;
  readonly hours: number;
  readonly eventsPerSecond: number;
  readonly hoursPerSecond: number;
}

const START_OF_YEAR = Date.parse("2024-01-01T00:00:00.000Z");

/** Imports the year's first hours over HTTP, and closes them all. */
export const importYear = async (api: Api, hours: number): Promise<Imported> => {
  const end = START_OF_YEAR + hours * 3_600_000;
  const id = await openOrResume(api);
  if (id === undefined) throw new Error("the workspace has closed hours");
  const sending = performance.now();
  const { accepted, refusedCount } = await sendBatches(api, eventsOf(rowsBefore(end)), { name: "year", importId: id });
  if (refusedCount > 0) throw new Error(`${refusedCount} events were refused`);
  const closing = performance.now();
  const closed = await finish(api, id, new Date(end - 1).toISOString().slice(0, 13));
  const seconds = (from: number, to: number): number => (to - from) / 1_000;
  return {
    events: accepted,
    hours: closed,
    eventsPerSecond: Math.round(accepted / seconds(sending, closing)),
    hoursPerSecond: Math.round(closed / seconds(closing, performance.now())),
  };
};

const METRICS = "messages.sent,users.seen,rooms.used,messages.total,users.total,rooms.total";

/** The same hours as Tidemark has them. */
export const publishedHours = async (
  api: Api,
  hours: number,
): Promise<(CountedHour & { readonly status: string })[]> => {
  const to = new Date(START_OF_YEAR + hours * 3_600_000).toISOString();
  const { rows } = await ask<{ rows: Record<string, unknown>[] }>(
    api,
    "GET",
    `/v1/history?metrics=${METRICS}&from=2024-01-01T00:00:00.000Z&to=${to}`,
  );
  return rows.map((row) => ({
    start: String(row["start"]),
    status: String(row["status"]),
    sent: Number(row["messages.sent"]),
    seen: Number(row["users.seen"]),
    used: Number(row["rooms.used"]),
    messages: Number(row["messages.total"]),
    users: Number(row["users.total"]),
    rooms: Number(row["rooms.total"]),
  }));
};
