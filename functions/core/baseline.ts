import type { Hour } from "./hour.ts";
import type { HourlyRow } from "./roll-up.ts";
import type { Day } from "./series.ts";
import { type Anomaly, type Document, valueIn } from "./document.ts";
import { statisticNamed, type StatisticName, type Unit } from "./statistic.ts";

/** The same hour of so many weeks before is what an hour is held against. */
export const WEEKS = 8;
/** With fewer weeks of a statistic known, nothing is said of it. */
export const WEEKS_NEEDED = 4;
const HOURS_OF_A_WEEK = 168;

/**
 * Headline statistics that have a usual value for an hour of the week. Levels that grow have none, and how many bytes
 * were uploaded is decided by a single file.
 */
export const JUDGED: readonly StatisticName[] = [
  "users.seen",
  "users.joined",
  "messages.sent",
  "messages.removed",
  "rooms.used",
  "rooms.opened",
  "uploads.added",
  "connections.peak",
  "memory.freeLow",
];

/** How many scaled deviations from the median are still usual. */
const BOUND = 5;
/** Makes the median absolute deviation of normal values their standard deviation (Iglewicz and Hoaglin, 1993). */
const TO_DEVIATION = 1.4826;
/** Whatever was seen in eight hours, this share of the median is as good as nothing. */
const LEAST_SHARE = 0.05;
/** How many come at a time: people come one by one, and messages in conversations. What is not counted has none. */
const AT_A_TIME: Partial<Readonly<Record<Unit, number>>> = {
  users: 1,
  rooms: 1,
  connections: 1,
  uploads: 4,
  messages: 10,
};

/** What is usual for a statistic in an hour of the week: `low` to `high`, both included, around the median. */
export interface Band {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** One deviation; the band reaches five of them to each side. */
  readonly scale: number;
}

/** What is usual in an hour, by statistic; those of which too little is known are left out. */
export type Baseline = ReadonlyMap<StatisticName, Band>;

/** What is usual in each of the 24 hours of a UTC day. */
export interface UsualDay {
  readonly day: Day;
  /** The head's `rewritten` when it was made: it holds as long as that stays. */
  readonly rewritten: number;
  readonly hours: readonly (readonly (readonly [statistic: StatisticName, band: Band])[])[];
}

/** No hours to compare with. */
export const NO_BASELINE: Baseline = new Map();

/** The same hour of the eight weeks before, the latest first. */
export const weeksBefore = (hour: Hour): readonly Hour[] =>
  Array.from({ length: WEEKS }, (_, week) => hour - (week + 1) * HOURS_OF_A_WEEK);

/** Two decimals: more of them would only pretend to be exact. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

const medianOf = (sorted: readonly number[]): number => {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

const ascending = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);

/**
 * The band of a statistic from its values in the weeks before; null is not known. Half of the values may be as odd as
 * they like. Eight that are equal don't make the ninth an alarm: rare things come by chance, as a Poisson count does.
 * @returns undefined with fewer than four values.
 */
export const bandOf = (name: StatisticName, values: readonly (number | null)[]): Band | undefined => {
  const known = ascending(values.filter((value) => value !== null));
  if (known.length < WEEKS_NEEDED) return undefined;
  const median = medianOf(known);
  const spread = medianOf(ascending(known.map((value) => Math.abs(value - median))));
  const atATime = AT_A_TIME[statisticNamed(name)?.unit ?? "bytes"];
  const chance = atATime === undefined ? 1 : Math.sqrt(atATime * Math.max(median, 1));
  const scale = Math.max(TO_DEVIATION * spread, chance, LEAST_SHARE * median);
  return {
    median,
    low: rounded(Math.max(median - BOUND * scale, 0)),
    high: rounded(median + BOUND * scale),
    scale,
  };
};

/** Hours that were observed in full; of others the numbers are known to be too small, or not at all. */
const IN_FULL: readonly string[] = ["complete", "imported", "restated"];

/** What is usual in an hour, from what is known of it in the weeks before. */
export const baselineOf = (weeks: readonly (HourlyRow | undefined)[]): Baseline => {
  const rows = weeks.filter((row) => row !== undefined && row.published !== null && IN_FULL.includes(row.status));
  const bands = new Map<StatisticName, Band>();
  if (rows.length < WEEKS_NEEDED) return bands;
  for (const name of JUDGED) {
    const values = rows.map((row) => row?.published?.values[name] ?? null);
    const band = bandOf(
      name,
      values.map((value) => (typeof value === "number" ? value : null)),
    );
    if (band !== undefined) bands.set(name, band);
  }
  return bands;
};

const anomalyOf = (name: StatisticName, value: number, { median, low, high, scale }: Band): Anomaly | undefined =>
  value >= low && value <= high
    ? undefined
    : {
        statistic: name,
        value,
        median,
        low,
        high,
        deviation: rounded(Math.abs(value - median) / scale),
        direction: value > median ? "above" : "below",
      };

/**
 * Which numbers of an hour are far from what is usual.
 * @returns null when that can't be said: the hour was not observed in full, or too little is known of the weeks before.
 */
export const anomaliesIn = (document: Document, baseline: Baseline): readonly Anomaly[] | null => {
  if (!IN_FULL.includes(document.ledger.status)) return null;
  const judged = [...baseline].flatMap(([name, band]) => {
    const value = valueIn(document, name);
    return typeof value === "number" ? [anomalyOf(name, value, band)] : [];
  });
  return judged.length === 0 ? null : judged.filter((anomaly) => anomaly !== undefined);
};
