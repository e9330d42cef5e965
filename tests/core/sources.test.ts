import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "../../functions/core/capabilities.ts";
import { Failure } from "../../functions/core/failure.ts";
import { HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { type HourReport, mergedReports } from "../../functions/core/hour-report.ts";
import { DERIVABLE, withFlows } from "../../functions/core/derived-flows.ts";
import { parseRocketchatReport } from "../../functions/core/rocketchat-report.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import { nextTry, upstreamUrl } from "../../functions/core/upstream.ts";
import { retryAfterMs, withoutSecret } from "../../functions/core/upstream-answer.ts";

const NOW = Date.parse("2026-11-21T10:03:00Z");

const report = (figures: HourReport["figures"], offMs = 0, end = NOW): HourReport => ({
  hour: Math.round(end / HOUR_MS) - 1,
  window: { start: end - HOUR_MS, end },
  offMs,
  reasons: [],
  users: [],
  figures,
});

const anyFigures = fc.dictionary(fc.constantFrom(...STATISTICS.map(({ name }) => name)), fc.nat()) as fc.Arbitrary<
  HourReport["figures"]
>;

describe("two reports of an hour", () => {
  it("become one that tells all that either tells, and the better one's where both do", () => {
    fc.assert(
      fc.property(anyFigures, anyFigures, fc.nat(1_000), fc.nat(1_000), (one, other, off, otherOff) => {
        const merged = mergedReports(report(one, off), report(other, otherOff));
        const [better, worse] = otherOff < off ? [other, one] : [one, other];
        expect(merged?.figures).toEqual({ ...worse, ...better });
        expect(merged?.offMs).toBe(Math.min(off, otherOff));
      }),
    );
  });

  it("are the one that there is", () => {
    const only = report({ "users.total": 1 });
    expect([mergedReports(only, undefined), mergedReports(undefined, only)]).toEqual([only, only]);
    expect(mergedReports(undefined, undefined)).toBeUndefined();
  });
});

describe("flows from totals", () => {
  it("add up to what the totals grew by, and are never below zero", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 2, maxLength: 20 }), (totals) => {
        const rising = totals.toSorted((a, b) => a - b);
        const told = rising.map((total, at) => report({ "messages.total": total }, 0, NOW + at * HOUR_MS));
        const flows = told.slice(1).map((one, at) => withFlows(one, told[at]).figures["messages.sent"] ?? Number.NaN);
        expect(flows.reduce((sum, flow) => sum + flow, 0)).toBe((rising.at(-1) ?? 0) - (rising[0] ?? 0));
        for (const flow of flows) expect(flow).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("are none over any other time than an hour, nor in the place of what is told", () => {
    const before = report({ "users.total": 1, "messages.total": 5 }, 0, NOW - HOUR_MS);
    const now = report({ "users.total": 3, "messages.total": 4, "users.joined": 9 });
    expect(withFlows(now, before)).toEqual({ figures: now.figures, derived: [] });
    const late = report({ "users.total": 3 }, 0, NOW + 11 * MINUTE_MS);
    expect(withFlows(late, before).derived).toEqual([]);
    expect(withFlows(report({ "users.total": 3 }), undefined).derived).toEqual([]);
  });
});

describe("a Rocket.Chat server's answer", () => {
  it.each([
    ["9999-12-31T23:59:59.999Z", 253_402_300_799_999],
    ["Sat Nov 21 2026 09:00:00 GMT+0000", NOW - 63 * MINUTE_MS],
    ["+275760-09-13T00:00:00.000Z", undefined],
    ["-000001-01-01T00:00:00.000Z", undefined],
    ["yesterday", undefined],
  ])("of a last login at %s tells a time that can be written, or none", (lastLogin, told) => {
    const body = { version: "8.6.1", lastLogin };
    expect(parseRocketchatReport(body, { now: NOW, isCountedNow: true }).figures["last.login"]).toBe(told);
  });

  it("is read or refused by name, whatever it is", () => {
    const outcomeOf = (body: unknown, isCountedNow: boolean): string => {
      try {
        const { figures } = parseRocketchatReport(body, { now: NOW, isCountedNow });
        return Object.values(figures).every((value) => Number.isFinite(value)) ? "read" : "nonsense";
      } catch (error) {
        return error instanceof Failure ? "refused" : String(error);
      }
    };
    fc.assert(
      fc.property(fc.anything(), fc.boolean(), (body, isCountedNow) => {
        expect(["read", "refused"]).toContain(outcomeOf(body, isCountedNow));
      }),
    );
  });

  it("tells numbers only where it has them", () => {
    const { figures } = parseRocketchatReport(
      { totalUsers: 3, totalRooms: null, totalMessages: "many", activeUsers: 1.5, lastLogin: "", success: true },
      { now: NOW, isCountedNow: true },
    );
    expect(figures).toEqual({ "users.total": 3 });
  });
});

describe("the address of a server", () => {
  it.each([
    ["https://chat.example.org", "https://chat.example.org"],
    ["https://Chat.Example.org:443/", "https://chat.example.org"],
    ["https://example.org/chat/", "https://example.org/chat"],
    ["http://10.0.0.1:3000", "http://10.0.0.1:3000"],
    ["https://user@example.org", undefined],
    ["https://example.org/?x=1", undefined],
    ["https://example.org/#x", undefined],
    ["https://example.org/?", undefined],
    ["ftp://example.org", undefined],
    ["javascript:alert(1)", undefined],
    ["chat.example.org", undefined],
    [`https://example.org/${"x".repeat(2_000)}`, undefined],
  ])("%j is %j", (text, url) => {
    expect(upstreamUrl(text)).toBe(url);
  });
});

describe("tries within an hour", () => {
  it("come ever later, never before they are wanted, and end in time", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.nat(4_000_000),
        (tries, chance, wanted) => {
          const next = nextTry({ endOfHour: NOW, now: NOW + 1, tries }, chance, wanted);
          if (next === null) return;
          expect(next).toBeGreaterThanOrEqual(NOW + 1 + Math.max(wanted, 15_000));
          expect(next).toBeLessThan(NOW + 25 * MINUTE_MS);
        },
      ),
    );
  });
});

describe("what a server wants to be left alone for", () => {
  it.each([
    ["7", 7_000],
    ["Sat, 21 Nov 2026 10:04:00 GMT", MINUTE_MS],
    ["99999999", HOUR_MS],
    ["-5", 0],
    ["soon", 0],
    [undefined, 0],
  ])("%j is %j ms", (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});

describe("an answer without its secret", () => {
  it("holds it nowhere, however deep it was put", () => {
    const secret = "s3cret-s3cret";
    const put = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<unknown>(secret, `x${secret}y`, "harmless", 1, null, true),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", `k${secret}`), tie("value"), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(put, (value) => {
        expect(JSON.stringify(withoutSecret(value, secret)) ?? "").not.toContain(secret);
      }),
    );
    expect(withoutSecret({ a: ["harmless", 1, null], b: { c: true } }, secret)).toEqual({
      a: ["harmless", 1, null],
      b: { c: true },
    });
  });
});

describe("what a source can give", () => {
  it("is said of every statistic, and counted only where events are", () => {
    for (const source of ["events", "rocketchat", "imkit"] as const) {
      const capabilities = capabilitiesOf(source);
      expect([...capabilities.keys()]).toEqual(STATISTICS.map(({ name }) => name));
      expect([...capabilities.values()].every((how) => (how === "counted") === (source === "events"))).toBe(true);
    }
    for (const name of DERIVABLE) expect(capabilitiesOf("rocketchat").get(name)).toBe("derived");
  });
});
