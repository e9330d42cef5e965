import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketAt, bucketsOf, INTERVALS, isTimeZone } from "../../functions/core/calendar.ts";
import { hourNamed, hourOf, startOf } from "../../functions/core/hour.ts";
import { dateIn, isoOf } from "../../functions/core/instant.ts";

const hour = (name: string): number => hourNamed(name) ?? Number.NaN;
const told = (interval: "day" | "week" | "month", zone: string, from: string, to: string) =>
  bucketsOf(interval, zone, hour(from), hour(to)).map((bucket) => [isoOf(bucket.start), bucket.to - bucket.from]);

const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns"];
/** What the day, week or month of a date is called; weeks by their Monday. */
const NAMES = {
  day: (date: string): string => date,
  week: (date: string): string => {
    const day = new Date(`${date}T00:00:00.000Z`);
    return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * 86_400_000).toISOString();
  },
  month: (date: string): string => date.slice(0, 7),
} as const;
const zone = fc.constantFrom(...ZONES);
const somewhen = fc.integer({ min: hour("2009-01-01T00"), max: hour("2031-01-01T00") });

describe("the calendar", () => {
  it("gives a day of 23 hours when clocks go forward, and one of 25 when they go back", () => {
    expect(told("day", "Europe/Berlin", "2026-03-27T23", "2026-03-30T22")).toEqual([
      ["2026-03-27T23:00:00.000Z", 24],
      ["2026-03-28T23:00:00.000Z", 23],
      ["2026-03-29T22:00:00.000Z", 24],
    ]);
    expect(told("day", "Europe/Berlin", "2026-10-24T22", "2026-10-25T23")).toEqual([["2026-10-24T22:00:00.000Z", 25]]);
  });

  it("begins a day at one o'clock where midnight does not exist", () => {
    expect(told("day", "America/Havana", "2026-03-08T05", "2026-03-09T04")).toEqual([["2026-03-08T05:00:00.000Z", 23]]);
  });

  it("gives an hour that straddles midnight to the day in which it starts", () => {
    expect(told("day", "Asia/Kolkata", "2026-03-01T19", "2026-03-02T19")).toEqual([["2026-03-01T18:30:00.000Z", 24]]);
  });

  it("begins weeks on Mondays and months on the first, across years", () => {
    expect(told("week", "UTC", "2025-12-29T00", "2026-01-12T00")).toEqual([
      ["2025-12-29T00:00:00.000Z", 168],
      ["2026-01-05T00:00:00.000Z", 168],
    ]);
    expect(told("month", "Europe/Berlin", "2025-12-31T23", "2026-02-28T23")).toEqual([
      ["2025-12-31T23:00:00.000Z", 744],
      ["2026-01-31T23:00:00.000Z", 672],
    ]);
  });

  it("leaves out a date that was never there: Samoa skipped 30 December 2011", () => {
    const days = bucketsOf("day", "Pacific/Apia", hour("2011-12-29T10"), hour("2011-12-31T10"));
    expect(days.map(({ start }) => dateIn("Pacific/Apia", start))).toEqual(["2011-12-29", "2011-12-31"]);
  });

  it("cuts the first and the last bucket off at the range", () => {
    expect(told("day", "UTC", "2026-03-02T22", "2026-03-04T01")).toEqual([
      ["2026-03-02T00:00:00.000Z", 2],
      ["2026-03-03T00:00:00.000Z", 24],
      ["2026-03-04T00:00:00.000Z", 1],
    ]);
  });

  it("gives every hour to exactly one bucket, that of its own date, in order", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("day" as const, "week" as const, "month" as const),
        zone,
        somewhen,
        fc.integer({ min: 0, max: 2_000 }),
        (interval, timeZone, from, length) => {
          const buckets = bucketsOf(interval, timeZone, from, from + length);
          expect(buckets.flatMap((one) => Array.from({ length: one.to - one.from }, (_, at) => one.from + at))).toEqual(
            Array.from({ length }, (_, at) => from + at),
          );
          for (const bucket of buckets) {
            const instants = [bucket.start, startOf(bucket.from), startOf(bucket.to - 1)];
            expect(new Set(instants.map((instant) => NAMES[interval](dateIn(timeZone, instant)))).size).toBe(1);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("finds the bucket that holds an instant, whole", () => {
    fc.assert(
      fc.property(fc.constantFrom(...INTERVALS), zone, somewhen, (interval, timeZone, at) => {
        const bucket = bucketAt(interval, timeZone, startOf(at));
        expect(bucket.from <= at && at < bucket.to).toBe(true);
        expect(bucketsOf(interval, timeZone, bucket.from, bucket.to)).toEqual([bucket]);
        expect(hourOf(bucket.start)).toBeGreaterThanOrEqual(bucket.from - 1);
      }),
      { numRuns: 200 },
    );
  });

  it("knows which time zones there are", () => {
    expect(["UTC", "Europe/Berlin", "Mars/Olympus", "", "+25:00"].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
