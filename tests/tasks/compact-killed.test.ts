import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CompactionScene, MONDAY, openCompaction } from "../support/compaction.ts";
import { befallen } from "../support/mishaps.ts";

let scene: CompactionScene;
beforeEach(async () => {
  scene = await openCompaction();
});
afterEach(() => scene.close());

describe("a compaction", () => {
  it.each(["before", "after"] as const)("ends the same when it is killed %s any of its calls", async (how) => {
    await scene.liveUntil(MONDAY);
    await scene.restateFriday();
    await scene.compact();
    const expected = await scene.files();
    let calls = 0;
    let isThrough = false;
    const killed = async (at: number): Promise<boolean> => {
      let isDone = false;
      await scene.elsewhere(async (parts, files) => {
        isDone = await scene.compact(befallen(parts, ["archive", "series"], { at, how }).parts).then(
          () => true,
          () => false,
        );
        expect(await scene.compact(parts)).toMatchObject({ remaining: 0 });
        expect(await files(), `killed ${how} call ${at}`).toEqual(expected);
      });
      return isDone;
    };
    while (!isThrough) isThrough = await killed(calls++);
    expect(calls).toBeGreaterThan(15);
  });
});
