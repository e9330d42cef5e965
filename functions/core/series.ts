import { DAY_MS, type Hour, HOUR_MS, startOf } from "./hour.ts";
import { isoOf } from "./instant.ts";
import type { HourlyRow, Value } from "./roll-up.ts";
import { type Anomaly, type Document, isReported, valueIn } from "./document.ts";
import { STATISTICS } from "./statistic.ts";

/** A UTC day by its number since 1970. */
export type Day = number;

const HOURS = DAY_MS / HOUR_MS;

/** The UTC day that an hour lies in. */
export const dayOf = (hour: Hour): Day => Math.floor(hour / HOURS);
/** The hours `[from, to)` of a UTC day. */
export const hoursOf = (day: Day): { readonly from: Hour; readonly to: Hour } => ({
  from: day * HOURS,
  to: (day + 1) * HOURS,
});
/** `2026-11-21`. */
export const dayName = (day: Day): string => isoOf(day * DAY_MS).slice(0, 10);

/** How an hour was observed. */
interface PackedHour {
  readonly status: Document["ledger"]["status"];
  readonly heardMinutes: number;
  readonly of: number;
  readonly isReported: boolean;
}

/** A UTC day's published hours, packed for reading: per statistic a slot an hour; null in both where nothing was published. */
export interface DaySeries {
  readonly hours: readonly (PackedHour | null)[];
  readonly values: Readonly<Record<string, readonly Value[]>>;
  /** What was unusual in each hour; a series of the time before there were baselines has none. */
  readonly anomalies?: readonly (readonly Anomaly[] | null)[];
}

/** Packs the documents of a day; `documentAt` has the latest revision of an hour. */
export const packDay = (day: Day, documentAt: (hour: Hour) => Document | undefined): DaySeries => {
  const { from } = hoursOf(day);
  const documents = Array.from({ length: HOURS }, (_, slot) => documentAt(from + slot));
  return {
    hours: documents.map((document) =>
      document === undefined
        ? null
        : { status: document.ledger.status, ...document.ledger.coverage, isReported: isReported(document) },
    ),
    values: Object.fromEntries(
      STATISTICS.map(({ name }) => [
        name,
        documents.map((document) => (document === undefined ? null : valueIn(document, name))),
      ]),
    ),
    anomalies: documents.map((document) => document?.anomalies ?? null),
  };
};

/** An hour of a packed day as a history has it; undefined when nothing was published. */
export const hourIn = (
  series: DaySeries,
  hour: Hour,
  statistics: readonly string[],
): Pick<HourlyRow, "status" | "published"> | undefined => {
  const slot = hour % HOURS;
  const packed = series.hours[slot];
  if (packed == null) return undefined;
  const { status, heardMinutes, of, isReported: isTold } = packed;
  const values: Record<string, Value> = {};
  // A statistic that is younger than the series was not known then.
  for (const name of statistics) values[name] = series.values[name]?.[slot] ?? null;
  const anomalies = series.anomalies?.[slot] ?? null;
  return { status, published: { heardMinutes, of, isReported: isTold, values, anomalies } };
};

/** Days that are over, every hour of them closed, passed over or missing. */
export const daysOver = (days: readonly Day[], closedThrough: Hour): readonly Day[] =>
  days.filter((day) => hoursOf(day).to <= closedThrough + 1);

/** Days that lie whole in the hours `[from, to)`. */
export const wholeDays = (from: Hour, to: Hour): readonly Day[] => {
  const first = Math.ceil(from / HOURS);
  return Array.from({ length: Math.max(Math.floor(to / HOURS) - first, 0) }, (_, at) => first + at);
};

/** Cuts hours into runs without gaps, `[from, to)` each; they come in order. */
export const runsOf = (hours: readonly Hour[]): readonly { readonly from: Hour; readonly to: Hour }[] => {
  const runs: { from: Hour; to: Hour }[] = [];
  for (const hour of hours) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === hour) last.to = hour + 1;
    else runs.push({ from: hour, to: hour + 1 });
  }
  return runs;
};

/** When a day starts, milliseconds since 1970 UTC. */
export const startOfDay = (day: Day): number => startOf(hoursOf(day).from);
