import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { parseImkitReport } from "../../functions/core/imkit-report.ts";
import { isoOf } from "../../functions/core/instant.ts";

const START = Date.parse("2026-04-11T09:00:00.000Z");
const END = START + HOUR_MS;
const NOW = END + 20_000;

/** The example of the newer generation of IMKit's documents, its clocks in agreement. */
const NEWER = {
  clientKey: "ck_abcdef1234567890",
  apiKey: "ak_abcdef1234567890",
  startTime: isoOf(START),
  endTime: isoOf(END),
  start: START / 1_000,
  end: END / 1_000,
  userList: ["user002", "user001"],
  roomCount: 12,
  totalRoomCount: 358,
  messageCount: 2_467,
  peakConnectionCount: 1_893,
  totalMem: 8_589_934_592,
  freeMem: 3_221_225_472,
};
/** The older one: the two clocks swapped, milliseconds for seconds, and more numbers. */
const OLDER = {
  ...NEWER,
  startTime: START,
  endTime: END,
  start: isoOf(START),
  end: isoOf(END),
  clientId: "app",
  newUserCount: 3,
  totalUserCount: 900,
  monthlyAcitiveUserCount: 400,
};
const FIGURES = {
  "users.seen": 2,
  "rooms.used": 12,
  "rooms.total": 358,
  "messages.sent": 2_467,
  "connections.peak": 1_893,
  "memory.total": 8_589_934_592,
  "memory.free": 3_221_225_472,
};
const READ = {
  hour: hourOf(START),
  window: { start: START, end: END },
  offMs: 0,
  reasons: [],
  users: ["user001", "user002"],
  figures: FIGURES,
};

const moved = (byMs: number, lengthMs = HOUR_MS): object => ({
  ...NEWER,
  startTime: isoOf(START + byMs),
  endTime: isoOf(START + byMs + lengthMs),
  start: undefined,
  end: undefined,
});

describe("an IMKit report", () => {
  it("is read from the newer generation of field types, and from the older one", () => {
    expect(parseImkitReport(NEWER, NOW)).toEqual(READ);
    expect(parseImkitReport(OLDER, NOW)).toEqual({
      ...READ,
      figures: { ...FIGURES, "users.joined": 3, "users.total": 900 },
    });
  });

  it("is read from text where numbers are meant, and out of an answer of IMKit's", () => {
    const texts = Object.fromEntries(
      Object.entries(NEWER).map(([name, value]) => [name, typeof value === "number" ? String(value) : value]),
    );

    expect(parseImkitReport(texts, NOW)).toEqual(READ);
    expect(parseImkitReport({ RC: 0, RM: "OK", result: NEWER }, NOW)).toEqual(READ);
  });

  it("holds no key, and nothing else that is not listed", () => {
    const told = JSON.stringify(parseImkitReport({ ...OLDER, secret: "s3cret", result: undefined }, NOW));

    for (const secret of [NEWER.clientKey, NEWER.apiKey, "s3cret", "clientId"]) expect(told).not.toContain(secret);
  });

  it("leaves out what it does not tell, and does not call it zero", () => {
    const { figures } = parseImkitReport({ ...NEWER, totalMem: null, freeMem: undefined, roomCount: "" }, NOW);

    expect(figures).toEqual({
      "users.seen": 2,
      "rooms.total": 358,
      "messages.sent": 2_467,
      "connections.peak": 1_893,
    });
  });

  it("goes by the clock that is nearer to now when its two disagree, and says so", () => {
    // The example on IMKit's own page: `start` and `end` are of the year before.
    const read = parseImkitReport({ ...NEWER, start: 1_744_362_000, end: 1_744_365_600 }, NOW);

    expect(read).toEqual({ ...READ, reasons: ["clock-conflict"] });
  });

  it("tells milliseconds that the other clock cuts off, without a conflict", () => {
    const start = START + 17_368;
    const body = {
      ...NEWER,
      startTime: isoOf(start),
      endTime: isoOf(start + HOUR_MS),
      start: Math.floor(start / 1_000),
      end: Math.floor((start + HOUR_MS) / 1_000),
    };

    expect(parseImkitReport(body, NOW)).toMatchObject({
      window: { start, end: start + HOUR_MS },
      offMs: 17_368,
      reasons: [],
    });
  });

  it.each([
    ["five minutes late", 300_000, HOUR_MS, 0, []],
    ["more than five minutes late", 300_001, HOUR_MS, 0, ["misaligned"]],
    ["more than five minutes early", -300_001, HOUR_MS, 0, ["misaligned"]],
    ["forty minutes late, so it is more of the next hour", 2_400_000, HOUR_MS, 1, ["misaligned"]],
    ["six minutes longer than an hour", 0, HOUR_MS + 360_000, 0, ["misaligned"]],
  ])("that is %s", (_, byMs, lengthMs, hours, reasons) => {
    expect(parseImkitReport(moved(byMs, lengthMs), NOW + HOUR_MS)).toMatchObject({
      hour: hourOf(START) + hours,
      reasons,
    });
  });

  it("says that its numbers contradict each other, and keeps them", () => {
    expect(parseImkitReport({ ...NEWER, roomCount: 359 }, NOW)).toMatchObject({
      reasons: ["upstream-inconsistent"],
      figures: { "rooms.used": 359 },
    });
  });

  it.each([
    ["no object", [NEWER]],
    ["an error", { RC: 401, RM: "Unauthorized", error: {} }],
    ["no window", { ...NEWER, startTime: null, end: "" }],
    ["a window that is no instant", { ...NEWER, startTime: "today" }],
    ["an instant below zero", { ...NEWER, start: -1 }],
    ["a window of ten minutes", moved(0, 600_000)],
    ["a window of a day", moved(-23 * HOUR_MS, 24 * HOUR_MS)],
    ["a window that ends before it starts", moved(0, -HOUR_MS)],
    ["a window in the future", moved(HOUR_MS)],
    ["no users", { ...NEWER, userList: undefined }],
    ["a user without an id", { ...NEWER, userList: [""] }],
    ["a user that is a number", { ...NEWER, userList: [7] }],
    ["too many users", { ...NEWER, userList: Array.from({ length: 100_001 }, (_, at) => `u${at}`) }],
    ["half a message", { ...NEWER, messageCount: 0.5 }],
    ["fewer than no rooms", { ...NEWER, roomCount: -1 }],
    ["a number in words", { ...NEWER, totalMem: "much" }],
    ["a number that is a list", { ...NEWER, totalMem: [1] }],
  ])("is refused with %s, and no value of it is named", (_, body) => {
    expect(() => parseImkitReport(body, NOW)).toThrow(expect.objectContaining({ code: "report.malformed" }));
    expect(() => parseImkitReport(body, NOW)).not.toThrow(/ck_|ak_|today|much/);
  });

  it("fails by name, or is one, whatever comes", () => {
    const isNamed = (body: unknown): boolean => {
      try {
        return parseImkitReport(body, NOW).users.length >= 0;
      } catch (error) {
        return (error as { code?: unknown }).code === "report.malformed";
      }
    };
    const fields = fc.constantFrom(...Object.keys(OLDER));
    fc.assert(
      fc.property(fc.dictionary(fields, fc.anything()), (changes) => isNamed({ ...OLDER, ...changes })),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.anything(), isNamed), { numRuns: 300 });
  });
});
