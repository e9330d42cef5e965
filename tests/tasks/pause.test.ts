import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { valueIn } from "../../functions/core/document.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { openImport } from "../../functions/tasks/import-past.ts";
import { pauseWorkspace, resumeWorkspace } from "../../functions/tasks/pause-workspace.ts";
import { readLedger } from "../../functions/tasks/read-ledger.ts";
import { readLatest } from "../../functions/tasks/read-latest.ts";
import { readWindow } from "../../functions/tasks/read-window.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const ZERO = hourOf(HOUR_ZERO);
let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO });
});
afterEach(() => scene.close());

/** Minutes after nine. */
const at = (count: number): number => HOUR_ZERO + minutes(count);
const pauseAt = async (count: number): Promise<void> => {
  scene.clock.now = at(count);
  await pauseWorkspace(scene.parts)("demo");
};
const resumeAt = async (count: number): Promise<void> => {
  scene.clock.now = at(count);
  await resumeWorkspace(scene.parts)("demo");
};
const workAt = async (count: number): Promise<unknown> => {
  scene.clock.now = at(count);
  return scene.work();
};
const missing = async (): Promise<unknown> => (await scene.parts.hours.head("demo"))?.missing;

describe("while a workspace is paused", () => {
  beforeEach(async () => {
    await scene.send([message(at(0))]);
    await pauseAt(10);
  });

  it("takes no events and opens no import", async () => {
    await expect(scene.send([message(at(5), "late")])).rejects.toMatchObject({
      code: "workspace.paused",
      details: { workspace: "demo" },
    });
    await expect(openImport(scene.parts)("demo", {})).rejects.toMatchObject({ code: "workspace.paused" });
  });

  it("is read and refreshed all the same, and a reading says why it may be short", async () => {
    const workspace = await scene.parts.workspaces.find("demo");
    if (workspace === undefined) throw new Error("gone");

    expect((await refreshStatistics(scene.parts)(workspace)).document).toMatchObject({
      messages: { total: 1 },
      ledger: { status: "open", reasons: ["paused"] },
    });
    expect((await readLatest(scene.parts)(workspace)).document).toMatchObject({ messages: { total: 1 } });
  });

  it("has no number of what nobody observes, and no zero either, before its hour is passed by and after", async () => {
    const workspace = await scene.parts.workspaces.find("demo");
    if (workspace === undefined) throw new Error("gone");
    const unknown = { messageCount: null, roomCount: null, peakConnectionCount: null, seen: [] };
    scene.clock.now = at(135);
    const read = readWindow(scene.parts);

    for (const turn of ["open", "passed by"]) {
      expect([turn, await read(workspace, { start: at(60), end: at(120) })]).toMatchObject([turn, unknown]);
      expect([turn, await read(workspace, { start: at(121), end: at(130) })]).toMatchObject([turn, unknown]);
      expect([turn, await read(workspace)]).toMatchObject([turn, unknown]);
      expect([turn, await read(workspace, { start: at(0), end: at(60) })]).toMatchObject([turn, { messageCount: 1 }]);
      await scene.work();
    }
  });

  it("closes the hour in which the pause began, and passes by the hours after it", async () => {
    expect(await workAt(70)).toMatchObject({ closed: 1, remaining: 0 });
    expect(await workAt(240)).toMatchObject({ closed: 3, restated: 0, remaining: 0 });

    expect(await scene.published("2026-03-02T09")).toMatchObject({
      messages: { sent: 1, total: 1 },
      ledger: { status: "partial", reasons: ["paused"] },
    });
    expect(await missing()).toEqual([[ZERO + 1, ZERO + 4, "paused"]]);
  });

  it("stays paused when it is paused again", async () => {
    scene.clock.now = at(20);

    expect(await pauseWorkspace(scene.parts)("demo")).toMatchObject({
      state: "paused",
      pauses: [{ from: at(10), to: null }],
    });
  });
});

describe("a pause that is over", () => {
  it("leaves whole hours missing as one range, and both its ends partial", async () => {
    await pauseAt(30);
    await workAt(70);
    await workAt(125);
    await resumeAt(200);
    await scene.send([message(at(201))]);
    await workAt(300);

    expect(await missing()).toEqual([[ZERO + 1, ZERO + 3, "paused"]]);
    const { rows } = await readLedger(scene.parts)(scene.workspace, { from: ZERO, to: ZERO + 5, limit: 5 });
    expect(rows.map(({ status, reasons }) => [status, reasons])).toEqual([
      ["partial", ["paused"]],
      ["missing", ["paused"]],
      ["missing", ["paused"]],
      ["partial", ["paused"]],
      ["complete", []],
    ]);
    expect(await scene.published("2026-03-02T12")).toMatchObject({ messages: { sent: 1, total: 1 } });
  });

  it("within one hour makes that hour partial, and nothing missing", async () => {
    await pauseAt(10);
    await resumeAt(20);
    await workAt(130);

    expect(await missing()).toEqual([]);
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      ledger: { status: "partial", reasons: ["paused"] },
    });
    expect(await scene.published("2026-03-02T10")).toMatchObject({ ledger: { status: "complete", reasons: [] } });
  });

  it("on the hour touches no hour beside it", async () => {
    await pauseAt(60);
    await resumeAt(120);
    await workAt(185);

    expect(await missing()).toEqual([[ZERO + 1, ZERO + 2, "paused"]]);
    expect(await scene.published("2026-03-02T09")).toMatchObject({ ledger: { status: "complete" } });
    expect(await scene.published("2026-03-02T11")).toMatchObject({ ledger: { status: "complete" } });
  });

  it("lets what comes late for a missing hour make it partial", async () => {
    await pauseAt(30);
    await resumeAt(200);
    await workAt(200);
    await scene.send([message(at(90)), message(at(91))]);
    await workAt(250);

    expect(await scene.published("2026-03-02T10")).toMatchObject({
      revision: 1,
      messages: { sent: 2, total: null },
      ledger: { status: "partial", reasons: ["was-missing", "paused"] },
    });
    expect(await scene.published("2026-03-02T12")).toMatchObject({
      messages: { total: 2 },
      ledger: { bookedLate: { "messages.channels": 2 } },
    });
  });

  it("books what came for a missing hour before that was passed by", async () => {
    await pauseAt(30);
    await resumeAt(200);
    await scene.send([message(at(90))]);
    await workAt(250);

    expect(await scene.published("2026-03-02T10")).toMatchObject({ revision: 1, messages: { sent: 1 } });
    expect(await scene.published("2026-03-02T12")).toMatchObject({ messages: { total: 1 } });
  });

  it("is ended once", async () => {
    await pauseAt(10);
    await resumeAt(20);
    scene.clock.now = at(30);

    expect(await resumeWorkspace(scene.parts)("demo")).toMatchObject({
      state: "active",
      pauses: [{ from: at(10), to: at(20) }],
    });
  });

  it("gives the same bytes when all of it closes at once, after an outage", async () => {
    const other = await openScene({ now: HOUR_ZERO });
    try {
      for (const one of [scene, other]) {
        const isDisturbed = one === other;
        const work = async (): Promise<void> => {
          if (!isDisturbed) await one.work();
        };
        // Ids that are made by chance are in the bytes; give both the same.
        const same = { deploymentId: "same" };
        await one.parts.workspaces.change("demo", (workspace) => ({ ...workspace, ...same }));
        await one.send([event("connection.opened", at(1), { connection: "c" }), message(at(2))]);
        for (const [minute, act] of [
          [10, () => pauseWorkspace(one.parts)("demo")],
          [70, work],
          [130, work],
          [200, () => resumeWorkspace(one.parts)("demo")],
          [201, () => one.send([message(at(201)), event("connection.closed", at(201), { connection: "c" })])],
          [250, work],
          [330, () => one.work()],
        ] as const) {
          one.clock.now = at(minute);
          await act();
        }
      }
      for (const hour of [0, 1, 2, 3, 4]) {
        const [a, b] = await Promise.all([scene, other].map((one) => one.parts.snapshots.read("demo", ZERO + hour)));
        expect(Buffer.from(b?.bytes ?? []).toString()).toBe(Buffer.from(a?.bytes ?? []).toString());
      }
      expect((await other.parts.hours.head("demo"))?.missing).toEqual(await missing());
    } finally {
      await other.close();
    }
  });
});

describe("connections after a pause of whole hours", () => {
  const opened = (minute: number, source = "chat-1") =>
    event("connection.opened", at(minute), { connection: `${source} ${minute}` }, { source });
  const closed = (minute: number) => event("connection.closed", at(minute), { connection: "c" });
  const report = (minute: number, connections: number) =>
    event("instance.reported", at(minute), {
      id: "i1",
      version: "8.0.0",
      os: { totalmem: 2, freemem: 1 },
      connections,
    });
  beforeEach(async () => {
    await scene.send([opened(1), opened(2)]);
    await pauseAt(30);
    await resumeAt(130);
  });

  it("are not known while reporters only tell of steps, and never below zero", async () => {
    await scene.send([closed(131), closed(132)]);
    await workAt(190);

    expect(await scene.published("2026-03-02T09")).toMatchObject({ connections: { current: 2, peak: 2 } });
    expect(await scene.published("2026-03-02T11")).toMatchObject({
      connections: { current: null, peak: null },
      integrity: [],
    });
  });

  it("are not known in a reading either, whether the worker has passed the pause by or not", async () => {
    const workspace = await scene.parts.workspaces.find("demo");
    if (workspace === undefined) throw new Error("gone");
    const current = async (): Promise<unknown> =>
      valueIn((await takeReading(scene.parts)(workspace, scene.clock.now)).document, "connections.current");

    expect(await current()).toBeNull();
    await workAt(130);
    expect(await current()).toBeNull();
  });

  it("are not known of a missing hour by the steps that came late for it, be it restated already or not", async () => {
    const workspace = await scene.parts.workspaces.find("demo");
    if (workspace === undefined) throw new Error("gone");
    await workAt(130);
    await scene.send([opened(61), opened(110)]);
    const peaks = async (): Promise<unknown> => {
      const window = await readWindow(scene.parts)(workspace, { start: at(60), end: at(120) });
      const { document } = await takeReading(scene.parts)(workspace, scene.clock.now);
      return [window.peakConnectionCount, valueIn(document, "connections.peak")];
    };

    expect(await peaks()).toEqual([null, null]);
    await scene.work();
    expect(await scene.published("2026-03-02T10")).toMatchObject({ revision: 1, connections: { peak: null } });
    expect(await peaks()).toEqual([null, null]);
  });

  it("are not told of an hour after it by what was before it, be that closed already or not", async () => {
    const workspace = await scene.parts.workspaces.find("demo");
    if (workspace === undefined) throw new Error("gone");
    await scene.send([closed(135)]);
    scene.clock.now = at(185);
    const unknown = { connectionCount: null, peakConnectionCount: null };

    for (let turn = 0; turn < 2; turn++) {
      expect(await readWindow(scene.parts)(workspace, { start: at(120), end: at(180) })).toMatchObject(unknown);
      await scene.work();
    }
  });

  it("have no peak of a day in another time zone in whose hours none is known", async () => {
    await scene.send([opened(190)]);
    await workAt(190);
    expect(await scene.published("2026-03-02T11")).toMatchObject({ connections: { peak: null, dayPeak: 2 } });
    // There, the day begins at eleven o'clock UTC.
    await scene.parts.workspaces.change("demo", (workspace) => ({ ...workspace, timeZone: "Pacific/Tongatapu" }));
    await workAt(250);

    expect(await scene.published("2026-03-02T12")).toMatchObject({ connections: { peak: null, dayPeak: null } });
  });

  it("are known again from the first report on", async () => {
    scene.clock.now = at(180);
    await scene.send([closed(131), report(179, 7), opened(179.5)]);
    await workAt(190);

    expect(await scene.published("2026-03-02T11")).toMatchObject({ connections: { current: 8, peak: 8 } });
  });

  it("are not told by what comes late for the time before or within it", async () => {
    await workAt(130);
    await scene.send([opened(5), report(95, 40)]);
    await workAt(190);

    expect(await scene.published("2026-03-02T09")).toMatchObject({ revision: 1, connections: { peak: 3 } });
    expect(await scene.published("2026-03-02T10")).toMatchObject({ revision: 1, connections: { peak: 40 } });
    expect(await scene.published("2026-03-02T11")).toMatchObject({ connections: { current: null } });
  });
});

describe("very many pauses", () => {
  it("are kept up to a thousand, but none that an open hour depends on is let go", async () => {
    const pauses = Array.from({ length: 1_000 }, (_, n) => ({ from: at(0) + 2 * n, to: at(0) + 2 * n + 1 }));
    await scene.parts.workspaces.change("demo", (workspace) => ({ ...workspace, pauses }));
    scene.clock.now = at(50);
    await expect(pauseWorkspace(scene.parts)("demo")).rejects.toMatchObject({ code: "rate.exceeded" });
    await workAt(61);

    const workspace = await pauseWorkspace(scene.parts)("demo");
    expect(workspace.pauses).toHaveLength(1_000);
    expect(workspace.pauses.at(-1)).toEqual({ from: at(61), to: null });
  });

  it("do not overlap when the clock is set back", async () => {
    await pauseAt(10);
    await resumeAt(20);
    await pauseAt(15);
    await resumeAt(12);

    expect((await scene.parts.workspaces.find("demo"))?.pauses).toEqual([{ from: at(10), to: at(20) }]);
  });
});

describe("another process", () => {
  it("hears of a pause within a minute", async () => {
    const elsewhere = scene.connect();
    await elsewhere.workspaces.find("demo");
    await pauseAt(10);
    scene.clock.now = at(11);

    expect(await elsewhere.workspaces.find("demo")).toMatchObject({ state: "paused" });
    expect(await closeDueHours(elsewhere)("demo", { now: at(0) + 3 * HOUR_MS })).toMatchObject({ closed: 3 });
    expect(await missing()).toEqual([[ZERO + 1, ZERO + 3, "paused"]]);
  });
});
