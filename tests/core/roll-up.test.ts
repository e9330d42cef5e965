import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coverageOver, rollUp, statusOver, type Value } from "../../functions/core/roll-up.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";

describe("rolling up", () => {
  it.each<[string, readonly Value[], Value]>([
    ["users.total", [3, null, 5, null], 5],
    ["messages.sent", [3, null, 5], 8],
    ["connections.peak", [3, 9, null, 5], 9],
    ["memory.freeLow", [3, null, 2, 5], 2],
    ["last.message", ["2026-03-02T09:00:00.000Z", null, "2026-03-01T09:00:00.000Z"], "2026-03-02T09:00:00.000Z"],
    ["messages.sent", [null, null], null],
    ["messages.sent", [0, null], 0],
    ["users.total", [], null],
  ])("makes %s of %j %j", (name, values, expected) => {
    expect(rollUp(name, values)).toBe(expected);
  });

  it("refuses to make a distinct number of numbers", () => {
    expect(() => rollUp("users.seen", [1, 2])).toThrow(/does not roll up/);
  });

  it("gives the same in one step as in two, for every statistic", () => {
    const names = STATISTICS.filter(({ kind }) => kind !== "distinct" && kind !== "time").map(({ name }) => name);
    const value = fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: null });
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(value), fc.array(value), (name, some, more) => {
        expect(rollUp(name, [rollUp(name, some), rollUp(name, more)])).toBe(rollUp(name, [...some, ...more]));
      }),
    );
  });

  it("says the worst of a bucket, and that it is open while one of its hours is", () => {
    expect(statusOver(["complete", "restated", "missing"])).toBe("missing");
    expect(statusOver(["complete", "imported"])).toBe("imported");
    expect(statusOver(["missing", "open"])).toBe("open");
  });

  it("counts an hour that nobody observed against the coverage, and leaves out one that is not over", () => {
    const whole = { status: "complete", published: { heardMinutes: 60, of: 60, values: {} } } as const;
    const missing = { status: "missing", published: null } as const;
    const open = { status: "open", published: null } as const;
    expect(coverageOver([whole, missing, open])).toBe(0.5);
    expect(coverageOver([whole, open])).toBe(1);
    expect([coverageOver([missing, open]), coverageOver([])]).toEqual([null, null]);
  });
});
