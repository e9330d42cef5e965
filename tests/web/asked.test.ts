import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { askedOf, type Choice, choiceIn, intervalsFor, type Moment, queryOf } from "../../web/src/trends/asked.ts";
import { daysIn, isDate, shiftDays } from "../../web/src/trends/bounds.ts";

/** In Berlin it is half past midnight on Tuesday, 3 March 2026 already; the hour before is not closed yet. */
const NOW = Date.parse("2026-03-02T23:30:00Z");
const BERLIN: Moment = {
  now: NOW,
  closed: Date.parse("2026-03-02T22:00:00Z"),
  dateOf: (instant) => new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Berlin" }).format(instant),
};
const FIRST: Choice = {
  statistic: "messages.sent",
  range: "7d",
  own: undefined,
  interval: undefined,
  isCompared: true,
};

describe("what the address of a view says", () => {
  it("is the week of messages on a first visit", () => {
    expect(choiceIn(new URLSearchParams())).toEqual(FIRST);
  });

  it.each<Choice>([
    { ...FIRST, statistic: "users.seen", range: "24h", isCompared: false },
    { ...FIRST, range: "30d", interval: "week" },
    { ...FIRST, range: "own", own: { from: "2026-03-01", to: "2026-03-04" } },
    { ...FIRST, range: "own", own: { from: "2026-03-01T09:00:00.000Z", to: "2026-03-01T12:00:00.000Z" } },
  ])("reopens exactly $statistic of $range", (choice) => {
    expect(choiceIn(new URLSearchParams(queryOf(choice)))).toEqual(choice);
  });

  it.each([
    "from=x&to=y",
    "from=2026-03-02&to=2026-03-01",
    "from=2026-03-02&to=2026-03-02",
    "from=2026-03-02&to=2026-03-04T00:00:00Z",
    "from=2020-01-01&to=2026-03-01",
    "range=toString",
    "by=constructor",
  ])("is passed over where it can't be shown: %s", (query) => {
    expect(choiceIn(new URLSearchParams(query))).toEqual(FIRST);
  });

  it("counts instants by the hour they are in", () => {
    const choice = choiceIn(new URLSearchParams("from=2026-03-01T09:59:00Z&to=2026-03-01T12:01:00Z"));

    expect(choice.own).toEqual({ from: "2026-03-01T09:00:00.000Z", to: "2026-03-01T12:00:00.000Z" });
  });
});

describe("what the history is asked for", () => {
  it("of hours, is as many closed ones as the range says, and those that are open", () => {
    expect(askedOf(FIRST, BERLIN)).toEqual({
      interval: "hour",
      bounds: { from: "2026-02-23T22:00:00.000Z", to: "2026-03-03T00:00:00.000Z" },
      before: { from: "2026-02-16T22:00:00.000Z", to: "2026-02-24T00:00:00.000Z" },
    });
  });

  it.each([
    ["30d", "day", ["2026-02-02", "2026-03-04"], ["2026-01-03", "2026-02-02"]],
    ["90d", "week", ["2025-12-08", "2026-03-04"], ["2025-09-08", "2025-12-03"]],
    ["90d", "month", ["2026-01-01", "2026-03-04"], ["2025-10-01", "2026-01-01"]],
    ["year", undefined, ["2025-03-03", "2026-03-04"], ["2024-02-26", "2025-02-26"]],
    ["year", "month", ["2025-04-01", "2026-03-04"], ["2024-04-01", "2025-04-01"]],
  ] as const)("of %s by %s, is whole dates of the workspace's zone", (range, interval, [from, to], before) => {
    const asked = askedOf({ ...FIRST, range, interval }, BERLIN);

    expect(asked.bounds).toEqual({ from, to });
    expect(asked.before).toEqual({ from: before[0], to: before[1] });
  });

  it("of a few hours, is beside the same hours of the day before", () => {
    const own = { from: "2026-03-01T09:00:00.000Z", to: "2026-03-01T12:00:00.000Z" };

    expect(askedOf({ ...FIRST, range: "own", own }, BERLIN).before).toEqual({
      from: "2026-02-28T09:00:00.000Z",
      to: "2026-02-28T12:00:00.000Z",
    });
  });

  it("is the same when a link to it is opened another day", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("24h", "7d", "30d", "90d", "year"),
        fc.constantFrom("hour", "day", "week", "month", undefined),
        fc.integer({ min: 0, max: 700 * 24 }),
        (range, interval, hours) => {
          const moment = { ...BERLIN, now: NOW + hours * 3_600_000, closed: BERLIN.closed + hours * 3_600_000 };
          const choice: Choice = { ...FIRST, range, interval };
          const asked = askedOf(choice, moment);
          const link = queryOf({ ...choice, range: "own", own: asked.bounds, interval: asked.interval });

          expect(askedOf(choiceIn(new URLSearchParams(link)), BERLIN)).toEqual(asked);
        },
      ),
    );
  });

  it("never is more than an answer holds, nor begins after it ends", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 371 }),
        fc.constantFrom("hour", "day", "week", "month"),
        (days, interval) => {
          const own = { from: "2025-01-15", to: shiftDays("2025-01-15", days) };
          const { bounds, before, interval: used } = askedOf({ ...FIRST, range: "own", own, interval }, BERLIN);

          expect(intervalsFor({ ...FIRST, range: "own", own })).toContain(used);
          expect(daysIn(bounds)).toBe(days);
          expect(daysIn(before)).toBeGreaterThan(0);
          expect(daysIn(before)).toBeLessThanOrEqual(375);
          expect(isDate(before.from)).toBe(true);
        },
      ),
    );
  });
});
