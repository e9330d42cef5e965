import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { windowAt } from "../../functions/core/reading.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import { pauseWorkspace, resumeWorkspace } from "../../functions/tasks/pause-workspace.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { readWindow } from "../../functions/tasks/read-window.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

/** Something that happens; `back` and `length` in minutes. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant("message" as const), back: fc.nat({ max: 150 }) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("opened" as const), back: fc.nat({ max: 100 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("closed" as const), back: fc.nat({ max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("reported" as const), back: fc.nat({ max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("pause" as const), length: fc.constantFrom(20, 90, 130) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("wait" as const), length: fc.nat({ max: 70 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("work" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const sent = (one: Step, at: number, serial: number): object => {
  switch (one.what) {
    case "message":
      return message(at, `u${serial % 4}`, `r${serial % 3}`);
    case "reported":
      return event("instance.reported", at, {
        id: "i",
        version: "1",
        os: { totalmem: 2, freemem: 1 },
        connections: serial % 7,
      });
    default:
      return event(`connection.${one.what}`, at, { connection: "c" }, { source: `chat-${serial % 2}` });
  }
};

const live = async (scene: Scene, one: Step, serial: number): Promise<void> => {
  if (one.what === "work") await scene.work();
  else if (one.what === "wait") scene.clock.now += minutes(one.length);
  else if (one.what === "pause") {
    scene.clock.now += minutes(1);
    await pauseWorkspace(scene.parts)("demo");
    scene.clock.now += minutes(one.length);
    await resumeWorkspace(scene.parts)("demo");
  } else
    await scene.send([sent(one, Math.max(scene.clock.now - minutes(one.back), HOUR_ZERO), serial)], {
      id: `${serial}`,
    });
};

describe("windows of a workspace that was paused now and then", () => {
  it("tell the same of each hour before and after it is folded and closed, and as the history", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const scene = await openScene({ now: HOUR_ZERO });
        try {
          for (const [serial, one] of steps.entries()) await live(scene, one, serial);
          scene.clock.now = Math.max(scene.clock.now, HOUR_ZERO + HOUR_MS);
          const workspace = await scene.parts.workspaces.find("demo");
          if (workspace === undefined) throw new Error("gone");
          const read = readWindow(scene.parts);
          const [from, to] = [hourOf(HOUR_ZERO), hourOf(scene.clock.now)];
          const told = async (): Promise<unknown[]> => {
            expect(await read(workspace, windowAt(scene.clock.now))).toEqual(await read(workspace));
            const hours: unknown[] = [];
            for (let hour = from; hour < to; hour++) {
              const usage = await read(workspace, { start: hour * HOUR_MS, end: (hour + 1) * HOUR_MS });
              hours.push([hour, usage.messageCount, usage.roomCount, usage.peakConnectionCount]);
            }
            return hours;
          };

          const open = await told();
          await foldLog(scene.parts)("demo");
          expect(await told()).toEqual(open);
          await scene.work();
          expect(await told()).toEqual(open);
          const statistics = ["messages.sent", "rooms.used", "connections.peak"];
          const { rows } = await readHistory(scene.parts)("demo", { statistics, from, to });
          expect(rows.map((row, at) => [from + at, ...statistics.map((name) => row[name])])).toEqual(open);
        } finally {
          await scene.close();
        }
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});
