import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesOf, linesOf, titleOf } from "../../functions/dialects/report/writer.ts";
import { makeReports } from "../../functions/tasks/make-reports.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { message } from "../support/events.ts";
import { befallen, Mischance } from "../support/mishaps.ts";
import { openScene, type Scene } from "../support/scene.ts";

const START = Date.parse("2026-11-19T22:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("reports whose making is killed", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene({ now: START });
    await scene.send([message(START)]);
    scene.clock.now = Date.parse("2026-11-21T00:08:00Z");
    while ((await scene.work()).remaining > 0);
    await scene.parts.channels.change(
      "demo",
      () => [
        {
          id: "c1",
          label: "Ops",
          topics: ["report.daily"],
          target: { kind: "email", addresses: ["a@b.example"] },
          createdAt: 0,
        },
      ],
      { workspace: "demo", id: "a", at: 0, by: "", action: "", details: {} },
    );
  });
  afterEach(() => scene.close());

  const make = (parts: Parts = scene.parts): Promise<readonly string[]> =>
    makeReports(parts, async () => ({ filesOf, linesOf, titleOf }))("demo", scene.clock.now);

  it("come to the same end, wherever it is", async () => {
    const { reportRecords, outbox } = scene.parts;
    await reportRecords.changePlan("demo", (plan) => ({
      ...plan,
      kinds: { daily: true, weekly: false, monthly: false },
    }));
    const ports = ["outbox", "reportFiles", "reportRecords"] as const;
    const undisturbed = befallen(scene.parts, ports, undefined);
    await make(undisturbed.parts);
    // What is planned and noted is read; three files, the notice, the record and the plan are written.
    expect(undisturbed.calls()).toBe(8);
    for (let at = 0; at < undisturbed.calls(); at++)
      for (const how of ["before", "after"] as const) {
        scene.clock.now += DAY;
        while ((await scene.work()).remaining > 0);
        const day = new Date(scene.clock.now - DAY).toISOString().slice(0, 10);
        await expect(make(befallen(scene.parts, ports, { at, how }).parts)).rejects.toThrow(Mischance);
        await make();
        expect(await make()).toEqual([]);

        const key = { kind: "daily", name: day } as const;
        expect((await reportRecords.find("demo", key))?.id).toBe(`daily-${day}`);
        for (const form of ["html", "csv", "json"] as const)
          expect(await scene.parts.reportFiles.read("demo", key, form)).toBeDefined();
        const told = (await outbox.pending("demo")).filter(({ notice }) => notice === `report.daily/${day}`);
        expect(told).toHaveLength(1);
        expect((await reportRecords.plan("demo"))?.through.daily).toBe(Math.floor(scene.clock.now / DAY) * 24);
      }
  });
});
