import { describe, expect, it } from "vitest";
import { hourNamed } from "../../functions/core/hour.ts";
import { type Closed, doneWith, duePeriods, NEW_PLAN, type ReportPlan } from "../../functions/core/report-plan.ts";
import { periodNamed, type ReportKind, type ReportPeriod } from "../../functions/core/report-period.ts";

const hour = (name: string): number => hourNamed(name) ?? Number.NaN;
const period = (kind: ReportKind, name: string): ReportPeriod => periodNamed(kind, "UTC", name) as ReportPeriod;
const closed = (through: string, firstHour = "2026-01-01T00"): Closed => ({
  firstHour: hour(firstHour),
  closedThrough: hour(through),
});
const due = (plan: ReportPlan, at: Closed, now: string): readonly string[] =>
  duePeriods(plan, at, "UTC", Date.parse(now)).map(({ kind, name }) => `${kind} ${name}`);

const DAILY: ReportPlan = { ...NEW_PLAN, kinds: { daily: true, weekly: false, monthly: false } };
const since = (name: string, plan = DAILY): ReportPlan => doneWith(plan, period("daily", name));

describe("the plan of reports", () => {
  it("begins with the last period of each kind, not with all that there were", () => {
    expect(due(NEW_PLAN, closed("2026-11-21T07"), "2026-11-21T08:08:00Z")).toEqual([
      "daily 2026-11-20",
      "weekly 2026-W46",
      "monthly 2026-10",
    ]);
  });

  it("has nothing due once it is done", () => {
    expect(due(since("2026-11-20"), closed("2026-11-21T07"), "2026-11-21T08:08:00Z")).toEqual([]);
  });

  it("waits for the last hour of a period to close, a day at most", () => {
    const late = closed("2026-11-20T21");
    expect(due(since("2026-11-19"), late, "2026-11-21T00:08:00Z")).toEqual([]);
    expect(due(since("2026-11-19"), late, "2026-11-21T23:08:00Z")).toEqual([]);
    expect(due(since("2026-11-19"), late, "2026-11-22T00:00:00Z")).toEqual(["daily 2026-11-20"]);
    expect(due(since("2026-11-19"), closed("2026-11-20T23"), "2026-11-21T00:08:00Z")).toEqual(["daily 2026-11-20"]);
  });

  it("makes up for what an outage kept it from, in order, and not for ever", () => {
    expect(due(since("2026-11-17"), closed("2026-11-21T07"), "2026-11-21T08:08:00Z")).toEqual([
      "daily 2026-11-18",
      "daily 2026-11-19",
      "daily 2026-11-20",
    ]);
    expect(due(since("2026-03-01"), closed("2026-11-21T07"), "2026-11-21T08:08:00Z")).toHaveLength(7);
  });

  it("holds a later period back while one before it waits", () => {
    const late = closed("2026-11-19T21");
    expect(due(since("2026-11-18"), late, "2026-11-21T00:08:00Z")).toEqual(["daily 2026-11-19"]);
    expect(due(since("2026-11-18"), late, "2026-11-20T23:00:00Z")).toEqual([]);
  });

  it("makes no kind that is not wanted, and nothing from before the workspace began", () => {
    expect(
      due(
        { ...NEW_PLAN, kinds: { daily: false, weekly: false, monthly: false } },
        closed("2026-11-21T07"),
        "2026-11-21T08:08:00Z",
      ),
    ).toEqual([]);
    expect(due(NEW_PLAN, closed("2026-11-21T07", "2026-11-20T15"), "2026-11-21T08:08:00Z")).toEqual([
      "daily 2026-11-20",
    ]);
    expect(due(NEW_PLAN, closed("2026-11-20T07", "2026-11-20T05"), "2026-11-20T08:08:00Z")).toEqual([]);
  });

  it("tells no hour twice where another time zone was chosen", () => {
    const plan = since("2026-11-18");
    const now = Date.parse("2026-11-21T08:08:00Z");
    const periods = duePeriods(plan, closed("2026-11-21T07"), "Asia/Tokyo", now);
    expect(periods.map(({ name, from }) => [name, from >= (plan.through.daily ?? 0)])).toEqual([["2026-11-20", true]]);
  });

  it("never goes back", () => {
    expect(doneWith(since("2026-11-20"), period("daily", "2026-11-18")).through.daily).toBe(hour("2026-11-21T00"));
  });
});
