import { bucketAt } from "./calendar.ts";
import { type Hour, startOf } from "./hour.ts";
import { isoOf } from "./instant.ts";
import type { Value } from "./roll-up.ts";
import { type Day, dayOf, startOfDay } from "./series.ts";
import { type Document, valueIn } from "./document.ts";
import { STATISTICS } from "./statistic.ts";
import { columnOf, type TableName, type TableRow } from "./table.ts";

const statisticsFrom = (valueOf: (name: string) => Value): TableRow =>
  Object.fromEntries(STATISTICS.map(({ name }) => [columnOf(name), valueOf(name)]));

/** The row of an hour that was published. */
export const publishedRow = (hour: Hour, document: Document): TableRow => {
  const { status, reasons, coverage } = document.ledger;
  return {
    start_time: isoOf(startOf(hour)),
    status,
    reasons,
    heard_minutes: coverage.heardMinutes,
    coverage: coverage.heardMinutes / coverage.of,
    revision: document.revision,
    publication: document.publication?.number ?? null,
    ...statisticsFrom((name) => valueIn(document, name)),
  };
};

/** The row of an hour of which nothing was published: why, and nothing else. */
export const gapRow = (hour: Hour, status: string, reasons: readonly string[]): TableRow => ({
  start_time: isoOf(startOf(hour)),
  status,
  reasons,
  heard_minutes: null,
  coverage: null,
  revision: null,
  publication: null,
  ...statisticsFrom(() => null),
});

/** The row of a day, week or month, from its line in the history. */
export const periodRow = (history: Readonly<Record<string, Value>>): TableRow => ({
  start_time: history["start"] ?? null,
  status: history["status"] ?? null,
  coverage: history["coverage"] ?? null,
  ...statisticsFrom((name) => history[name] ?? null),
});

/** The interval of a history that a table's rows come from. */
export const INTERVAL_OF = { days: "day", weeks: "week", months: "month" } as const satisfies Partial<
  Record<TableName, string>
>;

/** The whole UTC day, ISO week or month that a day lies in: its first day, and the first one after it. */
export const periodOf = (table: keyof typeof INTERVAL_OF, day: Day): { readonly start: Day; readonly next: Day } => {
  const { from, to } = bucketAt(INTERVAL_OF[table], "UTC", startOfDay(day));
  return { start: dayOf(from), next: dayOf(to) };
};
