import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../functions/core/hour.ts";
import type { Calls } from "../../functions/ports/calls.ts";
import { limitGuessing } from "../../functions/tasks/limit-guessing.ts";

/** Counters in memory, because a property tries many more than a table needs to see. */
const counters = (): Calls => {
  const counts = new Map<string, number>();
  const add = (key: string, amount: number): number => {
    const count = Math.max((counts.get(key) ?? 0) + amount, 0);
    counts.set(key, count);
    return count;
  };
  return {
    count: async (subject, window, _windowMs, calls = 1) => add(`${subject} ${window}`, calls),
    counted: async (subject, window) => add(`${subject} ${window}`, 0),
    discount: async (subject, window) => void add(`${subject} ${window}`, -1),
  };
};

const LIMIT = 5;
const WINDOW_MS = 5 * MINUTE_MS;

interface Try {
  readonly waitMs: number;
  readonly isRight: boolean;
}

describe("guessing one name's password", () => {
  /** What came of each try, with when it was: locked has no answer. */
  const outcomes = async (
    tries: readonly Try[],
  ): Promise<{ readonly at: number; readonly isRight: boolean; readonly answer: boolean | number }[]> => {
    const clock = { now: Date.parse("2026-11-21T09:00:00Z") };
    const tryPassword = limitGuessing({ calls: counters(), clock: () => clock.now });
    const found = [];
    for (const [at, { waitMs, isRight }] of tries.entries()) {
      clock.now += waitMs;
      const answer = await tryPassword({ name: "ann", sourceIp: `192.0.2.${at % 250}` }, async () => isRight).catch(
        (error: unknown) => (error as { details: { retryAfterSeconds: number } }).details.retryAfterSeconds,
      );
      found.push({ at: clock.now, isRight, answer });
    }
    return found;
  };
  const tries = fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 4 * MINUTE_MS }), isRight: fc.boolean() }), {
    maxLength: 40,
  });

  it("never gets five minutes in which more than five were told wrong", async () => {
    await fc.assert(
      fc.asyncProperty(tries, async (some) => {
        const wrong = (await outcomes(some)).filter(({ answer }) => answer === false).map(({ at }) => at);
        for (const from of wrong)
          expect(wrong.filter((at) => at >= from && at < from + WINDOW_MS).length).toBeLessThanOrEqual(LIMIT);
      }),
      { numRuns: 300 },
    );
  });

  it("never keeps out the one who knows it, unless five were wrong in the ten minutes before", async () => {
    await fc.assert(
      fc.asyncProperty(tries, async (some) => {
        const all = await outcomes(some);
        const wrong = all.filter(({ answer }) => answer === false).map(({ at }) => at);
        const isFewWrong = (before: number): boolean =>
          wrong.filter((at) => at <= before && at > before - 2 * WINDOW_MS).length < LIMIT;
        const keptOut = all.filter(({ at, isRight, answer }) => isRight && answer !== true && isFewWrong(at));
        expect(keptOut).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("tells for how long it is locked, which is ten minutes at most", async () => {
    await fc.assert(
      fc.asyncProperty(tries, async (some) => {
        const all = await outcomes(some);
        const at = all.findIndex(({ answer }) => typeof answer === "number");
        if (at === -1) return;
        const seconds = all[at]?.answer as number;
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThanOrEqual(600);
        const again = await outcomes([...some.slice(0, at + 1), { waitMs: seconds * 1_000, isRight: true }]);
        expect(again.at(-1)?.answer).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

it("counts no try whose comparison failed", async () => {
  const tryPassword = limitGuessing({ calls: counters(), clock: () => 0 });
  const guess = { name: "ann", sourceIp: "192.0.2.1" };
  for (let at = 0; at < 10; at++)
    await expect(
      tryPassword(guess, async () => {
        throw new Error("the table is away");
      }),
    ).rejects.toThrow("the table is away");
  expect(await tryPassword(guess, async () => true)).toBe(true);
});
