import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  lastDayOver,
  nothingMade,
  type PackedDay,
  planOf,
  type Progress,
  progressIn,
  progressText,
  TABLE_FORMAT,
} from "../../functions/core/compaction.ts";
import { type Head, newHead } from "../../functions/core/head.ts";
import { periodOf } from "../../functions/core/table-rows.ts";

const FIRST_DAY = 19_723;
const headAt = (day: number, publication: number): Head => ({
  ...newHead(FIRST_DAY * 24 + 5),
  closedThrough: day * 24 + 3,
  publication: { number: publication, sha256: null },
});

describe("planning a compaction", () => {
  it("begins with the first day and ends with the last that is over", () => {
    const head = headAt(FIRST_DAY + 3, 90);
    expect(lastDayOver(head)).toBe(FIRST_DAY + 2);
    const plan = planOf(nothingMade(head), head, [], 60);
    expect(plan).toMatchObject({ days: [FIRST_DAY, FIRST_DAY + 1, FIRST_DAY + 2], remaining: 0 });
    expect(planOf(plan.after, head, [], 60)).toMatchObject({ days: [], remaining: 0 });
  });

  it("has nothing to do before a day is over", () => {
    const head = headAt(FIRST_DAY, 4);
    expect(planOf(nothingMade(head), head, [], 60)).toMatchObject({ days: [], remaining: 0 });
  });

  it("takes a day that was packed again, even at a publication that was seen before", () => {
    const head = headAt(FIRST_DAY + 3, 90);
    const { after } = planOf(nothingMade(head), head, [{ day: FIRST_DAY + 2, publication: 90 }], 60);
    expect(after.at).toEqual([FIRST_DAY + 2]);
    const packed = [
      { day: FIRST_DAY, publication: 90 },
      { day: FIRST_DAY + 2, publication: 90 },
    ];
    expect(planOf(after, head, packed, 60).days).toEqual([FIRST_DAY]);
  });

  it("makes a day once more of which the head did not say yet that it was packed", () => {
    const head = { ...headAt(FIRST_DAY + 3, 90), unpacked: [FIRST_DAY, FIRST_DAY + 3] };
    const packed = [{ day: FIRST_DAY, publication: 90 }];
    const first = planOf(nothingMade(head), head, packed, 60).after;
    expect(planOf(first, { ...head, unpacked: [FIRST_DAY + 3] }, packed, 60).days).toEqual([FIRST_DAY]);
    const made = planOf(first, { ...head, unpacked: [FIRST_DAY + 3] }, packed, 60).after;
    expect(planOf(made, { ...head, unpacked: [FIRST_DAY + 3] }, packed, 60).days).toEqual([]);
  });

  it("forgets what was made by other columns, or can't be read", () => {
    const progress: Progress = { format: TABLE_FORMAT, through: 7, publication: 3, at: [7] };
    expect(progressIn(progressText(progress))).toEqual(progress);
    expect(progressIn(progressText({ ...progress, format: "0-old" }))).toBeUndefined();
    expect(progressIn("{")).toBeUndefined();
    expect(progressIn(undefined)).toBeUndefined();
  });

  it("ends with every day made after it was last packed, whatever happened between its runs", () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant("pack" as const), back: fc.nat(9), publishes: fc.boolean() }),
      fc.record({ what: fc.constant("live" as const), days: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ what: fc.constant("run" as const), isKilled: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (steps, limit) => {
        let publication = 1;
        let today = FIRST_DAY;
        const packed: PackedDay[] = [];
        /** Which packing of a day its tables show. */
        const made = new Map<number, number>();
        let progress: Progress | undefined;
        const lastOf = (day: number): number => packed.findLastIndex((one) => one.day === day);
        const pack = (day: number): void => void packed.push({ day, publication });
        const run = (isKilled: boolean): number => {
          const head = headAt(today, publication);
          const from = progress ?? nothingMade(head);
          const since = packed
            .filter((one) => one.publication >= from.publication)
            .toSorted((a, b) => a.publication - b.publication || a.day - b.day);
          const plan = planOf(from, head, since, limit);
          for (const day of plan.days) made.set(day, lastOf(day));
          if (!isKilled && plan.days.length > 0) progress = plan.after;
          return plan.remaining;
        };
        for (const one of steps) {
          if (one.what === "run") run(one.isKilled);
          else if (one.what === "live")
            for (let day = 0; day < one.days; day++) {
              publication++;
              pack(today++);
            }
          else if (today > FIRST_DAY) {
            if (one.publishes) publication++;
            // Packed again without a publication more it is as it was: only then may its tables be left.
            const day = Math.max(today - 1 - one.back, FIRST_DAY);
            if (one.publishes || lastOf(day) === -1) pack(day);
          }
        }
        while (run(false) > 0);
        for (let day = FIRST_DAY; day < today; day++) expect(made.get(day)).toBe(lastOf(day));
      }),
    );
  });
});

describe("the period that a day lies in", () => {
  const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;

  it.each([
    ["days", "2024-02-29", "2024-02-29", "2024-03-01"],
    ["weeks", "2024-03-03", "2024-02-26", "2024-03-04"],
    ["weeks", "2024-12-30", "2024-12-30", "2025-01-06"],
    ["months", "2024-02-01", "2024-02-01", "2024-03-01"],
    ["months", "2024-12-31", "2024-12-01", "2025-01-01"],
  ] as const)("of %s, with %s in it, is [%s, %s)", (table, day, start, next) => {
    expect(periodOf(table, dayOf(day))).toEqual({ start: dayOf(start), next: dayOf(next) });
  });
});
