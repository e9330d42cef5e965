import { afterEach, describe, expect, it } from "vitest";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { brokenLinks } from "../support/chain.ts";
import { message } from "../support/events.ts";
import { befallen, Mischance } from "../support/mishaps.ts";
import { openScene, type Scene } from "../support/scene.ts";

/** Two hours before midnight, so that a day is packed, too. */
const START = Date.parse("2026-03-02T22:00:00.000Z");
const PORTS = ["hours", "archive", "series", "unions"] as const;

const scenes: Scene[] = [];
afterEach(async () => {
  await Promise.all(scenes.splice(0).map((scene) => scene.close()));
});

/** Names that are chance elsewhere, so that two runs may have equal bytes. */
const withoutChance = (parts: Parts): Parts => {
  let serial = 0;
  return { ...parts, secret: (characters) => `${serial++}`.padStart(characters, "x") };
};

/** A workspace with two closed hours, events of the next two, and late ones for both that are closed; nothing of it is folded. */
const openBacklog = async (): Promise<Scene> => {
  const scene = await openScene({ now: START, change: withoutChance });
  scenes.push(scene);
  const at = (hour: number, more: number): number => START + hour * HOUR_MS + more;
  scene.clock.now = at(2, 0);
  await scene.send([message(at(0, 1), "ann"), message(at(1, 1), "bob")]);
  await scene.work();
  scene.clock.now = at(3, 0);
  await scene.send([message(at(2, 1), "ann"), message(at(0, 2), "late"), message(at(1, 2), "later")]);
  scene.clock.now = at(4, 0);
  await scene.send([message(at(3, 1), "cyd"), message(at(2, 2), "dan")]);
  return scene;
};

/** Everything that hours are made of, but for which came first. */
const outcome = async ({ parts }: Scene): Promise<unknown> => {
  const head = await parts.hours.head("demo");
  const hours = Array.from({ length: 4 }, (_, at) => hourOf(START) + at);
  return {
    hours: await Promise.all(
      hours.map(async (hour) => Buffer.from((await parts.archive.read("demo", hour)) ?? []).toString()),
    ),
    sets: await Promise.all(hours.map((hour) => parts.snapshots.sets("demo", hour))),
    deltas: await parts.hours.deltas("demo", hours),
    firsts: await parts.unions.firsts("demo"),
    head: { ...head, version: 0 },
  };
};

describe("a run that closes hours with what it folded last in hand", () => {
  it("comes to the same wherever it is killed, whoever folds or closes in between", async () => {
    const undisturbed = await openBacklog();
    await undisturbed.work();
    const expected = await outcome(undisturbed);
    const others: readonly ((parts: Parts) => Promise<unknown>)[] = [
      async () => undefined,
      (parts) => foldLog(parts)("demo"),
      (parts) => closeDueHours(parts)("demo"),
    ];
    let points = 0;
    for (let at = 0, isEnd = false; !isEnd; at++)
      for (const [turn, how] of (["before", "after"] as const).entries()) {
        const scene = await openBacklog();
        const meanwhile = others[(at + turn) % others.length] ?? (async () => undefined);
        const doomed = befallen(scene.parts, PORTS, { at, how }, () => meanwhile(scene.parts));
        try {
          await closeDueHours(doomed.parts)("demo");
          isEnd = true;
        } catch (error) {
          if (!(error instanceof Mischance)) throw error;
          points++;
        }
        await scene.work();
        expect({ at, how, outcome: await outcome(scene) }).toEqual({ at, how, outcome: expected });
        expect(await brokenLinks(scene.parts, "demo")).toEqual([]);
        await scenes.pop()?.close();
      }
    expect(points).toBeGreaterThan(15);
  });
});
