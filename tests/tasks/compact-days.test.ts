import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { type CompactionScene, MONDAY, openCompaction } from "../support/compaction.ts";

let scene: CompactionScene;
beforeEach(async () => {
  scene = await openCompaction();
});
afterEach(() => scene.close());

const NOTHING = { days: 0, files: 0, remaining: 0 };
const FRIDAY = "hours/workspace=demo/month=2026-02/2026-02-27.parquet";

describe("compacting days", () => {
  it("makes the tables of days that are over, and of the week and month that are, and nothing twice", async () => {
    await scene.liveUntil(MONDAY - 50 * HOUR_MS);
    expect(await scene.compact()).toEqual(NOTHING);
    expect(await scene.files()).toEqual({});
    await scene.liveUntil(MONDAY);
    expect(await scene.compact()).toEqual({ days: 3, files: 8, remaining: 0 });
    const made = await scene.files();
    expect(Object.keys(made).toSorted()).toEqual([
      "days/workspace=demo/month=2026-02/2026-02-27.parquet",
      "days/workspace=demo/month=2026-02/2026-02-28.parquet",
      "days/workspace=demo/month=2026-03/2026-03-01.parquet",
      FRIDAY,
      "hours/workspace=demo/month=2026-02/2026-02-28.parquet",
      "hours/workspace=demo/month=2026-03/2026-03-01.parquet",
      "made/demo.json",
      "months/workspace=demo/month=2026-02/2026-02-01.parquet",
      "weeks/workspace=demo/month=2026-02/2026-02-23.parquet",
    ]);
    expect(await scene.compact()).toEqual(NOTHING);
    expect(await scene.files()).toEqual(made);
  });

  it("makes the next day when it is over", async () => {
    await scene.liveUntil(MONDAY);
    await scene.compact();
    await scene.liveUntil(MONDAY + 24 * HOUR_MS);
    expect(await scene.compact()).toEqual({ days: 1, files: 2, remaining: 0 });
  });

  it("makes a restated day again, with its week and its month, and leaves the others", async () => {
    await scene.liveUntil(MONDAY);
    await scene.compact();
    const before = await scene.files();
    await scene.restateFriday();
    expect(await scene.compact()).toEqual({ days: 1, files: 4, remaining: 0 });
    const after = await scene.files();
    expect(
      Object.keys(after)
        .filter((name) => after[name] !== before[name])
        .toSorted(),
    ).toEqual([
      "days/workspace=demo/month=2026-02/2026-02-27.parquet",
      FRIDAY,
      "made/demo.json",
      "months/workspace=demo/month=2026-02/2026-02-01.parquet",
      "weeks/workspace=demo/month=2026-02/2026-02-23.parquet",
    ]);
    expect(await scene.compact()).toEqual(NOTHING);
  });

  it("makes the same when all of it is lost, and when four do it at once", async () => {
    await scene.liveUntil(MONDAY);
    await scene.compact();
    await scene.restateFriday();
    await scene.compact();
    const { "made/demo.json": _progress, ...tables } = await scene.files();
    await scene.elsewhere(async (parts, files) => {
      const runs = await Promise.all(Array.from({ length: 4 }, () => scene.compact(parts)));
      expect(runs.reduce((sum, run) => sum + run.files, 0)).toBe(8);
      expect(await files()).toMatchObject(tables);
    });
  });

  it("does not put an older table back when one who was held up writes it late", async () => {
    await scene.liveUntil(MONDAY);
    let meanwhile: (() => Promise<unknown>) | undefined = async () => {
      await scene.restateFriday();
      await scene.compact();
    };
    const heldUp: Parts = {
      ...scene.parts,
      archive: {
        ...scene.parts.archive,
        replaceMade: async (...what) => {
          const now = meanwhile;
          meanwhile = undefined;
          await now?.();
          return scene.parts.archive.replaceMade(...what);
        },
      },
    };
    await scene.compact(heldUp);
    expect((await scene.published("2026-02-27T22")).revision).toBe(1);
    const { "made/demo.json": _progress, ...left } = await scene.files();
    await scene.elsewhere(async (parts, files) => {
      await scene.compact(parts);
      expect(await files()).toMatchObject(left);
    });
  });

  it("makes years of an import in slices", async () => {
    await scene.liveUntil(MONDAY);
    const slice = () => scene.compact(scene.parts, { daysAtMost: 2 });
    expect(await slice()).toEqual({ days: 2, files: 5, remaining: 1 });
    expect(await slice()).toEqual({ days: 1, files: 3, remaining: 0 });
    expect(await slice()).toEqual(NOTHING);
  });

  it("has nothing to say of a workspace that is not there", async () => {
    await expect(
      scene.compact({ ...scene.parts, hours: { ...scene.parts.hours, head: async () => undefined } }),
    ).rejects.toThrow("There is no workspace demo.");
  });
});
