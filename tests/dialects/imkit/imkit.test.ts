import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure, type FailureCode } from "../../../functions/core/failure.ts";
import { connectionCountBody, reportBody } from "../../../functions/dialects/imkit/body.ts";
import { renderFailure } from "../../../functions/dialects/imkit/failure.ts";
import { reportQuery, windowQuery } from "../../../functions/dialects/imkit/query.ts";

const HOUR = 3_600_000;
const NINE = Date.parse("2026-04-11T09:00:00Z");
const REPORT = {
  window: { start: NINE, end: NINE + HOUR },
  seen: ["user001", "user002", "user003", "user004", "user005"],
  roomCount: 12,
  totalRoomCount: 358,
  messageCount: 2467,
  connectionCount: 7,
  peakConnectionCount: 1893,
  totalMem: 8589934592,
  freeMem: 3221225472,
};

describe("IMKit's report", () => {
  it("is the vendor's example, its two clocks in agreement", () => {
    expect(reportBody(REPORT, { clientKey: "ck_abcdef1234567890", apiKey: "ak_abcdef1234567890" })).toBe(
      '{"RC":0,"RM":"OK","result":{"clientKey":"ck_abcdef1234567890","apiKey":"ak_abcdef1234567890",' +
        '"startTime":"2026-04-11T09:00:00.000Z","endTime":"2026-04-11T10:00:00.000Z","start":1775898000,"end":1775901600,' +
        '"userList":["user001","user002","user003","user004","user005"],"roomCount":12,"totalRoomCount":358,' +
        '"messageCount":2467,"peakConnectionCount":1893,"totalMem":8589934592,"freeMem":3221225472}}',
    );
  });

  it("echoes no key when it is not to, and knows null from 0", () => {
    const body = reportBody({ ...REPORT, seen: [], roomCount: null, peakConnectionCount: 0, freeMem: null }, undefined);

    expect(JSON.parse(body)).toEqual({
      RC: 0,
      RM: "OK",
      result: {
        startTime: "2026-04-11T09:00:00.000Z",
        endTime: "2026-04-11T10:00:00.000Z",
        start: 1775898000,
        end: 1775901600,
        userList: [],
        roomCount: null,
        totalRoomCount: 358,
        messageCount: 2467,
        peakConnectionCount: 0,
        totalMem: 8589934592,
        freeMem: null,
      },
    });
  });

  it("counts connections", () => {
    expect(connectionCountBody(7)).toBe('{"RC":0,"RM":"OK","result":{"connectionCount":7}}');
    expect(connectionCountBody(null)).toBe('{"RC":0,"RM":"OK","result":{"connectionCount":null}}');
  });
});

describe("a list of users that is too long for one answer", () => {
  const resultOf = (seen: readonly string[], after: string | undefined, listBytes: number) =>
    (
      JSON.parse(reportBody({ ...REPORT, seen }, undefined, { after, listBytes })) as {
        result: { userList: string[]; next?: string };
      }
    ).result;
  const cursorOf = (next: string) => reportQuery(new URLSearchParams({ cursor: next }), 0);

  it("comes page by page, each of the same window, and whole", () => {
    const id = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }).filter((text) => !/[\p{Cc}]/u.test(text));
    fc.assert(
      fc.property(fc.uniqueArray(id), fc.integer({ min: 1, max: 60 }), (ids, listBytes) => {
        const seen = ids.toSorted();
        const found: string[] = [];
        let after: string | undefined;
        for (let pages = 0; pages <= seen.length; pages++) {
          const { userList, next } = resultOf(seen, after, listBytes);
          found.push(...userList);
          expect(userList.length === 1 || JSON.stringify(userList).length - 2 <= listBytes).toBe(true);
          if (next === undefined) break;
          const asked = cursorOf(next);
          expect(asked.window).toEqual(REPORT.window);
          ({ after } = asked);
        }
        expect(found).toEqual(seen);
      }),
    );
  });

  it("needs no pages for 50,000 users of 24 characters, nor of 70", () => {
    for (const length of [24, 70]) {
      const seen = Array.from({ length: 50_000 }, (_, at) => String(at).padStart(length, "u")).toSorted();
      const body = reportBody({ ...REPORT, seen }, undefined);
      expect((JSON.parse(body) as { result: object }).result).toEqual(
        expect.objectContaining({ userList: seen, freeMem: REPORT.freeMem }),
      );
      expect(body).not.toContain('"next"');
    }
  });

  it("stays below what Lambda answers with at most, for ids of any length", () => {
    for (const [length, users] of [
      [6, 500_000],
      [128, 40_000],
    ] as const) {
      const seen = Array.from({ length: users }, (_, at) => String(at).padStart(length, "u"));
      const body = reportBody({ ...REPORT, seen }, undefined);
      // Lambda's answer is JSON that holds the body as a text; 6 MB of it is the quota.
      expect(Buffer.byteLength(JSON.stringify({ statusCode: 200, body }))).toBeLessThan(6_291_556 - 10_000);
    }
  });

  it.each([
    "",
    "x",
    "bnVsbA",
    Buffer.from("[1,2]").toString("base64url"),
    Buffer.from('[-1,2,"a"]').toString("base64url"),
  ])("goes on from no other cursor: %s", (cursor) => {
    expect(() => cursorOf(cursor)).toThrow(expect.objectContaining({ code: "parameter.invalid" }));
  });
});

describe("IMKit's window", () => {
  const NOW = Date.parse("2026-04-11T10:20:30.400Z");
  const asked = (query: string) => windowQuery(new URLSearchParams(query), NOW);

  it("is left to the store when nobody asks for one", () => {
    expect(asked("")).toBeUndefined();
    expect(asked("other=1")).toBeUndefined();
  });

  it.each([
    "start=1775898000&end=1775901600",
    "start=1775898000000&end=1775901600000",
    "start=2026-04-11T09:00:00Z&end=2026-04-11T10:00:00.000Z",
    "start=2026-04-11T11:00:00%2B02:00&end=2026-04-11T12:00:00+02:00",
    "start=1775898000&end=2026-04-11T10:00:00Z",
    "end=1775901600",
  ])("is read from %s", (query) => {
    expect(asked(query)).toEqual({ start: NINE, end: NINE + HOUR });
  });

  it("takes a date as its midnight, and runs up to now without an end", () => {
    expect(asked("start=2026-04-11")).toEqual({
      start: Date.parse("2026-04-11T00:00:00Z"),
      end: Date.parse("2026-04-11T10:21:00Z"),
    });
  });

  it.each([
    "start=",
    "start=yesterday",
    "end=1e9",
    "start=-5",
    "start=1&start=2",
    "end=2026-02-30",
    "start=9999999999999999999",
    "start=NaN",
    "end=%00",
  ])("is refused for %s", (query) => {
    expect(() => asked(query)).toThrow(expect.objectContaining({ code: "parameter.invalid" }));
  });
});

describe("a failure in IMKit's words", () => {
  const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };
  const UNAUTHORIZED =
    '{"RC":401,"RM":"Unauthorized","error":{"code":"INVALID_API_KEY","message":"Invalid or missing API key"}}';

  it.each([
    ["credential.missing", 401, UNAUTHORIZED],
    ["credential.unknown", 401, UNAUTHORIZED],
    ["credential.expired", 401, UNAUTHORIZED],
    ["workspace.missing", 401, UNAUTHORIZED],
    [
      "scope.missing",
      403,
      '{"RC":403,"RM":"Forbidden","error":{"code":"PERMISSION_DENIED","message":"Platform API permission required"}}',
    ],
    ["range.invalid", 400, '{"RC":400,"RM":"Bad Request","error":{"code":"INVALID_PARAMETER","message":"Why."}}'],
    ["parameter.invalid", 400, '{"RC":400,"RM":"Bad Request","error":{"code":"INVALID_PARAMETER","message":"Why."}}'],
    ["route.unknown", 404, '{"RC":404,"RM":"Not Found","error":{"code":"NOT_FOUND","message":"Why."}}'],
    [
      "route.method-not-allowed",
      405,
      '{"RC":405,"RM":"Method Not Allowed","error":{"code":"METHOD_NOT_ALLOWED","message":"Why."}}',
    ],
    [
      "batch.mismatch",
      500,
      '{"RC":500,"RM":"Internal Server Error","error":{"code":"INTERNAL_ERROR","message":"Something failed on our side"}}',
    ],
  ] as readonly (readonly [FailureCode, number, string])[])("says %s to the letter", (code, status, body) => {
    expect(renderFailure(new Failure(code, "Why."))).toEqual({ status, headers: HEADERS, body });
  });

  it("tells nothing of a crash, and when to come back", () => {
    expect(JSON.parse(renderFailure(undefined).body)).toEqual({
      RC: 500,
      RM: "Internal Server Error",
      error: { code: "INTERNAL_ERROR", message: "Something failed on our side" },
    });
    expect(renderFailure(new Failure("store.busy", "Why.")).headers["retry-after"]).toBe("1");
  });
});
