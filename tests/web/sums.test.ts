import { describe, expect, it } from "vitest";
import { changeBetween, csvOf, DAY_MS, headlineOf, HOUR_MS, type Row, weekOf } from "../../web/src/trends/sums.ts";
import { choiceIn, queryOf, spanOf } from "../../web/src/trends/asked.ts";

const MONDAY = Date.parse("2026-03-02T00:00:00Z");

const row = (at: number, value: number | null, status = "complete"): Row => ({
  start: new Date(at).toISOString(),
  status,
  coverage: value === null ? null : 1,
  sent: value,
});

describe("the headline of a period", () => {
  const rows = [row(MONDAY, 3), row(MONDAY + HOUR_MS, null, "missing"), row(MONDAY + 2 * HOUR_MS, 5)];

  it.each([
    ["flow", 8],
    ["peak", 5],
    ["distinct", 5],
    ["low", 3],
    ["level", 5],
  ] as const)("of a %s is %i", (kind, value) => {
    expect(headlineOf(rows, { name: "sent", kind }).value).toBe(value);
  });

  it("is unknown when nothing of it is known, not zero", () => {
    expect(headlineOf([row(MONDAY, null, "missing")], { name: "sent", kind: "flow" }).value).toBeNull();
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

describe("the hours of a week", () => {
  it("are means of those that are known, Monday first", () => {
    const week = weekOf(
      [
        row(MONDAY, 2),
        row(MONDAY + 7 * DAY_MS, 4),
        row(MONDAY + 14 * DAY_MS, null),
        row(MONDAY + 6 * DAY_MS + 23 * HOUR_MS, 9),
      ],
      "sent",
    );

    expect(week.map((day) => day.length)).toEqual(Array.from({ length: 7 }, () => 24));
    expect(week[0]?.[0]).toBe(3);
    expect(week[6]?.[23]).toBe(9);
    expect(week[1]?.[0]).toBeNull();
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

describe("what the address of a view says", () => {
  it("is the week of messages on a first visit", () => {
    const choice = choiceIn(new URLSearchParams());

    expect(choice).toEqual({ statistic: "messages.sent", range: "7d", own: undefined, isCompared: true });
    expect(spanOf(choice, MONDAY + 1)).toEqual({ from: MONDAY + HOUR_MS - 7 * DAY_MS, to: MONDAY + HOUR_MS });
  });

  it.each([
    { statistic: "users.seen", range: "24h", own: undefined, isCompared: false },
    { statistic: "messages.sent", range: "own", own: { from: MONDAY, to: MONDAY + DAY_MS }, isCompared: true },
  ] as const)("reopens exactly $statistic of $range", (choice) => {
    expect(choiceIn(new URLSearchParams(queryOf(choice)))).toEqual(choice);
  });

  it.each(["from=x&to=y", "from=2026-03-02&to=2026-03-01", "from=2020-01-01&to=2026-03-01", "range=toString"])(
    "is passed over where it can't be shown: %s",
    (query) => {
      expect(choiceIn(new URLSearchParams(query))).toMatchObject({ range: "7d", own: undefined });
    },
  );
});
