import { describe, expect, it } from "vitest";
import { reportBytes, reportIn, reportOf } from "../../functions/core/report.ts";
import { sampleInput, sampleReport } from "../support/report-sample.ts";

describe("a report", () => {
  it("names its gaps by runs of hours of one status and reason", () => {
    const { quality } = sampleReport("monthly", "2026-09");
    expect(
      quality.gaps.map(({ from, to, hours, status, reasons }) => [from, to, hours, status, reasons.join()]),
    ).toEqual([
      ["2026-09-03T20:00:00.000Z", "2026-09-05T12:00:00.000Z", 40, "missing", "paused"],
      ["2026-09-08T01:00:00.000Z", "2026-09-08T02:00:00.000Z", 1, "partial", "reporters-silent"],
      ["2026-09-13T00:00:00.000Z", "2026-09-13T01:00:00.000Z", 1, "failed", ""],
    ]);
    expect(quality.moreGaps).toBe(0);
    expect(Object.values(quality.statuses).reduce((sum, count) => sum + count, 0)).toBe(720);
  });

  it("lists so many gaps and counts the rest", () => {
    const input = sampleInput("monthly", "2026-09");
    const hours = input.hours.map((row, at) => ({ ...row, status: at % 2 === 0 ? "missing" : "complete" }));
    const { quality } = reportOf({ ...input, hours });
    expect(quality.gaps).toHaveLength(40);
    expect(quality.moreGaps).toBe(360 - 40);
  });

  it("holds its numbers against the period before, with the direction that is good", () => {
    const headline = sampleReport("weekly", "2026-W42").headlines.find(({ name }) => name === "users.seen");
    expect(headline).toMatchObject({ value: 312, previous: 284, change: 28, good: "up" });
  });

  it("tells hours of a day, days of a week or month, and no hours of the week of a single day", () => {
    const [daily, weekly, monthly] = [
      sampleReport("daily", "2026-10-06"),
      sampleReport("weekly", "2026-W42"),
      sampleReport("monthly", "2026-09"),
    ];
    expect([daily.interval, daily.rows.length, daily.heatMap]).toEqual(["hour", 24, null]);
    expect([weekly.interval, weekly.rows.length, weekly.heatMap?.length]).toEqual(["day", 7, 7]);
    expect([monthly.interval, monthly.rows.length]).toEqual(["day", 30]);
    // Nobody observed these hours of the one week: not known, and no zeros.
    expect(weekly.heatMap?.[3]?.[5]).toBeNull();
  });

  it("is the same bytes for the same input, and is read back from them", () => {
    const [once, again] = [sampleReport("monthly", "2026-09"), sampleReport("monthly", "2026-09")];
    expect(Buffer.compare(reportBytes(once), reportBytes(again))).toBe(0);
    expect(reportIn(reportBytes(once))).toEqual(once);
  });
});
