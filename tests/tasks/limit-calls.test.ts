import { describe, expect, it } from "vitest";
import { Failure } from "../../functions/core/failure.ts";
import { limitCalls, SUBJECTS } from "../../functions/tasks/limit-calls.ts";

const LIMIT = { calls: 2, windowMs: 60_000 };

const open = () => {
  const clock = { now: 1_000_000 };
  const count = limitCalls({ clock: () => clock.now });
  const failureOf = (subject: string): Failure | undefined => {
    try {
      count(subject, LIMIT);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  };
  return { clock, count, failureOf };
};

describe("limiting calls", () => {
  it("counts each subject by itself, and says how long to wait", () => {
    const { clock, count, failureOf } = open();
    count("a", LIMIT);
    count("a", LIMIT);
    clock.now += 20_500;

    expect(failureOf("a")).toMatchObject({
      code: "rate.exceeded",
      details: { retryAfterSeconds: 40, limit: 2, resetAt: 1_060_000 },
    });
    expect(count("b", LIMIT)).toMatchObject({ remaining: 1, resetAt: 1_080_500 });
    clock.now += 39_500;
    expect(count("a", LIMIT)).toMatchObject({ remaining: 1, resetAt: 1_120_000 });
  });

  it("remembers so many subjects and no more, and forgets the one whose window began first", () => {
    const { clock, count, failureOf } = open();
    for (const subject of ["first", "second"]) {
      count(subject, LIMIT);
      count(subject, LIMIT);
      clock.now += 1;
    }
    for (let at = 0; at < SUBJECTS - 1; at++) count(`other ${at}`, LIMIT);

    expect(failureOf("second")).toMatchObject({ code: "rate.exceeded" });
    expect(failureOf("first")).toBeUndefined();
  });

  it("takes the one that began anew for a young one", () => {
    const { clock, count, failureOf } = open();
    count("first", LIMIT);
    count("second", LIMIT);
    clock.now += LIMIT.windowMs;
    count("first", LIMIT);
    count("first", LIMIT);
    // One too many: the second goes, although it came after the first.
    for (let at = 0; at < SUBJECTS - 1; at++) count(`other ${at}`, LIMIT);

    expect(failureOf("first")).toMatchObject({ code: "rate.exceeded" });
  });
});
