import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dynamoRefreshes } from "../../functions/adapters/dynamodb/refreshes.ts";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { Table } from "../../functions/adapters/dynamodb/table.ts";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { valueIn } from "../../functions/core/document.ts";
import type { Segment } from "../../functions/ports/log.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { readLatest } from "../../functions/tasks/read-latest.ts";
import { readWindow } from "../../functions/tasks/read-window.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { openBusyEngine } from "../support/servers/busy-engine.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO + minutes(30), startsAt: HOUR_ZERO, cooldownSeconds: 5 });
});
afterEach(() => scene.close());

const refresh = (): ReturnType<ReturnType<typeof refreshStatistics>> => refreshStatistics(scene.parts)(scene.workspace);

describe("a refresh", () => {
  it("has every acknowledged event in it, and becomes the latest", async () => {
    await scene.send([message(HOUR_ZERO + minutes(29)), message(HOUR_ZERO + minutes(30))]);
    const { state, document } = await refresh();
    expect(state).toBe("fresh");
    expect(document).toMatchObject({
      kind: "reading",
      window: { start: "2026-03-02T08:31:00.000Z", end: "2026-03-02T09:31:00.000Z" },
      takenAt: "2026-03-02T09:30:00.000Z",
      messages: { sent: 2, total: 2 },
      ledger: { status: "open" },
    });
    expect((await readLatest(scene.parts)(scene.workspace)).document).toEqual(document);
  });

  it("is taken once for 16 who ask at once", async () => {
    await scene.send([message(HOUR_ZERO)]);
    const all = await Promise.all(Array.from({ length: 16 }, refresh));
    expect(all.filter(({ state }) => state === "fresh")).toHaveLength(1);
    expect(new Set(all.map(({ document }) => JSON.stringify(document))).size).toBe(1);
  });

  it("is taken although the answer that it may be was lost, and the table asked again", async () => {
    await scene.send([message(HOUR_ZERO)]);
    let isLost = false;
    const busy = await openBusyEngine(scene.engine.endpoint, (operation) => {
      if (isLost || operation !== "UpdateItem") return "pass";
      isLost = true;
      return "lost";
    });
    const { parts, engine } = scene;
    const client = dynamoClient(busy.endpoint);
    const refreshes = dynamoRefreshes(new Table({ client, name: engine.table, pause: parts.pause }));
    const { state, document } = await refreshStatistics({ ...parts, refreshes })(scene.workspace);
    await busy.close();
    expect([isLost, state]).toEqual([true, "fresh"]);
    expect(document).toMatchObject({ messages: { sent: 1 } });
  });

  it("cools down: asked again at once it gives the one just taken, later a new one", async () => {
    await refresh();
    await scene.send([message(HOUR_ZERO)]);
    expect(await refresh()).toMatchObject({ state: "cooldown", document: { messages: { sent: 0 } } });
    scene.clock.now += 5_000;
    expect(await refresh()).toMatchObject({ state: "fresh", document: { messages: { sent: 1 } } });
  });

  it("has every acknowledged event in it when the clock was set back", async () => {
    scene.clock.now = HOUR_ZERO + 5 * HOUR_MS;
    await scene.send([message(HOUR_ZERO + 5 * HOUR_MS)]);
    await scene.work();
    scene.clock.now = HOUR_ZERO + 2 * HOUR_MS;
    await scene.send([message(HOUR_ZERO + 2 * HOUR_MS)]);
    const { document } = await takeReading(scene.parts)(scene.workspace, scene.clock.now);
    expect(document).toMatchObject({ messages: { total: 2 } });
  });

  it("never becomes a point of the history", async () => {
    await refresh();
    expect(await scene.parts.snapshots.read("demo", hourOf(HOUR_ZERO))).toBeUndefined();
    scene.clock.now = HOUR_ZERO + HOUR_MS + minutes(3);
    await scene.work();
    expect((await readLatest(scene.parts)(scene.workspace)).document).toMatchObject({
      kind: "snapshot",
      hour: "2026-03-02T09",
    });
  });

  it("stays the latest while its window ends later than the last snapshot's", async () => {
    scene.clock.now = HOUR_ZERO + HOUR_MS + minutes(1);
    await refresh();
    scene.clock.now += minutes(2);
    await scene.work();
    expect((await readLatest(scene.parts)(scene.workspace)).document).toMatchObject({ kind: "reading" });
  });

  it("reaches over the hour's end for its window, and over the closing of that hour", async () => {
    await scene.send([message(HOUR_ZERO + minutes(10), "early"), message(HOUR_ZERO + minutes(25), "ann")]);
    scene.clock.now = HOUR_ZERO + minutes(80);
    await scene.send([message(HOUR_ZERO + minutes(70), "bob")]);
    const before = (await refresh()).document;
    expect(before).toMatchObject({ messages: { sent: 2, total: 3 }, users: { seen: 2 } });
    await scene.work();
    scene.clock.now += 5_000;
    expect((await refresh()).document).toMatchObject({ messages: { sent: 2, total: 3 }, users: { seen: 2 } });
  });
});

describe("what a refresh folds", () => {
  const headVersion = async (): Promise<number | undefined> => (await scene.parts.hours.head("demo"))?.version;
  const sent = async (): Promise<unknown> => {
    const { document } = await refreshStatistics({ ...scene.parts, cooldownSeconds: 0, storesFrom: 3 })(
      scene.workspace,
    );
    return valueIn(document, "messages.sent");
  };

  it("is stored when it is much, and read again when it is not", async () => {
    const versions: (number | undefined)[] = [await headVersion()];
    for (let count = 1; count <= 5; count++) {
      await scene.send([message(HOUR_ZERO + minutes(count), `user-${count}`)]);
      expect(await sent()).toBe(count);
      versions.push(await headVersion());
    }
    expect(versions).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it.each([1, 3])("is counted once when somebody else folds %i segments at the same time", async (segments) => {
    for (let count = 0; count < segments; count++) await scene.send([message(HOUR_ZERO + minutes(count))]);
    const { parts } = scene;
    let reads = 0;
    const overtaken: Parts = {
      ...parts,
      storesFrom: 3,
      hours: {
        ...parts.hours,
        deltas: async (...asked) => {
          if (reads++ === 0) await foldLog(parts)("demo");
          return parts.hours.deltas(...asked);
        },
      },
    };
    const { document } = await refreshStatistics(overtaken)(scene.workspace);
    expect(document).toMatchObject({ messages: { sent: segments, total: segments } });
    expect(reads).toBe(2);
  });
});

describe("a reading, while others fold", () => {
  it("counts what moves from the tail into the deltas under its eyes once", async () => {
    await scene.send([message(HOUR_ZERO), message(HOUR_ZERO + 1)]);
    let folds = 0;
    const { parts } = scene;
    const folding: Parts = {
      ...parts,
      hours: {
        ...parts.hours,
        deltas: async (...asked) => {
          if (folds++ === 0) await foldLog(parts)("demo");
          return parts.hours.deltas(...asked);
        },
      },
    };
    expect((await takeReading(folding)(scene.workspace, scene.clock.now)).document).toMatchObject({
      messages: { sent: 2, total: 2 },
    });
    expect(folds).toBe(2);
  });

  it("takes in a tail of thousands of small segments", async () => {
    const { parts } = scene;
    const [segment] = await oneSegment();
    const COUNT = 2_500;
    const long: Parts = {
      ...parts,
      log: {
        ...parts.log,
        segmentsAfter: async (_workspace, _lane, position) => ({
          segments: Array.from({ length: Math.min(500, COUNT - position) }, (_, at) => ({
            ...(segment as Segment),
            position: position + at + 1,
          })),
          isEnd: position + 500 >= COUNT,
        }),
      },
    };
    expect((await takeReading(long)(scene.workspace, scene.clock.now)).document).toMatchObject({
      messages: { total: COUNT },
    });
  });

  const oneSegment = async (): Promise<readonly Segment[]> => {
    await scene.send([message(HOUR_ZERO)]);
    return (await scene.parts.log.segmentsAfter("demo", 0, 0)).segments;
  };
});

describe("a window of usage", () => {
  it("is up to date with every acknowledged event, without a fold", async () => {
    await scene.send([message(HOUR_ZERO + minutes(29), "ann"), message(HOUR_ZERO + minutes(30), "bob")]);
    expect(await readWindow(scene.parts)(scene.workspace)).toMatchObject({
      seen: ["ann", "bob"],
      messageCount: 2,
      roomCount: 1,
    });
    expect(await scene.parts.hours.head("demo")).toMatchObject({ version: 0 });
  });

  it("has exact peaks and people for an hour with two reporters", async () => {
    const report = (minute: number, source: string, connections: number): ReturnType<typeof event> =>
      event(
        "instance.reported",
        HOUR_ZERO + minutes(minute),
        { id: source, version: "1", os: { totalmem: 8, freemem: 3 }, connections },
        { source },
      );
    scene.clock.now = HOUR_ZERO + minutes(59);
    await scene.send([
      report(0, "a", 100),
      report(2, "a", 120),
      report(4, "a", 80),
      report(1, "b", 30),
      report(3, "b", 70),
      report(5, "b", 10),
    ]);
    await scene.send([
      event("connection.opened", HOUR_ZERO + minutes(3) + 1_000, { connection: "c", user: "cat" }, { source: "a" }),
      message(HOUR_ZERO + minutes(6), "dog"),
    ]);
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    const window = { start: HOUR_ZERO, end: HOUR_ZERO + HOUR_MS };
    // a: 100 at 0:00, 120 at 2:00, 121 at 3:01, 80 at 4:00; b: 30 at 1:00, 70 at 3:00, 10 at 5:00.
    expect(await readWindow(scene.parts)(scene.workspace, window)).toMatchObject({
      peakConnectionCount: 191,
      seen: ["cat", "dog"],
      messageCount: 1,
    });
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({ connections: { peak: 191, current: 0 } });
    expect(await readWindow(scene.parts)(scene.workspace, window)).toMatchObject({
      peakConnectionCount: 191,
      seen: ["cat", "dog"],
      messageCount: 1,
    });
  });

  it("of the distant past comes from snapshots and sets, by the hour", async () => {
    scene.clock.now = HOUR_ZERO + 2 * HOUR_MS;
    await scene.send([
      message(HOUR_ZERO, "ann"),
      message(HOUR_ZERO + HOUR_MS, "ann"),
      message(HOUR_ZERO + HOUR_MS, "bob", "den"),
    ]);
    await scene.work();
    scene.clock.now = HOUR_ZERO + 40 * 24 * HOUR_MS;
    const window = { start: HOUR_ZERO, end: HOUR_ZERO + 2 * HOUR_MS };
    expect(await readWindow(scene.parts)(scene.workspace, window)).toMatchObject({
      seen: ["ann", "bob"],
      messageCount: 3,
      roomCount: 2,
    });
    await expect(
      readWindow(scene.parts)(scene.workspace, { start: window.start + minutes(1), end: window.end }),
    ).rejects.toMatchObject({ code: "range.invalid" });
  });
});
