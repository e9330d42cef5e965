import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FirstsTally, turnoverOf } from "../../functions/core/firsts.ts";
import { hourNamed } from "../../functions/core/hour.ts";
import {
  coverOf,
  hoursOfPeriod,
  isSettled,
  longerPeriods,
  type Period,
  periodName,
} from "../../functions/core/union.ts";
import { dayOf } from "../../functions/core/series.ts";

const hour = (name: string): number => hourNamed(name) ?? Number.NaN;
const FROM = hour("2025-12-01T00");
const names = (periods: readonly Period[]): readonly string[] => periods.map(periodName);

describe("covering a range", () => {
  it("takes a month, then weeks, then days, then hours", () => {
    const cover = coverOf({ from: hour("2026-01-30T22"), to: hour("2026-03-17T03") }, () => true);
    expect(names(cover.periods)).toEqual([
      "month 2026-02-01",
      "week 2026-03-02",
      "week 2026-03-09",
      "day 2026-01-31",
      "day 2026-03-01",
      "day 2026-03-16",
    ]);
    expect(cover.hours).toEqual([
      { from: hour("2026-01-30T22"), to: hour("2026-01-31T00") },
      { from: hour("2026-03-17T00"), to: hour("2026-03-17T03") },
    ]);
  });

  it("goes without what is not kept", () => {
    const range = { from: hour("2026-02-01T00"), to: hour("2026-03-01T00") };
    expect(coverOf(range, () => false)).toEqual({ periods: [], hours: [range] });
    const cover = coverOf(range, ({ length, first }) => length === "day" && first !== dayOf(hour("2026-02-10T00")));
    expect(cover.periods).toHaveLength(27);
    expect(cover.hours).toEqual([{ from: hour("2026-02-10T00"), to: hour("2026-02-11T00") }]);
    expect(coverOf({ from: FROM, to: FROM }, () => true)).toEqual({ periods: [], hours: [] });
  });

  it("holds every hour of any range exactly once, whatever is kept", () => {
    fc.assert(
      fc.property(fc.nat(4_000), fc.nat(4_000), fc.nat(97), (start, length, keep) => {
        const range = { from: FROM + start, to: FROM + start + length };
        const cover = coverOf(range, ({ first }) => (first * 31) % 97 >= keep);
        const held = [...cover.periods.map(hoursOfPeriod), ...cover.hours]
          .toSorted((a, b) => a.from - b.from)
          .filter(({ from, to }) => from < to);
        let at = range.from;
        for (const { from, to } of held) {
          expect(from).toBe(at);
          at = to;
        }
        expect(at).toBe(range.to);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a period", () => {
  const day = (name: string): number => dayOf(hour(`${name}T00`));

  it("is settled once it is over and no day of it is to be packed", () => {
    const march: Period = { length: "month", first: day("2026-03-01") };
    expect(isSettled(hour("2026-03-31T23"), [day("2026-04-01")])(march)).toBe(true);
    expect(isSettled(hour("2026-03-31T22"), [])(march)).toBe(false);
    expect(isSettled(hour("2026-04-20T00"), [day("2026-03-31")])(march)).toBe(false);
  });

  it("holds a day as an ISO week or a month", () => {
    expect(names(longerPeriods([day("2026-03-01"), day("2026-03-02"), day("2026-03-08")]))).toEqual([
      "week 2026-02-23",
      "month 2026-03-01",
      "week 2026-03-02",
    ]);
  });
});

describe("who was seen first when", () => {
  const users = fc.uniqueArray(fc.constantFrom("ann", "bob", "cid", "dan", "eve"));
  const hours = fc.array(fc.tuple(fc.nat(50), users), { maxLength: 30 });
  const without = (some: ReadonlySet<string>, others: ReadonlySet<string>): readonly string[] =>
    [...some].filter((id) => !others.has(id));
  const setsOf = (ids: readonly string[]) => ({ users: ids.map((id) => [id, 1] as const), rooms: [] });

  it("is the same in whatever order hours come, and however often", () => {
    fc.assert(
      fc.property(hours, (lived) => {
        const learn = (order: typeof lived) => {
          let known: ReturnType<FirstsTally["total"]> | undefined;
          for (const [at, ids] of order) {
            const tally = new FirstsTally(known);
            tally.add(at, setsOf(ids));
            known = tally.total();
          }
          return known;
        };
        expect(learn([...lived.toReversed(), ...lived])?.users ?? []).toEqual(learn(lived)?.users ?? []);
      }),
    );
  });

  it("tells new, returning and retained users apart, and together they are all", () => {
    fc.assert(
      fc.property(hours, fc.integer({ min: 0, max: 25 }), fc.integer({ min: 1, max: 25 }), (lived, from, length) => {
        const seen = (start: number, end: number): Set<string> =>
          new Set(lived.flatMap(([at, ids]) => (at >= start && at < end ? ids : [])));
        const firsts = new FirstsTally(undefined);
        for (const [at, ids] of lived) firsts.add(at, setsOf(ids));
        const [now, before, ever] = [seen(from, from + length), seen(from - length, from), seen(0, from)];
        const told = turnoverOf(now, before, firsts, from);
        expect(told).toEqual({
          active: now.size,
          new: without(now, ever).length,
          returning: without(now, before).filter((id) => ever.has(id)).length,
          retained: [...now].filter((id) => before.has(id)).length,
          lost: without(before, now).length,
        });
        expect((told.new ?? 0) + (told.returning ?? 0) + told.retained).toBe(told.active);
        expect(turnoverOf(now, before, undefined, from)).toEqual({ ...told, new: null, returning: null });
      }),
    );
  });
});
