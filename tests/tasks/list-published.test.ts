import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { type Document, valueIn } from "../../functions/core/document.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import { listPublished, listSorted, type Sorting } from "../../functions/tasks/list-published.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { pauseWorkspace, resumeWorkspace } from "../../functions/tasks/pause-workspace.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";

const NEWEST = { offset: 0, count: 100, isDescending: true };

const at = (hour: number): number => HOUR_ZERO + hour * HOUR_MS;
const hoursIn = (documents: readonly Document[]): unknown[] => documents.map(({ hour }) => hour);

describe("a list of what was published", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene({ now: HOUR_ZERO });
  });
  afterEach(() => scene.close());

  const list = (page: Partial<typeof NEWEST> = {}, parts: Parts = scene.parts) =>
    listPublished(parts)("demo", { ...NEWEST, ...page });

  it("is empty before an hour is closed, and refused for a workspace that there is not", async () => {
    expect(await list()).toEqual({ documents: [], total: 0 });
    await expect(listPublished(scene.parts)("nowhere", NEWEST)).rejects.toMatchObject({ code: "workspace.missing" });
  });

  it("gives pages in both directions, each hour once by its latest revision", async () => {
    scene.clock.now = at(5) + 1;
    await scene.work();
    await scene.send([message(at(1))]);
    await scene.work();

    expect(await list({ count: 2 })).toMatchObject({
      documents: [{ hour: "2026-03-02T13" }, { hour: "2026-03-02T12" }],
      total: 5,
    });
    const oldest = await list({ offset: 1, count: 3, isDescending: false });
    expect(hoursIn(oldest.documents)).toEqual(["2026-03-02T10", "2026-03-02T11", "2026-03-02T12"]);
    expect(oldest.documents[0]).toMatchObject({ revision: 1, messages: { sent: 1 } });
    expect(await list({ offset: 5 })).toEqual({ documents: [], total: 5 });
    expect(await list({ count: 0 })).toEqual({ documents: [], total: 5 });
  });

  it("looks through many gaps at a time, and finds what came late in each of them", async () => {
    for (let hour = 1; hour < 40; hour += 2) {
      scene.clock.now = at(hour) - 1;
      await pauseWorkspace(scene.parts)("demo");
      scene.clock.now = at(hour + 1);
      await resumeWorkspace(scene.parts)("demo");
    }
    scene.clock.now = at(41);
    await scene.work();
    await scene.send([message(at(3)), message(at(37))]);
    await scene.work();
    let asked = 0;
    let most = 0;
    const counting: Parts = {
      ...scene.parts,
      snapshots: {
        ...scene.parts.snapshots,
        range: async (...what) => {
          most = Math.max(most, ++asked);
          const found = await scene.parts.snapshots.range(...what);
          asked--;
          return found;
        },
      },
    };

    const { documents, total } = await list({}, counting);
    expect(total).toBe(23);
    expect(hoursIn(documents)).toEqual(expect.arrayContaining(["2026-03-02T12", "2026-03-03T22"]));
    expect(most).toBe(16);
  });

  it("does not count missing hours, until something late makes a document of one", async () => {
    const { id } = await openImport(scene.parts)("demo", {});
    await scene.send([message(at(-100)), message(at(-99))], { import: id });
    await finishImport(scene.parts)(scene.workspace, id);
    scene.clock.now = at(1) + 1;
    await scene.work();
    const closed = ["2026-03-02T09", "2026-02-26T06", "2026-02-26T05"];
    const before = await list();
    expect([hoursIn(before.documents), before.total]).toEqual([closed, 3]);

    await scene.send([message(at(-5))]);
    await scene.work();
    const { documents, total } = await list();
    expect([hoursIn(documents), total]).toEqual([["2026-03-02T09", "2026-03-02T04", ...closed.slice(1)], 4]);
    expect(documents[1]).toMatchObject({ revision: 1, ledger: { reasons: ["was-missing"] } });
    expect(hoursIn((await list({ offset: 1, count: 2 })).documents)).toEqual(["2026-03-02T04", "2026-02-26T06"]);
  });

  it("reads an hour by itself that a lagging range does not have yet", async () => {
    scene.clock.now = at(3) + 1;
    await scene.work();
    const { snapshots } = scene.parts;
    const lagging: Parts = {
      ...scene.parts,
      snapshots: {
        ...snapshots,
        range: async (...what) => {
          const page = await snapshots.range(...what);
          return { ...page, snapshots: page.snapshots.slice(0, 1) };
        },
      },
    };

    expect(await list({}, lagging)).toEqual(await list());
  });

  it("costs what its page costs, however far back it lies", async () => {
    scene.clock.now = at(30) + 1;
    await closeDueHours(scene.parts)("demo");
    const asked: number[] = [];
    const { snapshots } = scene.parts;
    const counting: Parts = {
      ...scene.parts,
      snapshots: {
        ...snapshots,
        range: (workspace, from, to, limit) => {
          asked.push(to - from);
          return snapshots.range(workspace, from, to, limit);
        },
        read: () => Promise.reject(new Error("every hour was in the range")),
      },
    };
    await list({ offset: 25, count: 3 }, counting);

    expect(asked).toEqual([3]);
  });

  it("is sorted by anything, over the whole history, and by time where that is alike", async () => {
    await scene.send([message(at(0)), message(at(0) + 1), message(at(0) + 2)]);
    scene.clock.now = at(4) + 1;
    await scene.send([message(at(2)), message(at(1)), message(at(1) + 1)]);
    await scene.work();
    const bySent = (direction: number): Sorting<number> => ({
      keyOf: (document) => Number(valueIn(document, "messages.sent")),
      compare: (a, b) => (a - b) * direction,
    });
    const sorted = (offset: number, count: number, direction: number) =>
      listSorted(scene.parts)("demo", { offset, count }, bySent(direction));

    expect(hoursIn((await sorted(0, 10, 1)).documents)).toEqual([
      "2026-03-02T12",
      "2026-03-02T11",
      "2026-03-02T10",
      "2026-03-02T09",
    ]);
    expect(await sorted(1, 2, -1)).toMatchObject({
      documents: [{ hour: "2026-03-02T10" }, { hour: "2026-03-02T11" }],
      total: 4,
    });
  });

  it("is not sorted by anything when the history is too long for that, and is paged by time all the same", async () => {
    scene.clock.now = at(1) + 1;
    await scene.work();
    const { hours } = scene.parts;
    const long: Parts = {
      ...scene.parts,
      hours: {
        ...hours,
        head: async (workspace) => {
          const head = await hours.head(workspace);
          return head === undefined ? undefined : { ...head, firstHour: head.firstHour - 9_000 };
        },
      },
    };

    await expect(
      listSorted(long)("demo", { offset: 0, count: 1 }, { keyOf: () => 0, compare: () => 0 }),
    ).rejects.toMatchObject({ code: "range.invalid", message: expect.stringContaining("9001 hours") as string });
    expect(await list({ count: 1 }, long)).toMatchObject({ documents: [{ hour: "2026-03-02T09" }], total: 9_001 });
  });
});
