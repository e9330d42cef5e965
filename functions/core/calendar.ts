import { DAY_MS, endOf, type Hour, HOUR_MS, hourOf, startOf } from "./hour.ts";
import { dateIn, isoOf } from "./instant.ts";

/** Lengths that a history is told in. */
export const INTERVALS = ["hour", "day", "week", "month"] as const;
/** How long a row of a history is. */
export type Interval = (typeof INTERVALS)[number];

/** Some hours of a history, `[from, to)`, that are told as one. */
export interface Bucket {
  /** Where the day, week or month begins in its time zone, or the hour; milliseconds since 1970 UTC. */
  readonly start: number;
  readonly from: Hour;
  readonly to: Hour;
}

/** Whether a name is one of the IANA time zone database that this machine knows. */
export const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
};

/** Zones reach from 12 hours behind UTC to 14 ahead of it; a day's length and some to spare. */
const FARTHEST_MS = 16 * HOUR_MS;

/**
 * The first instant of a date in a time zone. Dates only grow with time, so it is searched for: midnight itself may not
 * exist where clocks are put forward then.
 */
const startOfDate = (timeZone: string, date: string): number => {
  const midnight = Date.parse(`${date}T00:00:00.000Z`);
  if (timeZone === "UTC") return midnight;
  let before = (midnight - FARTHEST_MS) / 1_000;
  let after = (midnight + FARTHEST_MS) / 1_000;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dateIn(timeZone, middle * 1_000) < date) before = middle;
    else after = middle;
  }
  return after * 1_000;
};

/** Days since 1970 of a date, whatever the zone, and back. */
const dayOf = (date: string): number => Date.parse(`${date}T00:00:00.000Z`) / DAY_MS;
const dateOf = (day: number): string => isoOf(day * DAY_MS).slice(0, 10);

/** 1 January 1970 was a Thursday; ISO 8601 weeks begin on Mondays. */
const mondayOf = (day: number): number => day - ((day + 3) % 7);

/** The dates `[first, next)` of the day, week or month that holds a date. */
const spanOf = (interval: "day" | "week" | "month", date: string): readonly [first: string, next: string] => {
  const day = dayOf(date);
  if (interval === "day") return [date, dateOf(day + 1)];
  if (interval === "week") return [dateOf(mondayOf(day)), dateOf(mondayOf(day) + 7)];
  const [year = 0, month = 1] = date.split("-").map(Number);
  return [`${date.slice(0, 7)}-01`, isoOf(Date.UTC(year, month, 1)).slice(0, 10)];
};

/** The first hour that starts at an instant or after it. */
const hourFrom = (instant: number): Hour => Math.ceil(instant / HOUR_MS);

/** The first hour of a date such as `2026-03-29` in a time zone; the date has to be a real one. */
export const hourOfDate = (timeZone: string, date: string): Hour => hourFrom(startOfDate(timeZone, date));

/**
 * Cuts hours `[from, to)` into days, ISO weeks or months of a time zone. Hours are of UTC and never cut: one belongs to
 * the day in which it starts. What the range cuts off is left out of the first and the last bucket.
 */
export const bucketsOf = (interval: Interval, timeZone: string, from: Hour, to: Hour): Bucket[] => {
  if (interval === "hour")
    return Array.from({ length: Math.max(to - from, 0) }, (_, at) => ({
      start: startOf(from + at),
      from: from + at,
      to: from + at + 1,
    }));
  const buckets: Bucket[] = [];
  for (let hour = from; hour < to;) {
    const [first, next] = spanOf(interval, dateIn(timeZone, startOf(hour)));
    const end = Math.min(hourFrom(startOfDate(timeZone, next)), to);
    buckets.push({ start: startOfDate(timeZone, first), from: hour, to: end });
    hour = end;
  }
  return buckets;
};

/** The bucket that holds an instant, whole. */
export const bucketAt = (interval: Interval, timeZone: string, instant: number): Bucket => {
  const hour = hourOf(instant);
  if (interval === "hour") return { start: startOf(hour), from: hour, to: hour + 1 };
  const [first, next] = spanOf(interval, dateIn(timeZone, startOf(hour)));
  const start = startOfDate(timeZone, first);
  return { start, from: hourFrom(start), to: hourFrom(startOfDate(timeZone, next)) };
};

/** Whether every hour of a bucket is over at an instant. */
export const isOver = ({ to }: Pick<Bucket, "to">, now: number): boolean => endOf(to - 1) <= now;
