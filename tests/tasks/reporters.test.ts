import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { listReporters, readReporter } from "../../functions/tasks/read-reporters.ts";
import { pagesOf } from "../support/pages.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO + minutes(30), startsAt: HOUR_ZERO });
});
afterEach(() => scene.close());

const from = (source: string, at: number, sequence?: number): ReturnType<typeof message> =>
  message(at, "ann", "general", { source, ...(sequence === undefined ? {} : { sequence }) });
const list = (limit = 100, after?: string): ReturnType<ReturnType<typeof listReporters>> =>
  listReporters(scene.parts)("demo", { limit, after });

describe("the reporters", () => {
  it("are none before anybody was heard", async () => {
    expect(await list()).toEqual({ reporters: [], next: undefined });
  });

  it("are told with when they were heard, in how many minutes, and what number comes next", async () => {
    await scene.send([
      from("chat-2", HOUR_ZERO + minutes(1)),
      from("chat-2", HOUR_ZERO + minutes(1) + 59_999),
      from("chat-2", HOUR_ZERO + minutes(7) + 1_500),
      from("chat-1", HOUR_ZERO, 1),
    ]);
    expect(await list()).toEqual({
      reporters: [
        { source: "chat-1", lastHeardAt: HOUR_ZERO, heardMinutes: 1, next: 2 },
        { source: "chat-2", lastHeardAt: HOUR_ZERO + minutes(7) + 1_000, heardMinutes: 2, next: null },
      ],
      next: undefined,
    });
    expect(await readReporter(scene.parts)("demo", "chat-2")).toMatchObject({ heardMinutes: 2, next: null });
  });

  it("count the minutes of the last 60, over the end of an hour, whether it is closed or not", async () => {
    scene.clock.now = HOUR_ZERO + minutes(55);
    await scene.send([from("chat-1", HOUR_ZERO + minutes(10)), from("chat-1", HOUR_ZERO + minutes(50))]);
    scene.clock.now = HOUR_ZERO + minutes(75);
    await scene.send([from("chat-1", HOUR_ZERO + minutes(70))]);
    const told = { source: "chat-1", lastHeardAt: HOUR_ZERO + minutes(70), heardMinutes: 2, next: null };
    expect((await list()).reporters).toEqual([told]);
    await scene.work();
    expect((await list()).reporters).toEqual([told]);
  });

  it("are forgotten after a day without a word, but for the number that comes next", async () => {
    await scene.send([from("plain", HOUR_ZERO), from("counting", HOUR_ZERO, 1)]);
    scene.clock.now = HOUR_ZERO + 24 * HOUR_MS + minutes(59);
    await scene.work();
    expect((await list()).reporters).toHaveLength(2);
    scene.clock.now = HOUR_ZERO + 25 * HOUR_MS;
    await scene.work();
    expect((await list()).reporters).toEqual([]);
    expect(await readReporter(scene.parts)("demo", "counting")).toEqual({
      source: "counting",
      lastHeardAt: null,
      heardMinutes: 0,
      next: 2,
    });
    await expect(readReporter(scene.parts)("demo", "plain")).rejects.toMatchObject({ code: "reporter.missing" });
  });

  it("come in pages, each of them once", async () => {
    const sources = Array.from({ length: 25 }, (_, at) => `https://chat.example/${String(at).padStart(2, "0")}`);
    await scene.send(sources.map((source) => from(source, HOUR_ZERO, 1)));
    const pages = await pagesOf((after) => list(10, after));
    expect(pages.map(({ reporters }) => reporters.length)).toEqual([10, 10, 5]);
    expect(pages.flatMap(({ reporters }) => reporters.map(({ source }) => source))).toEqual(sources);
    expect(pages.flatMap(({ reporters }) => reporters).every(({ next }) => next === 2)).toBe(true);
  });
});
