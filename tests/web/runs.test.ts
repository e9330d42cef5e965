import { describe, expect, it } from "vitest";
import type { LedgerHour } from "../../web/src/completeness/ledger.ts";
import { brokenRuns } from "../../web/src/completeness/runs.ts";

const FIRST = Date.parse("2026-03-02T00:00:00Z");

const hour = (at: number, status: string, reasons: readonly string[] = []): LedgerHour => {
  const start = new Date(FIRST + at * 3_600_000).toISOString();
  return { hour: start.slice(0, 13), start, status, reasons, coverage: null, bookedLate: {}, revision: null };
};

describe("what is not whole", () => {
  it("is told once for hours that follow each other for the same reason, the latest first", () => {
    const hours = [
      hour(0, "complete"),
      hour(1, "missing", ["paused"]),
      hour(2, "missing", ["paused"]),
      hour(3, "missing", ["not-observed"]),
      hour(5, "missing", ["not-observed"]),
      hour(6, "open"),
    ];

    expect(brokenRuns(hours).map(({ first, last, hours: many }) => [first.hour, last.hour, many])).toEqual([
      ["2026-03-02T05", "2026-03-02T05", 1],
      ["2026-03-02T03", "2026-03-02T03", 1],
      ["2026-03-02T01", "2026-03-02T02", 2],
    ]);
  });

  it("is nothing where every hour is whole", () => {
    expect(brokenRuns([hour(0, "complete"), hour(1, "imported"), hour(2, "restated")])).toEqual([]);
  });
});
