import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, hourNamed } from "../../functions/core/hour.ts";
import { dayOf } from "../../functions/core/series.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { type HistoryParts, readHistory } from "../../functions/tasks/read-history.ts";
import { message } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";

const MIDNIGHT = Date.parse("2026-03-02T00:00:00.000Z");
const DAY = dayOf(hourNamed("2026-03-02T00") ?? 0);
const NAMES = STATISTICS.map(({ name }) => name);

let scene: Scene;
let seriesAreAway = false;

/** Series that can't be kept for a while, as in a crash between packing and writing down that it is done. */
const withFickleSeries = (parts: Parts): Parts => ({
  ...parts,
  series: {
    ...parts.series,
    keep: (...what) => (seriesAreAway ? Promise.reject(new Error("the series are away")) : parts.series.keep(...what)),
  },
});

beforeEach(async () => {
  seriesAreAway = false;
  scene = await openScene({ now: MIDNIGHT, change: withFickleSeries });
});
afterEach(() => scene.close());

/** Lives so many hours, each with one message more than the one before. */
const live = async (from: number, hours: number): Promise<void> => {
  for (let at = from; at < from + hours; at++) {
    const start = MIDNIGHT + at * HOUR_MS;
    scene.clock.now = start + HOUR_MS / 2;
    await scene.send(Array.from({ length: at + 1 }, (_, more) => message(start + more * 1_000, `user-${more % 7}`)));
    scene.clock.now = start + HOUR_MS;
    await scene.work();
  }
};

const packed = async () => [...(await scene.parts.series.between("demo", DAY, DAY + 3)).keys()];
const history = async (parts: HistoryParts, from = 0, to = 30) =>
  (
    await readHistory(parts)("demo", {
      statistics: NAMES,
      from: DAY * 24 + from,
      to: DAY * 24 + to,
    })
  ).rows;

/** The same without any series: from the snapshots alone. */
const fromSnapshots = (from?: number, to?: number) =>
  history({ ...scene.parts, series: { ...scene.parts.series, between: async () => new Map() } }, from, to);

describe("packing days", () => {
  it("packs a day once it is over, and tells the same history of it as its snapshots do", async () => {
    await live(0, 23);
    expect(await packed()).toEqual([]);
    await live(23, 4);
    expect(await packed()).toEqual([DAY]);
    expect(await history(scene.parts)).toEqual(await fromSnapshots());
    expect(await history(scene.parts, 5, 26)).toEqual(await fromSnapshots(5, 26));
    const [first] = await history(scene.parts, 2, 3);
    expect(first).toMatchObject({ "messages.sent": 3, "users.seen": 3, status: "complete" });
  });

  it("reads no snapshot of a packed day", async () => {
    await live(0, 25);
    const read: number[] = [];
    const watched = {
      ...scene.parts,
      snapshots: {
        ...scene.parts.snapshots,
        range: (...what: Parameters<Parts["snapshots"]["range"]>) => {
          read.push(what[2] - what[1]);
          return scene.parts.snapshots.range(...what);
        },
      },
    };
    await history(watched, 0, 25);
    expect(read).toEqual([1]);
  });

  it("packs a day again when one of its hours is restated", async () => {
    await live(0, 25);
    await scene.send([message(MIDNIGHT + 4 * HOUR_MS + 60_000, "late")]);
    await scene.work();
    const [fourth] = await history(scene.parts, 4, 5);
    expect(fourth).toMatchObject({ status: "restated", "messages.sent": 6 });
    expect(await history(scene.parts)).toEqual(await fromSnapshots());
  });

  it("tells of a restated hour at once, before its day is packed again", async () => {
    await live(0, 25);
    await scene.send([message(MIDNIGHT + 4 * HOUR_MS + 60_000, "late")]);
    seriesAreAway = true;
    await expect(scene.work()).rejects.toThrow("away");
    const [fourth] = await history(scene.parts, 4, 5);
    expect(fourth).toMatchObject({ status: "restated", "messages.sent": 6 });
    seriesAreAway = false;
    await scene.work();
    expect((await scene.parts.hours.head("demo"))?.unpacked).toEqual([DAY + 1]);
    expect(await history(scene.parts)).toEqual(await fromSnapshots());
  });

  it("packs what an outage has left, day by day, and a day whose last hours nobody observed", async () => {
    await live(0, 20);
    scene.clock.now = MIDNIGHT + 50 * HOUR_MS;
    await scene.work();
    expect(await packed()).toEqual([DAY, DAY + 1]);
    expect(await history(scene.parts, 0, 50)).toEqual(await fromSnapshots(0, 50));
  });
});
