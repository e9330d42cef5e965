import { describe, expect, it } from "vitest";
import { changeBetween, csvOf, extremeOf, type Row, sumUp } from "../../web/src/trends/sums.ts";

const MONDAY = Date.parse("2026-03-02T00:00:00Z");
const HOUR_MS = 3_600_000;

const row = (at: number, value: number | null, status = "complete"): Row => ({
  start: new Date(at).toISOString(),
  status,
  coverage: value === null ? null : 1,
  sent: value,
});

describe("a period summed up", () => {
  const rows = [row(MONDAY, 3), row(MONDAY + HOUR_MS, null, "missing"), row(MONDAY + 2 * HOUR_MS, 5)];

  it.each([
    ["flow", 8],
    ["peak", 5],
    ["distinct", 5],
    ["low", 3],
    ["level", 5],
  ] as const)("of a %s is %i", (kind, value) => {
    expect(sumUp(rows, { name: "sent", kind })).toBe(value);
  });

  it("is unknown when nothing of it is known, not zero", () => {
    expect(sumUp([row(MONDAY, null, "missing")], { name: "sent", kind: "flow" })).toBeNull();
  });

  it("names the row in which it was highest or lowest", () => {
    expect(extremeOf(rows, "sent", "peak")?.start).toBe("2026-03-02T02:00:00.000Z");
    expect(extremeOf(rows, "sent", "low")?.start).toBe("2026-03-02T00:00:00.000Z");
    expect(extremeOf(rows, "seen", "peak")).toBeUndefined();
  });
});

describe("a change", () => {
  it("is told as a share of what was before", () => {
    expect(changeBetween(4, 5)).toBe(0.25);
  });

  it.each([
    [null, 5],
    [5, null],
    [0, 5],
  ])("from %s to %s is not told", (before, now) => {
    expect(changeBetween(before, now)).toBeNull();
  });
});

describe("CSV", () => {
  it("leaves a cell empty where nothing is known, and quotes what needs it", () => {
    expect(csvOf([row(MONDAY, null, "missing"), row(MONDAY + HOUR_MS, 0, 'so "so"')], ["sent"], undefined)).toBe(
      "start,status,coverage,sent\r\n" +
        "2026-03-02T00:00:00.000Z,missing,,\r\n" +
        '2026-03-02T01:00:00.000Z,"so ""so""",1,0\r\n',
    );
  });

  it("has the period before beside it", () => {
    const csv = csvOf([row(MONDAY, 1)], ["sent"], [row(MONDAY - HOUR_MS, 2)]);

    expect(csv).toContain("start,status,coverage,sent,previous_start,previous_sent");
    expect(csv).toContain("2026-03-02T00:00:00.000Z,complete,1,1,2026-03-01T23:00:00.000Z,2");
  });
});
