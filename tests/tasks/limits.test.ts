import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import { brokenLinks } from "../support/chain.ts";
import { event, HOUR_ZERO } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO });
});
afterEach(() => scene.close());

/** A name as long as names may be, and as hard to compress. */
const nameOf = (at: number): string => createHash("sha512").update(String(at)).digest("base64").padEnd(128, "x");

describe("a workspace with more reporters than an item holds", () => {
  it("closes its hours all the same, many at once too, and carries every connection", async () => {
    const REPORTERS = 5_000;
    scene.clock.now = HOUR_ZERO + 2 * HOUR_MS;
    await scene.send(
      Array.from({ length: REPORTERS }, (_, at) =>
        event("connection.opened", HOUR_ZERO + minutes(1), { connection: "c" }, { source: nameOf(at) }),
      ),
    );
    expect(await scene.work()).toMatchObject({ closed: 2, remaining: 0 });
    scene.clock.now = HOUR_ZERO + 42 * HOUR_MS;
    expect(await scene.work()).toMatchObject({ closed: 40, remaining: 0 });
    await scene.send([event("connection.closed", HOUR_ZERO + 40 * HOUR_MS + minutes(1), { connection: "c" })]);
    expect(await scene.work()).toMatchObject({ restated: 1 });
    expect(await scene.published("2026-03-04T01")).toMatchObject({
      connections: { current: REPORTERS, peak: REPORTERS },
    });
    const { document } = await refreshStatistics(scene.parts)(scene.workspace);
    expect(document).toMatchObject({ connections: { current: REPORTERS - 1 } });
    expect(await brokenLinks(scene.parts, "demo")).toEqual([]);
  });
});
