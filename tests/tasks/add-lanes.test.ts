import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { valueIn } from "../../functions/core/document.ts";
import { addLanes, LANES_AT_MOST } from "../../functions/tasks/add-lanes.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO + HOUR_MS, startsAt: HOUR_ZERO });
});
afterEach(() => scene.close());

const add = (lanes: number): Promise<number> => addLanes(scene.parts)(scene.workspace.id, lanes, "a test");
const positions = async (): Promise<readonly number[]> =>
  (await scene.parts.hours.head(scene.workspace.id))?.positions ?? [];
const send = async (batches: number, at: number): Promise<void> => {
  for (let batch = 0; batch < batches; batch++) await scene.send([message(at + batch, `u${batch}`)]);
};

describe("adding lanes", () => {
  it("spreads batches over them, and counts what is in each", async () => {
    await send(3, HOUR_ZERO);
    expect(await add(4)).toBe(1);
    // What a process knows of the lanes is a minute old at most.
    scene.clock.now += MINUTE_MS;
    await send(40, HOUR_ZERO + MINUTE_MS);
    const { document } = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
    expect(valueIn(document, "messages.total")).toBe(43);
    scene.clock.now += HOUR_MS;
    await scene.work();
    expect(valueIn(await scene.published("2026-03-02T09"), "messages.sent")).toBe(43);
    const folded = await positions();
    expect(folded).toHaveLength(4);
    expect(folded.reduce((sum, position) => sum + position)).toBe(43);
    expect(Math.min(...folded)).toBeGreaterThan(0);
  });

  it("counts a batch once that comes again after the lanes have become more", async () => {
    const events = [message(HOUR_ZERO), message(HOUR_ZERO + 1)];
    expect(await scene.send(events)).toMatchObject({ replayed: false });
    await add(16);
    scene.clock.now += MINUTE_MS;
    expect(await scene.send(events)).toMatchObject({ replayed: true });
    const { document } = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
    expect(valueIn(document, "messages.total")).toBe(2);
  });

  it("is noted in the audit trail, once", async () => {
    await add(2);
    await add(2);
    const { acts } = await scene.parts.audit.list(scene.workspace.id, { from: 0, to: scene.clock.now + 1, limit: 10 });
    expect(acts).toMatchObject([{ by: "a test", action: "workspace.lanes-added", details: { from: 1, to: 2 } }]);
  });

  it.each([0, 1, 1.5, Number.NaN, LANES_AT_MOST + 1])("refuses %d where there are two", async (lanes) => {
    await add(2);
    await expect(add(lanes)).rejects.toMatchObject({ code: "parameter.invalid" });
    expect(await positions()).toHaveLength(2);
  });

  it("refuses a workspace that there is not", async () => {
    await expect(addLanes(scene.parts)("nobody", 2, "a test")).rejects.toMatchObject({ code: "workspace.missing" });
  });
});
