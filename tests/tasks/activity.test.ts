import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS, hourNamed } from "../../functions/core/hour.ts";
import { readActivity } from "../../functions/tasks/read-activity.ts";
import { summarizePeriod } from "../../functions/tasks/summarize-period.ts";
import { message } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";

const MONDAY = Date.parse("2026-03-02T00:00:00.000Z");
const HOURS = 2 * 24 + 3;
const hour = (name: string): number => hourNamed(name) ?? Number.NaN;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ now: MONDAY });
  for (let at = 0; at < HOURS; at++) {
    const start = MONDAY + at * HOUR_MS;
    // Nine o'clock UTC is busy in general, every other hour has a word in the corridor; on Tuesday somebody else speaks.
    const who = at < 24 ? "ann" : "bob";
    const busy =
      at % 24 === 9 ? ["a", "b", "c"].map((_, more) => message(start + (more + 1) * 1_000, who, "general")) : [];
    const quiet = at % 2 === 0 ? [message(start + 60_000, "ann", "corridor")] : [];
    scene.clock.now = start + 300_000;
    if (busy.length + quiet.length > 0) await scene.send([...busy, ...quiet]);
  }
  scene.clock.now = MONDAY + HOURS * HOUR_MS;
  await scene.work();
}, 60_000);
afterAll(() => scene.close());

const RANGE = { from: hour("2026-03-02T00"), to: hour("2026-03-04T00") };

describe("the activity of a workspace", () => {
  it("lies at the hours of the week of its own time zone", async () => {
    const { heatMap } = await readActivity(scene.parts)("demo", { ...RANGE, timeZone: "Europe/Berlin" });
    expect(heatMap).toHaveLength(7);
    expect(heatMap.every((row) => row.length === 24)).toBe(true);
    expect(heatMap[0]?.[10]).toEqual({ hours: 1, messages: 3, mean: 3 });
    expect(heatMap[1]?.[10]).toEqual({ hours: 1, messages: 3, mean: 3 });
    expect(heatMap[0]?.[11]).toEqual({ hours: 1, messages: 1, mean: 1 });
    // Sunday was observed by nobody, and Monday began in Berlin an hour before the range.
    for (const cell of [heatMap[6]?.[12], heatMap[0]?.[0]]) expect(cell).toEqual({ hours: 0, messages: 0, mean: null });
  });

  it("names the busiest hours and the most active rooms", async () => {
    const { busiest, rooms } = await readActivity(scene.parts)("demo", { ...RANGE, timeZone: "UTC" });
    expect(busiest.slice(0, 3)).toEqual([
      { hour: hour("2026-03-02T09"), messages: 3, users: 1 },
      { hour: hour("2026-03-03T09"), messages: 3, users: 1 },
      { hour: hour("2026-03-02T00"), messages: 1, users: 1 },
    ]);
    expect(rooms).toEqual([
      { id: "corridor", messages: 24 },
      { id: "general", messages: 6 },
    ]);
  });

  it("is told of a year and some at most", async () => {
    await expect(
      readActivity(scene.parts)("demo", { from: RANGE.from, to: RANGE.from + 9_001, timeZone: "UTC" }),
    ).rejects.toMatchObject({ code: "range.invalid" });
  });
});

describe("a summary", () => {
  it("holds a period against the one before, people counted once in each", async () => {
    const { now, previous, headlines } = await summarizePeriod(scene.parts)("demo", "24h");
    expect([now.from, now.to, previous.from]).toEqual([
      hour("2026-03-03T03"),
      hour("2026-03-04T03"),
      hour("2026-03-02T03"),
    ]);
    const told = (name: string) => headlines.find((one) => one.name === name);
    expect(told("messages.sent")).toMatchObject({ value: 15, previous: 15, change: 0, changeRatio: 0, good: "up" });
    expect(told("users.seen")).toMatchObject({ value: 2, previous: 1, change: 1, changeRatio: 1 });
    expect(told("memory.freeLow")).toMatchObject({ value: null, previous: null, change: null, changeRatio: null });
  });

  it("knows nothing of a period before the history, and makes no change of it", async () => {
    const { previous, headlines } = await summarizePeriod(scene.parts)("demo", "30d");
    expect(previous).toMatchObject({ status: "missing", coverage: null });
    expect(headlines.find(({ name }) => name === "messages.sent")).toMatchObject({
      value: 32,
      previous: null,
      change: null,
      changeRatio: null,
    });
  });
});
