import { describe, expect, it } from "vitest";
import { Failure, type FailureCode } from "../../../functions/core/failure.ts";
import { connectionCountBody, reportBody } from "../../../functions/dialects/imkit/body.ts";
import { renderFailure } from "../../../functions/dialects/imkit/failure.ts";
import { windowQuery } from "../../../functions/dialects/imkit/query.ts";

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
