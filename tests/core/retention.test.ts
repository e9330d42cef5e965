import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Head, newHead } from "../../functions/core/head.ts";
import { DAY_MS, hourName, hourNamed, hourOf } from "../../functions/core/hour.ts";
import { goesBefore, LEAST_DAYS } from "../../functions/core/retention.ts";
import { dayOf } from "../../functions/core/series.ts";
import { hoursOfPeriod, KEPT_LENGTHS, periodAt } from "../../functions/core/union.ts";
import { sampleWorkspace } from "../support/samples.ts";

const hour = (name: string): number => hourNamed(name) ?? Number.NaN;
const NOW = Date.parse("2026-11-21T09:30:00.000Z");
const head = (changes: Partial<Head> = {}): Head => ({
  ...newHead(hour("2024-01-01T00")),
  closedThrough: hourOf(NOW) - 1,
  ...changes,
});
const asked = (afterDays: number, people: "keep" | "counts" = "counts") =>
  sampleWorkspace("acme", { retention: { people, afterDays } });
const named = (found: number | undefined): string | undefined => (found === undefined ? undefined : hourName(found));

describe("what goes of who was seen", () => {
  it.each([
    // 40 days before lie in the week of 12 October, in the month of October.
    [40, head(), "2026-10-01T00"],
    // The week that holds 2 October begins in September.
    [50, head(), "2026-09-28T00"],
    [40, head({ people: { from: hour("2026-09-01T00"), swept: hour("2026-09-01T00") } }), "2026-10-01T00"],
    [40, head({ people: { from: hour("2026-10-01T00"), swept: 0 } }), undefined],
    [40, head({ firstHour: hour("2026-10-01T00") }), undefined],
    [40, head({ dirty: [hour("2026-09-30T23")] }), undefined],
    // What is settled later would make the week of 28 September anew, of which half would be gone.
    [40, head({ dirty: [hour("2026-10-01T00")] }), undefined],
    [40, head({ failed: [hour("2026-10-02T00")] }), undefined],
    [40, head({ unpacked: [dayOf(hour("2026-10-03T00"))] }), undefined],
    [40, head({ closedThrough: hour("2026-10-04T22") }), undefined],
    [40, head({ failed: [hour("2026-10-13T00")] }), "2026-10-01T00"],
    [40, head({ failed: [hour("2026-09-01T00")] }), undefined],
    [40, head({ unpacked: [dayOf(hour("2026-09-30T00"))] }), undefined],
    [40, head({ closedThrough: hour("2026-09-30T22") }), undefined],
    [40, head({ import: { id: "i", through: null, lastHour: null, opening: {} } }), undefined],
  ])("after %i days", (days, from, expected) => {
    expect(named(goesBefore(asked(days), from, NOW))).toBe(expected);
  });

  it("is nothing where everything is kept", () => {
    expect(goesBefore(asked(40, "keep"), head(), NOW)).toBeUndefined();
  });

  it("is never an hour that may still be restated, nor a part of a union that holds one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: LEAST_DAYS, max: 500 }), (days, afterDays) => {
        const now = NOW + days * DAY_MS;
        const from = goesBefore(asked(afterDays), head({ closedThrough: hourOf(now) - 1 }), now);
        const restated = hourOf(now - 35 * DAY_MS);
        expect(from).toBeLessThanOrEqual(restated);
        for (const length of KEPT_LENGTHS) {
          const last = periodAt(length, dayOf((from ?? 0) - 1));
          expect(hoursOfPeriod(last).to).toBeLessThanOrEqual(restated);
        }
      }),
    );
  });
});
