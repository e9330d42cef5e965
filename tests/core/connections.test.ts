import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carryThrough, type Carried, connectionFigures, NOTHING_CARRIED } from "../../functions/core/connections.ts";
import { Counter } from "../../functions/core/counting.ts";
import { emptyHour } from "../../functions/core/delta.ts";
import { HOUR_MS, hourOf, HOUR_SECONDS } from "../../functions/core/hour.ts";
import { anyEvent, event, HOUR_ZERO, isAboutConnections, parsed, type RawEvent } from "../support/events.ts";
import { levelsBySecond } from "../support/recounts/oracle.ts";

const ZERO = HOUR_ZERO / 1_000;
const report = (second: number, connections: number | undefined, source: string): RawEvent =>
  event(
    "instance.reported",
    HOUR_ZERO + second * 1_000,
    {
      id: source,
      version: "1",
      os: { totalmem: 2, freemem: 1 },
      ...(connections === undefined ? {} : { connections }),
    },
    { source },
  );
const opened = (second: number, source: string): RawEvent =>
  event("connection.opened", HOUR_ZERO + second * 1_000, { connection: "c" }, { source });
const closed = (second: number, source: string): RawEvent =>
  event("connection.closed", HOUR_ZERO + second * 1_000, { connection: "c" }, { source });

/** Figures of the first hour, as of its end or of a second of it. */
const inHour = (
  events: readonly RawEvent[],
  at = HOUR_SECONDS - 1,
  carried: Carried = NOTHING_CARRIED,
): ReturnType<typeof connectionFigures> => {
  const counter = new Counter();
  for (const each of events) counter.count(parsed(each));
  const hour = hourOf(HOUR_ZERO);
  return connectionFigures(carried, [[hour, counter.delta.get(hour) ?? emptyHour()]], {
    from: ZERO,
    to: ZERO + HOUR_SECONDS,
    at: ZERO + at,
  });
};

describe("connections", () => {
  it("are not known until somebody tells", () => {
    expect(inHour([event("message.sent", HOUR_ZERO, { room: "r", roomKind: "channel", user: "u" })])).toEqual({
      current: null,
      peak: null,
    });
  });

  it("step from the level that was set last", () => {
    expect(inHour([report(0, 10, "a"), opened(5, "a"), opened(6, "a"), closed(90, "a")], 100)).toEqual({
      current: 11,
      peak: 12,
    });
  });

  it("count the sum of all reporters at each second, not the sum of their peaks", () => {
    const events = [
      report(0, 50, "a"),
      report(60, 0, "a"),
      report(60, 40, "b"),
      report(120, 45, "b"),
      report(130, 1, "a"),
    ];
    expect(inHour(events, 150)).toEqual({ current: 46, peak: 50 });
  });

  it("take the larger of two levels set in one second, and no step of that second", () => {
    expect(inHour([report(10, 7, "a"), report(10, 9, "a"), opened(10, "a")], 20)).toEqual({ current: 9, peak: 9 });
  });

  it("end three minutes after the last word of a reporter that reports", () => {
    const events = [report(0, 10, "a")];
    expect(inHour(events, 179).current).toBe(10);
    expect(inHour(events, 180).current).toBe(0);
  });

  it("go on while anything is heard from the reporter", () => {
    const events = [report(0, 10, "a"), event("user.active", HOUR_ZERO + 170_000, { id: "u" }, { source: "a" })];
    expect(inHour(events, 349).current).toBe(10);
    expect(inHour(events, 350).current).toBe(0);
  });

  it("stay when a reporter that only steps falls silent", () => {
    expect(inHour([opened(0, "a")])).toEqual({ current: 1, peak: 1 });
  });

  it("are carried into the next hour, silence too", () => {
    const counter = new Counter();
    for (const each of [report(3_500, 10, "a"), opened(100, "b")]) counter.count(parsed(each));
    const hour = hourOf(HOUR_ZERO);
    const carried = carryThrough(NOTHING_CARRIED, hour, counter.delta.get(hour) ?? emptyHour());
    const figures = (at: number): ReturnType<typeof connectionFigures> =>
      connectionFigures(carried, [[hour + 1, emptyHour()]], { from: ZERO + 3_600, to: ZERO + 7_200, at: ZERO + at });
    expect(figures(3_679)).toEqual({ current: 11, peak: 11 });
    expect(figures(3_680)).toEqual({ current: 1, peak: 11 });
  });

  it("equal a recount second by second, in any order and over hours", () => {
    const anyConnection = fc.array(anyEvent(HOUR_ZERO, HOUR_ZERO + 3 * HOUR_MS), { maxLength: 40 });
    fc.assert(
      fc.property(anyConnection, fc.integer({ min: 0, max: 3 * 60 - 1 }), (events, minute) => {
        const counter = new Counter();
        for (const each of events) counter.count(parsed(each));
        const first = hourOf(HOUR_ZERO);
        const hours = [first, first + 1, first + 2].map(
          (hour) => [hour, counter.delta.get(hour) ?? emptyHour()] as const,
        );
        const levels = levelsBySecond(events, ZERO, ZERO + 3 * HOUR_SECONDS);
        const from = minute * 60;
        const to = Math.min(from + HOUR_SECONDS, 3 * HOUR_SECONDS);
        const figures = connectionFigures(NOTHING_CARRIED, hours, {
          from: ZERO + from,
          to: ZERO + to,
          at: ZERO + to - 1,
        });
        const isTold = events.some(
          (each) =>
            isAboutConnections(each) && (each.type !== "instance.reported" || "connections" in (each.data ?? {})),
        );
        expect(figures).toEqual(
          isTold
            ? { current: levels[to - 1], peak: Math.max(...levels.slice(from, to)) }
            : { current: null, peak: null },
        );
      }),
      { numRuns: 200 },
    );
  });
});
