import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { event, HOUR_ZERO, type RawEvent } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const report = (id: string, version: string, minute: number): RawEvent =>
  event("instance.reported", HOUR_ZERO + minutes(minute), {
    id,
    version,
    uptime: 60 * minute,
    os: { totalmem: 100, freemem: 50 },
  });

describe("an instance that falls silent", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene({ now: HOUR_ZERO });
  });
  afterEach(() => scene.close());

  it("is what is last known of the server, from its own hour on, and is not live", async () => {
    scene.clock.now = HOUR_ZERO + minutes(30);
    await scene.send([report("a", "8.6.0", 5), report("b", "8.6.1", 10)]);
    const gone = { instances: { count: 0, list: [] }, deployment: { version: "8.6.1" } };
    expect((await takeReading(scene.parts)(scene.workspace, scene.clock.now)).document).toMatchObject(gone);

    scene.clock.now = HOUR_ZERO + 2 * HOUR_MS;
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject(gone);
    expect(await scene.published("2026-03-02T10")).toMatchObject(gone);
  });

  it("is not taken for the server of today when its last words of long ago come late", async () => {
    scene.clock.now = HOUR_ZERO + 3 * HOUR_MS + minutes(30);
    await scene.send([report("a", "8.6.0", 5), report("b", "8.7.0", 185)]);
    scene.clock.now = HOUR_ZERO + 6 * HOUR_MS + minutes(30);
    await scene.work();
    await scene.send([report("a", "8.6.1", 10)]);

    const { document } = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
    expect(document).toMatchObject({ deployment: { version: "8.7.0" } });
  });
});
