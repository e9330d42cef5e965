import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "../../functions/core/hour.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import type { Usage } from "../../functions/core/usage.ts";
import { readWindow } from "../../functions/tasks/read-window.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO });
});
afterEach(() => scene.close());

const usage = (start: number, end: number): Promise<Usage> => readWindow(scene.parts)(scene.workspace, { start, end });

describe("a window", () => {
  it("says nothing of hours that nobody observed, and does not call them empty", async () => {
    const { id } = await openImport(scene.parts)("demo", {});
    await scene.send([message(HOUR_ZERO - 5 * HOUR_MS)], { import: id });
    await finishImport(scene.parts)(scene.workspace, id);
    scene.clock.now = HOUR_ZERO + minutes(30);
    expect(await usage(HOUR_ZERO - 3 * HOUR_MS, HOUR_ZERO - HOUR_MS)).toMatchObject({
      messageCount: null,
      roomCount: null,
      seen: [],
    });
    expect(await usage(HOUR_ZERO - 10 * HOUR_MS, HOUR_ZERO - 8 * HOUR_MS)).toMatchObject({ messageCount: null });
    expect(await usage(HOUR_ZERO - 5 * HOUR_MS, HOUR_ZERO - 4 * HOUR_MS)).toMatchObject({ messageCount: 1 });
    // A sum over a gap is not known, however long ago; who was seen beside it is.
    const partly = { messageCount: null, roomCount: null, peakConnectionCount: null, seen: ["ann"] };
    expect(await usage(HOUR_ZERO - 5 * HOUR_MS, HOUR_ZERO - 2 * HOUR_MS)).toMatchObject(partly);
    scene.clock.now = HOUR_ZERO + 36 * DAY_MS;
    expect(await usage(HOUR_ZERO - 5 * HOUR_MS, HOUR_ZERO - 2 * HOUR_MS)).toMatchObject(partly);
    expect(await usage(HOUR_ZERO - 5 * HOUR_MS, HOUR_ZERO - 4 * HOUR_MS)).toMatchObject({ messageCount: 1 });
  });

  it("tells the same of whole hours from their minutes as from their snapshots", async () => {
    await scene.send([message(HOUR_ZERO)]);
    scene.clock.now = HOUR_ZERO + 4 * HOUR_MS;
    await scene.send([
      message(HOUR_ZERO + HOUR_MS + minutes(59), "bob", "den"),
      message(HOUR_ZERO + 2 * HOUR_MS),
      event("instance.reported", HOUR_ZERO + HOUR_MS, {
        id: "i",
        version: "1",
        os: { totalmem: 2, freemem: 1 },
        connections: 7,
      }),
      event("user.changed", HOUR_ZERO + HOUR_MS, { id: "ann", kind: "user", active: true }),
      event("room.changed", HOUR_ZERO + HOUR_MS, { id: "den", kind: "channel" }),
    ]);
    await scene.work();
    const window = [HOUR_ZERO + HOUR_MS, HOUR_ZERO + 3 * HOUR_MS] as const;
    const fine = await usage(...window);
    scene.clock.now = HOUR_ZERO + 36 * DAY_MS;
    const coarse = await usage(...window);
    expect(coarse).toEqual({ ...fine, connectionCount: coarse.connectionCount });
    expect(fine).toMatchObject({
      messageCount: 2,
      roomCount: 2,
      seen: ["ann", "bob"],
      peakConnectionCount: 7,
      totalRoomCount: 1,
    });
  });
});
