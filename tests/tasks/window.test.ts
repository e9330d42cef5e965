import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import type { Usage } from "../../functions/core/usage.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { readWindow } from "../../functions/tasks/read-window.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO });
});
afterEach(() => scene.close());

const disposable = async (): Promise<AsyncDisposable & { readonly scene: Scene }> => {
  const fresh = await openScene({ now: HOUR_ZERO });
  return { scene: fresh, [Symbol.asyncDispose]: () => fresh.close() };
};

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

  it("tells how many rooms there were at the end of an hour that is over and not closed yet", async () => {
    scene.clock.now = HOUR_ZERO + HOUR_MS + minutes(2);
    await scene.send([
      event("room.changed", HOUR_ZERO + 1, { id: "den", kind: "channel" }),
      event("room.changed", HOUR_ZERO + HOUR_MS + 1, { id: "attic", kind: "channel" }),
    ]);
    expect(await usage(HOUR_ZERO, HOUR_ZERO + HOUR_MS)).toMatchObject({ totalRoomCount: 1 });
    await scene.work();
    expect(await usage(HOUR_ZERO, HOUR_ZERO + HOUR_MS)).toMatchObject({ totalRoomCount: 1 });
  });

  it("keeps the level of connections through hours without a word", async () => {
    await scene.send([event("connection.opened", HOUR_ZERO, { connection: "c" })]);
    scene.clock.now = HOUR_ZERO + 4 * HOUR_MS;
    await scene.work();
    const cut = [HOUR_ZERO + 2 * HOUR_MS + minutes(10), HOUR_ZERO + 2 * HOUR_MS + minutes(20)] as const;
    expect(await usage(...cut)).toMatchObject({ peakConnectionCount: 1, messageCount: 0, seen: [] });
  });

  it("reads no more than the hours it is about", async () => {
    scene.clock.now = HOUR_ZERO + 3 * DAY_MS;
    await scene.send([message(HOUR_ZERO), message(HOUR_ZERO + minutes(90))]);
    await scene.work();
    const asked: number[] = [];
    const parts: Parts = {
      ...scene.parts,
      hours: {
        ...scene.parts.hours,
        deltas: (workspace, hours) => {
          asked.push(...hours);
          return scene.parts.hours.deltas(workspace, hours);
        },
      },
    };
    const window = { start: HOUR_ZERO + minutes(30), end: HOUR_ZERO + 3 * HOUR_MS };
    expect(await readWindow(parts)(scene.workspace, window)).toMatchObject({ messageCount: 1 });
    expect(asked).toEqual([hourOf(HOUR_ZERO)]);
  });

  it("counts what was sent in it, whatever is closed, late, folded or still in the log", async () => {
    const HOURS = 6;
    const at = (minute: number): number => HOUR_ZERO + minutes(minute);
    const minute = fc.nat({ max: 60 * HOURS - 1 });
    const sent = fc.array(fc.record({ minute, user: fc.nat({ max: 4 }), room: fc.nat({ max: 2 }) }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        sent,
        sent,
        sent,
        fc.array(fc.tuple(minute, minute), { minLength: 4, maxLength: 4 }),
        async (...[early, late, last, windows]) => {
          await using fresh = await disposable();
          const eventsOf = (some: typeof early) =>
            some.map((one) => message(at(one.minute), `u${one.user}`, `r${one.room}`));
          fresh.scene.clock.now = HOUR_ZERO + HOURS * HOUR_MS;
          await fresh.scene.send(eventsOf(early));
          await closeDueHours(fresh.scene.parts)("demo", { now: HOUR_ZERO + (HOURS - 2) * HOUR_MS });
          await fresh.scene.send(eventsOf(late));
          await foldLog(fresh.scene.parts)("demo");
          await fresh.scene.send(eventsOf(last), { id: "last" });
          const all = [...early, ...late, ...last];
          for (const [a, b] of windows) {
            const [start, end] = [Math.min(a, b), Math.max(a, b) + 1];
            const inside = all.filter((one) => one.minute >= start && one.minute < end);
            expect(
              await readWindow(fresh.scene.parts)(fresh.scene.workspace, { start: at(start), end: at(end) }),
            ).toMatchObject({
              messageCount: inside.length,
              roomCount: new Set(inside.map(({ room }) => room)).size,
              seen: [...new Set(inside.map(({ user }) => `u${user}`))].toSorted(),
            });
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
