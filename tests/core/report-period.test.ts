import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hourNamed } from "../../functions/core/hour.ts";
import {
  lastPeriod,
  periodAfter,
  periodBefore,
  periodLabel,
  periodNamed,
  REPORT_KINDS,
  type ReportKind,
  reportId,
  reportNamed,
} from "../../functions/core/report-period.ts";

const BERLIN = "Europe/Berlin";
const hour = (name: string): number => hourNamed(name) ?? Number.NaN;

describe("a period that is reported on", () => {
  it.each<[ReportKind, string, string, string, string]>([
    ["daily", "2024-03-01", "2024-02-29T23", "2024-03-01T23", "Friday, 1 March 2024"],
    // Clocks were put forward: 23 hours.
    ["daily", "2024-03-31", "2024-03-30T23", "2024-03-31T22", "Sunday, 31 March 2024"],
    ["weekly", "2024-W09", "2024-02-25T23", "2024-03-03T23", "Week 9 of 2024 (26 February to 3 March)"],
    // ISO 8601: the week of its Thursday, so this one begins in the year before.
    ["weekly", "2026-W01", "2025-12-28T23", "2026-01-04T23", "Week 1 of 2026 (29 December to 4 January)"],
    ["weekly", "2026-W53", "2026-12-27T23", "2027-01-03T23", "Week 53 of 2026 (28 December to 3 January)"],
    ["monthly", "2024-02", "2024-01-31T23", "2024-02-29T23", "February 2024"],
  ])("%s %s is from %s to %s, and is called %s", (kind, name, from, to, label) => {
    const period = periodNamed(kind, BERLIN, name);
    expect(period).toEqual({ kind, name, from: hour(from), to: hour(to) });
    expect(period && periodLabel(period, BERLIN)).toBe(label);
  });

  it.each<[ReportKind, string]>([
    ["daily", "2023-02-29"],
    ["daily", "2024-3-1"],
    ["daily", "2024-03"],
    ["weekly", "2024-W53"],
    ["weekly", "2024-W00"],
    ["weekly", "2024-09"],
    ["monthly", "2024-13"],
    ["monthly", "2024-03-01"],
    ["monthly", "0001-01"],
    ["monthly", ""],
  ])("there is none called %s %s", (kind, name) => {
    expect(periodNamed(kind, BERLIN, name)).toBeUndefined();
  });

  it.each<[string, ReportKind, string, string]>([
    ["the last hour of it is not over", "daily", "2026-11-20T22:59:59Z", "2026-11-19"],
    ["it is just over", "daily", "2026-11-20T23:00:00Z", "2026-11-20"],
    ["a week runs", "weekly", "2026-11-21T12:00:00Z", "2026-W46"],
    ["a month is just over", "monthly", "2026-10-31T23:00:00Z", "2026-10"],
  ])("is not the running one: when %s, the last %s at %s is %s", (_, kind, now, name) => {
    expect(lastPeriod(kind, BERLIN, Date.parse(now)).name).toBe(name);
  });

  it("follows the one before without a gap, in every zone, and is found by its name", () => {
    const zones = [
      "UTC",
      BERLIN,
      "Asia/Kolkata",
      "America/St_Johns",
      "Pacific/Apia",
      "Africa/Casablanca",
      "Pacific/Chatham",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...REPORT_KINDS),
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) }),
        (kind, zone, now) => {
          const period = lastPeriod(kind, zone, now);
          expect(periodNamed(kind, zone, period.name)).toEqual(period);
          const next = periodAfter(period, zone);
          expect(next.from).toBe(period.to);
          expect(periodBefore(next, zone)).toEqual(period);
          expect(reportNamed(reportId(period))).toEqual({ kind, name: period.name });
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(["monthly-2024-W09", "yearly-2024", "daily-2024-03", "monthly-2024-03x", "", "../daily-2024-03-01"])(
    "is not read from the id «%s»",
    (id) => {
      expect(reportNamed(id)).toBeUndefined();
    },
  );
});
