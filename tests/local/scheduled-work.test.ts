import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { doScheduledWork } from "../../local/scheduled-work.ts";
import { type CompactionScene, MONDAY, openCompaction } from "../support/compaction.ts";

let scene: CompactionScene;
beforeEach(async () => {
  scene = await openCompaction();
  scene.clock.now = MONDAY;
});
afterEach(() => scene.close());

describe("the scheduled work of a local runtime", () => {
  it("closes what is over, and then makes the tables of it", async () => {
    const failed: string[] = [];
    const closings = await doScheduledWork(
      scene.parts,
      MONDAY,
      (workspace) => failed.push(workspace),
      () => undefined,
    );
    expect(closings).toMatchObject({ closed: 51, restated: 0 });
    expect(Object.keys(await scene.files())).toHaveLength(9);
    expect(failed).toEqual([]);
  });

  it("tells what kept tables from being made, after all hours are closed", async () => {
    const failed: unknown[] = [];
    const archive = { ...scene.parts.archive, replaceMade: () => Promise.reject(new Error("the disk is full")) };
    const closings = await doScheduledWork(
      { ...scene.parts, archive },
      MONDAY,
      (...what) => failed.push(what),
      () => undefined,
    );
    expect(closings).toMatchObject({ closed: 51 });
    expect(failed).toEqual([["demo", new Error("the disk is full")]]);
  });
});
