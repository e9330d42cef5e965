import { readFileSync } from "node:fs";
import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { scheduledTimeOf, scheduleHandler } from "../../functions/edge/schedule.ts";

const NOW = Date.parse("2026-11-21T10:03:41Z");
const SCHEDULED = Date.parse("2026-11-21T10:03:00Z");
const fixture = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../fixtures/lambda/${name}.json`, import.meta.url), "utf8")) as object;

describe("the time a run was meant for", () => {
  const at = (event: unknown): string => new Date(scheduledTimeOf(event, NOW)).toISOString();

  it("is the scheduled time in Scheduler's input", () => {
    expect(scheduledTimeOf(fixture("scheduler"), NOW)).toBe(SCHEDULED);
  });

  it("is the time of an EventBridge event when there is no scheduled time", () => {
    expect(scheduledTimeOf(fixture("eventbridge-scheduled"), NOW)).toBe(SCHEDULED);
  });

  it("is the event's time when the placeholder was not filled in", () => {
    const event = { ...fixture("eventbridge-scheduled"), scheduledTime: "<aws.scheduler.scheduled-time>" };

    expect(scheduledTimeOf(event, NOW)).toBe(SCHEDULED);
  });

  it("may carry fractions of a second and an offset", () => {
    expect(at({ scheduledTime: "2026-11-21T11:03:00.250+01:00" })).toBe("2026-11-21T10:03:00.250Z");
  });

  it.each([
    { scheduledTime: "<aws.scheduler.scheduled-time>" },
    { scheduledTime: "" },
    { scheduledTime: "soon", time: "later" },
    { scheduledTime: "2026-13-21T10:03:00Z" },
    { scheduledTime: 1_795_255_380 },
    {},
    null,
    undefined,
    "run",
  ])("is now when all that is told is %j", (event) => {
    expect(scheduledTimeOf(event, NOW)).toBe(NOW);
  });

  it("is never later than now: no hour closes before it is over", () => {
    expect(scheduledTimeOf({ scheduledTime: "2026-11-21T11:03:00Z" }, NOW)).toBe(NOW);
  });
});

describe("a run behind a schedule", () => {
  it("runs as of the time it was meant for", async () => {
    const runs: number[] = [];
    const handler = scheduleHandler({
      run: async (now) => {
        runs.push(now);
      },
      clock: () => NOW,
      log: () => undefined,
    });

    await handler(fixture("scheduler"));
    expect(runs).toEqual([SCHEDULED]);
  });

  it("fails as the run does, and says so in one line", async () => {
    const lines: object[] = [];
    const handler = scheduleHandler({
      run: () => Promise.reject(new TypeError("no queue")),
      clock: () => NOW,
      log: (line) => lines.push(line),
    });

    await expect(handler({}, { awsRequestId: "request-1" } as Context)).rejects.toThrow("no queue");
    expect(lines).toEqual([
      {
        event: "RunFailed",
        requestId: "request-1",
        error: "TypeError",
        message: "no queue",
        stack: expect.any(String),
      },
    ]);
  });
});
