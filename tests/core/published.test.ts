import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Head, newHead } from "../../functions/core/head.ts";
import { countHours, hoursAt, publishedRanges } from "../../functions/core/published.ts";

const FIRST = 500_000;
const headOf = (closed: number, changes: Partial<Head> = {}): Head => ({
  ...newHead(FIRST),
  closedThrough: FIRST + closed - 1,
  ...changes,
});

/** Every hour by itself: what the ranges are short for. */
const publishedHours = ({ firstHour, closedThrough, missing, failed }: Head, late: readonly number[]): number[] => {
  const hours: number[] = [];
  for (let hour = firstHour; hour <= closedThrough; hour++) {
    const isGap = failed.includes(hour) || missing.some(([from, to]) => hour >= from && hour < to);
    if (!isGap || late.includes(hour)) hours.push(hour);
  }
  return hours;
};

const anyHistory = fc
  .record({
    closed: fc.integer({ min: 0, max: 60 }),
    gaps: fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }), fc.boolean()), {
      maxLength: 6,
    }),
    lateness: fc.array(fc.boolean(), { minLength: 80, maxLength: 80 }),
  })
  .map(({ closed, gaps, lateness }) => {
    const missing: [number, number][] = [];
    const failed: number[] = [];
    let at = FIRST;
    for (const [pause, length, isFailed] of gaps) {
      at += pause;
      const to = Math.min(at + (isFailed ? 1 : length), FIRST + closed);
      if (to <= at) break;
      if (isFailed) failed.push(at);
      else missing.push([at, to]);
      at = to;
    }
    const late = missing.flatMap(([from, to]) =>
      Array.from({ length: to - from }, (_, index) => from + index).filter((hour) => lateness[hour - FIRST] === true),
    );
    return { head: headOf(closed, { missing, failed }), late };
  });

describe("published hours", () => {
  it("are none before an hour was closed", () => {
    expect(publishedRanges(newHead(FIRST), [])).toEqual([]);
  });

  it("are all that were closed, but for the missing and the failed", () => {
    const head = headOf(100, { missing: [[FIRST + 10, FIRST + 20]], failed: [FIRST + 50] });

    expect(publishedRanges(head, [FIRST + 15])).toEqual([
      [FIRST, FIRST + 10],
      [FIRST + 15, FIRST + 16],
      [FIRST + 20, FIRST + 50],
      [FIRST + 51, FIRST + 100],
    ]);
  });

  it("are paged as if each were listed, in either direction", () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.integer({ min: 0, max: 70 }),
        fc.integer({ min: 0, max: 70 }),
        fc.boolean(),
        ({ head, late }, offset, count, isDescending) => {
          const listed = publishedHours(head, late);
          const ranges = publishedRanges(head, late);
          expect(countHours(ranges)).toBe(listed.length);
          expect(hoursAt(ranges, { offset, count, isDescending })).toEqual(
            (isDescending ? listed.toReversed() : listed).slice(offset, offset + count),
          );
        },
      ),
    );
  });

  it("are found as quickly at the end of a century", () => {
    const head = headOf(900_000);

    expect(hoursAt(publishedRanges(head, []), { offset: 899_999, count: 5, isDescending: true })).toEqual([FIRST]);
  });
});
