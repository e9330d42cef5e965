import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../../functions/core/failure.ts";
import { MINUTE_MS } from "../../functions/core/hour.ts";
import { HANDFUL, limitTogether } from "../../functions/tasks/limit-together.ts";
import { counted } from "../support/counted.ts";
import { runs } from "../support/effort.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { instead } from "../support/instead.ts";

const LIMIT = { calls: 200, windowMs: MINUTE_MS };

let open: OpenParts;
beforeEach(async () => {
  open = await openParts({ now: Date.parse("2026-11-21T09:00:15Z") });
});
afterEach(() => open.close());

/** What came of a call: it was let through, or told how long to wait. */
const outcomeOf = async (call: Promise<void>): Promise<"taken" | number> => {
  try {
    await call;
    return "taken";
  } catch (error) {
    if (error instanceof Failure && error.code === "rate.exceeded") return Number(error.details["retryAfterSeconds"]);
    throw error;
  }
};

describe("calls that are counted in all processes together", () => {
  it("are let through up to the limit, and by each process a handful more at most", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 300, maxLength: 700 }),
        fc.uuid(),
        async (processes, turns, subject) => {
          const counts = Array.from({ length: processes }, () => limitTogether(open.connect(), LIMIT));
          const calls = turns.map((turn) => turn % processes);
          let taken = 0;
          for (const at of calls) if ((await outcomeOf(counts[at]?.(subject) ?? Promise.reject())) === "taken") taken++;
          expect(taken).toBeGreaterThanOrEqual(Math.min(LIMIT.calls, calls.length));
          expect(taken).toBeLessThan(LIMIT.calls + HANDFUL * processes);
        },
      ),
      { numRuns: runs(10, 100) },
    );
    counted(runs(10, 100), "orders of calls in up to 6 processes", "limits across processes");
  });

  it("tell those over the limit when the window ends, and begin anew with the next", async () => {
    const [one, other] = [limitTogether(open.connect(), LIMIT), limitTogether(open.connect(), LIMIT)];
    for (let call = 0; call < LIMIT.calls; call++) await one("a");
    for (let call = 1; call < HANDFUL; call++) expect(await outcomeOf(other("a"))).toBe("taken");

    expect(await outcomeOf(other("a"))).toBe(45);
    expect(await outcomeOf(other("b"))).toBe("taken");
    open.clock.now += 45_000;
    expect(await outcomeOf(other("a"))).toBe("taken");
  });

  it("write once a handful, and nothing once the limit is known", async () => {
    const { parts, clock } = open;
    let writes = 0;
    const calls = instead(parts.calls, {
      count: (...what) => {
        writes++;
        return parts.calls.count(...what);
      },
    });
    const count = limitTogether({ calls, clock: () => clock.now }, LIMIT);
    for (let call = 0; call < 2 * LIMIT.calls; call++) await outcomeOf(count("a"));

    expect(writes).toBe(LIMIT.calls / HANDFUL + 1);
  });

  it("stay refused once one of several answers told that the limit is passed, in whatever order they come", async () => {
    const answers: ((sum: number) => void)[] = [];
    const calls = instead(open.parts.calls, {
      count: () => new Promise<number>((resolve) => answers.push(resolve)),
    });
    const count = limitTogether({ calls, clock: () => open.clock.now }, LIMIT);
    const asked = Array.from({ length: 2 * HANDFUL }, () => outcomeOf(count("a")));
    expect(answers.length).toBe(2);

    answers[1]?.(LIMIT.calls + HANDFUL);
    await asked.at(-1);
    answers[0]?.(LIMIT.calls);
    await Promise.all(asked);

    expect(await outcomeOf(count("a"))).toBe(45);
  });
});
