import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countCall, type RateWindow } from "../../functions/core/rate.ts";

const LIMIT = { calls: 3, windowMs: 60_000 };

const callsAt = (...times: number[]) => {
  let window: RateWindow | undefined;
  return times.map((now) => {
    const tally = countCall(window, LIMIT, now);
    ({ window } = tally);
    return tally;
  });
};

describe("a call counted in its window", () => {
  it("is taken until there were too many, and again once the window is over", () => {
    const tallies = callsAt(1_000, 2_000, 3_000, 4_000, 60_999, 61_000);

    expect(tallies.map(({ isExceeded }) => isExceeded)).toEqual([false, false, false, true, true, false]);
    expect(tallies.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0, 0, 2]);
    expect(tallies.map(({ resetAt }) => resetAt)).toEqual([61_000, 61_000, 61_000, 61_000, 61_000, 121_000]);
    expect(tallies.map(({ waitSeconds }) => waitSeconds)).toEqual([60, 59, 58, 57, 1, 60]);
  });

  it("begins a new window when the clock was set back", () => {
    const [, , , exceeded, after] = callsAt(100_000, 100_000, 100_000, 100_000, 5_000);

    expect([exceeded?.isExceeded, after?.isExceeded, after?.resetAt]).toEqual([true, false, 65_000]);
  });

  it("never lets more than its limit through in any window, and never makes anyone wait longer than one", () => {
    fc.assert(
      fc.property(
        fc.record({ calls: fc.integer({ min: 1, max: 5 }), windowMs: fc.integer({ min: 1, max: 5_000 }) }),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 60 }),
        (limit, pauses) => {
          let window: RateWindow | undefined;
          let now = 0;
          const taken = new Map<number, number>();
          for (const pause of pauses) {
            now += pause;
            const tally = countCall(window, limit, now);
            ({ window } = tally);
            expect(tally.resetAt).toBeGreaterThan(now);
            expect(tally.resetAt - now).toBeLessThanOrEqual(limit.windowMs);
            expect(tally.waitSeconds * 1_000).toBeGreaterThanOrEqual(tally.resetAt - now);
            if (tally.isExceeded) continue;
            taken.set(tally.window.startedAt, (taken.get(tally.window.startedAt) ?? 0) + 1);
            expect(tally.remaining).toBe(limit.calls - (taken.get(tally.window.startedAt) ?? 0));
          }
          for (const count of taken.values()) expect(count).toBeLessThanOrEqual(limit.calls);
        },
      ),
    );
  });
});
