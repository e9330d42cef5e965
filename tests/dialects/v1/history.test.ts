import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketsOf, INTERVALS } from "../../../functions/core/calendar.ts";
import { hourNamed } from "../../../functions/core/hour.ts";
import { isoOf } from "../../../functions/core/instant.ts";
import type { Value } from "../../../functions/core/roll-up.ts";
import { zeroFilled } from "../../../functions/core/zero-filled.ts";
import { type History, historyPage } from "../../../functions/dialects/v1/bodies/history.ts";
import { historyQuery as queryIn, historyRange } from "../../../functions/dialects/v1/queries/history.ts";

const of = (query: string) => new URLSearchParams(query);
const historyQuery = (query: URLSearchParams, own = "UTC") => queryIn(query, own);
const hour = (name: string) => hourNamed(name) ?? Number.NaN;
const failing = (code: string, parameter?: string) =>
  expect.objectContaining({
    code,
    ...(parameter === undefined ? {} : { details: expect.objectContaining({ parameter }) }),
  });

describe("a history is asked for", () => {
  it("by statistics, each once, and is plain unless it is said otherwise", () => {
    expect(historyQuery(of("metrics=messages.sent,users.seen, messages.sent,"))).toEqual({
      statistics: ["messages.sent", "users.seen"],
      from: undefined,
      to: undefined,
      interval: "hour",
      timeZone: "UTC",
      fill: "null",
      format: "json",
    });
  });

  it("in every interval, zone, filling and format", () => {
    expect(
      historyQuery(of("metrics=messages.sent&interval=week&tz=Asia/Kolkata&fill=zero&format=ndjson")),
    ).toMatchObject({ interval: "week", timeZone: "Asia/Kolkata", fill: "zero", format: "ndjson" });
  });

  it.each([
    ["metrics=messages.sent&interval=year", "interval", "hour, day, week, month"],
    ["metrics=messages.sent&interval=", "interval", "hour"],
    ["metrics=messages.sent&tz=Mars/Olympus", "tz", "IANA"],
    ["metrics=messages.sent&tz=", "tz", "IANA"],
    [`metrics=messages.sent&tz=${"x".repeat(5_000)}`, "tz", "IANA"],
    ["metrics=messages.sent&fill=last", "fill", "null, zero"],
    ["metrics=messages.sent&format=xml", "format", "json, csv, ndjson"],
    ["metrics=messages.sent&format=csv&format=csv", "format", "once"],
    ["metrics=messages.sent,messages.lost", "metrics", "messages.lost"],
    ["metrics=constructor", "metrics", "constructor"],
    ["metrics=", "metrics", "/v1/definitions"],
    ["", "metrics", "/v1/definitions"],
  ])("and is refused for %s, by name and with what there is", (query, parameter, word) => {
    expect(() => historyQuery(of(query))).toThrow(failing("parameter.invalid", parameter));
    expect(() => historyQuery(of(query))).toThrow(word);
  });

  it("in the workspace's own zone, unless rows are hours or another is named", () => {
    const zoneOf = (query: string) => historyQuery(of(`metrics=users.seen&${query}`), "Europe/Berlin").timeZone;
    expect(zoneOf("interval=day")).toBe("Europe/Berlin");
    expect(zoneOf("interval=hour")).toBe("UTC");
    expect(zoneOf("interval=month&tz=Asia/Tokyo")).toBe("Asia/Tokyo");
  });

  it("from a date to a date of its zone, where an hour belongs to the day in which it starts", () => {
    const rangeOf = (query: string) => historyQuery(of(`metrics=users.seen&interval=day&${query}`), "Europe/Berlin");
    expect(rangeOf("from=2026-03-29&to=2026-03-30")).toMatchObject({
      from: hour("2026-03-28T23"),
      to: hour("2026-03-29T22"),
    });
    expect(rangeOf("from=2026-03-29&tz=Asia/Kolkata")).toMatchObject({ from: hour("2026-03-28T19") });
    for (const wrong of ["2026-02-30", "2026-3-1", "20260301", "2026-03"])
      expect(() => rangeOf(`from=${wrong}`)).toThrow(failing("parameter.invalid", "from"));
    expect(() => rangeOf("from=2026-03-29&to=2026-03-29")).toThrow(failing("range.invalid"));
  });
});

describe("the range of a history", () => {
  const known = { to: 1000 };

  it("is the last day by default, and a year at most", () => {
    const hourly = (range: { from?: number; to?: number }) =>
      historyRange({ from: range.from, to: range.to, interval: "hour", timeZone: "UTC" }, known);
    expect(hourly({})).toEqual({ from: 976, to: 1000 });
    expect(hourly({ to: 500 })).toEqual({ from: 476, to: 500 });
    expect(hourly({ from: 10 })).toEqual({ from: 10, to: 1000 });
    expect(hourly({ from: 0, to: 9000 })).toEqual({ from: 0, to: 9000 });
    expect(() => hourly({ from: 0, to: 9001 })).toThrow(failing("range.invalid"));
    expect(() => hourly({ from: 1000 })).toThrow(failing("range.invalid"));
  });

  it("starts with a whole row unless its start is named", () => {
    const to = hour("2026-03-31T10");
    const day = historyRange({ from: undefined, to, interval: "day", timeZone: "Europe/Berlin" }, { to: 0 });
    const week = historyRange({ from: undefined, to, interval: "week", timeZone: "UTC" }, { to: 0 });

    expect(day).toEqual({ from: hour("2026-02-28T23"), to });
    expect(week).toEqual({ from: hour("2026-01-05T00"), to });
  });

  it("is never refused when nothing of it is named", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...INTERVALS),
        fc.constantFrom("UTC", "Asia/Kolkata", "Pacific/Kiritimati", "America/St_Johns"),
        fc.integer({ min: 400_000, max: 600_000 }),
        (interval, timeZone, to) => {
          const range = historyRange({ from: undefined, to: undefined, interval, timeZone }, { to });
          expect(range.from).toBeLessThan(to);
        },
      ),
    );
  });
});

describe("filling with zero", () => {
  it("counts what is counted as nothing, and says no more of the rest than before", () => {
    const gap = { "messages.sent": null, "users.seen": null, "connections.peak": null };
    const unknown = { "users.total": null, "memory.freeLow": null, "last.message": null };
    const row = { start: "x", status: "missing", coverage: null, "messages.removed": 3, ...gap, ...unknown };

    expect(zeroFilled(row, Object.keys({ ...gap, ...unknown, "messages.removed": 0 }))).toEqual({
      ...row,
      "messages.sent": 0,
      "users.seen": 0,
      "connections.peak": 0,
    });
  });

  it.each([
    { status: "complete", coverage: 1 },
    { status: "missing", coverage: 0.5 },
    { status: "open", coverage: null },
  ])("makes no zero of what is not known of a row that is $status with coverage $coverage", (observed) => {
    const row = { start: "x", ...observed, "messages.sent": 3, "connections.peak": null };

    expect(zeroFilled(row, ["messages.sent", "connections.peak"])).toEqual(row);
  });
});

const NINE = hour("2026-11-21T09");
const rows = [9, 10, 11].map((at) => ({
  start: `2026-11-21T${String(at).padStart(2, "0")}:00:00.000Z`,
  status: at === 11 ? "missing" : "complete",
  coverage: at === 11 ? null : 1,
  "messages.sent": at === 11 ? null : at,
}));
const history: History = {
  workspace: "demo",
  interval: "hour",
  timeZone: "UTC",
  from: NINE,
  to: NINE + 3,
  statistics: ["messages.sent"],
  rows,
};

describe("a history is told", () => {
  it("as JSON", () => {
    const { contentType, body } = historyPage(history, "json");

    expect(contentType).toBe("application/json");
    expect(JSON.parse(body)).toEqual({
      workspace: "demo",
      interval: "hour",
      from: "2026-11-21T09:00:00.000Z",
      to: "2026-11-21T12:00:00.000Z",
      tz: "UTC",
      statistics: ["messages.sent"],
      rows,
    });
    expect(JSON.parse(historyPage({ ...history, rows: [] }, "json").body)).toMatchObject({ rows: [] });
  });

  it("as a table, with what is not known left empty", () => {
    const { contentType, body } = historyPage(history, "csv");

    expect(contentType).toBe("text/csv; charset=utf-8");
    expect(body).toBe(
      [
        "start,status,coverage,messages.sent",
        "2026-11-21T09:00:00.000Z,complete,1,9",
        "2026-11-21T10:00:00.000Z,complete,1,10",
        "2026-11-21T11:00:00.000Z,missing,,",
        "",
      ].join("\r\n"),
    );
  });

  it("as a table whose fields are read as they were written", () => {
    const cells = fc.array(fc.string({ unit: fc.constantFrom("a", '"', ",", "\r", "\n", " ") }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(cells, (values) => {
        const statistics = values.map((_, at) => `s${at}`);
        const row = { start: "x", status: "complete", coverage: 1 };
        const filled: Record<string, Value> = Object.fromEntries(values.map((value, at) => [`s${at}`, value]));
        const { body } = historyPage({ ...history, statistics, rows: [{ ...row, ...filled }] }, "csv");
        const text = body.slice(body.indexOf("\r\n") + 2, -2);
        // Fields by the grammar of RFC 4180: quoted with doubled quotes, or plain.
        const fields = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)];
        expect(fields.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain)).toEqual([
          "x",
          "complete",
          "1",
          ...values,
        ]);
      }),
    );
  });

  it("as lines, one per row", () => {
    const { contentType, body } = historyPage(history, "ndjson");

    expect(contentType).toBe("application/x-ndjson");
    expect(body).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  });

  it("page by page when it is too long for one answer, and always goes on", () => {
    for (const format of ["json", "csv", "ndjson"] as const) {
      expect(historyPage(history, format, 1)).toMatchObject({ next: rows[1]?.start });
      expect(historyPage(history, format, 10_000)).toMatchObject({ next: undefined });
    }
    expect(JSON.parse(historyPage(history, "json", 200).body)).toMatchObject({
      rows: rows.slice(0, 2),
      next: rows[2]?.start,
    });
    expect(historyPage(history, "csv", 1).body.split("\r\n")).toHaveLength(3);
  });

  it("without a look at rows that are for another page", () => {
    let made = 0;
    const making = function* () {
      for (const row of rows) {
        made++;
        yield row;
      }
    };
    expect(historyPage({ ...history, rows: making() }, "json", 1)).toMatchObject({ next: rows[1]?.start });
    // The one that is too much has to be seen.
    expect(made).toBe(2);
  });

  it("in pages that hold each row once, wherever days begin", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...INTERVALS),
        fc.constantFrom("UTC", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin"),
        fc.integer({ min: 1, max: 400 }),
        (interval, timeZone, length) => {
          const to = NINE + 900;
          const told: string[] = [];
          for (let from = NINE; from < to;) {
            const days = bucketsOf(interval, timeZone, from, to).map(({ start }) => ({ start: isoOf(start) }));
            const { body, next } = historyPage({ ...history, from, to, rows: days }, "ndjson", length);
            told.push(...body.trimEnd().split("\n"));
            from = next === undefined ? to : Date.parse(next) / 3_600_000;
          }
          const all = bucketsOf(interval, timeZone, NINE, to).map(({ start }) =>
            JSON.stringify({ start: isoOf(start) }),
          );
          expect(told).toEqual(all);
        },
      ),
      { numRuns: 30 },
    );
  }, 30_000);
});
