import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { valueIn } from "../../functions/core/document.ts";
import type { Act } from "../../functions/ports/audit.ts";
import { abandonImport, openImport } from "../../functions/tasks/import-past.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { event, HOUR_ZERO, message, type RawEvent } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const NOW = HOUR_ZERO + minutes(30);

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ now: NOW, startsAt: HOUR_ZERO });
});
afterEach(() => scene.close());

const acts = async (): Promise<readonly Act[]> =>
  (await scene.parts.audit.list("demo", { from: 0, to: NOW * 2, limit: 500 })).acts.toReversed();
const now = async (name: string): Promise<unknown> =>
  valueIn((await takeReading(scene.parts)(scene.workspace, scene.clock.now)).document, name);
const adjustment = (amount: number, more: Partial<RawEvent> = {}): RawEvent =>
  event("totals.adjusted", HOUR_ZERO, { "messages.direct": amount, reason: "moved here" }, more);

describe("an adjustment of totals", () => {
  it("is noted with its amounts, its reason and who sent it", async () => {
    const sent = adjustment(5, { id: "a-1" });
    await scene.send([message(HOUR_ZERO), sent], { mayAdjust: true, by: "key «admin» …abcd" });
    expect(await acts()).toMatchObject([
      {
        workspace: "demo",
        at: NOW,
        by: "key «admin» …abcd",
        action: "totals.adjusted",
        details: {
          amounts: { "messages.direct": 5 },
          reason: "moved here",
          event: "a-1",
          source: "chat-1",
          time: "2026-03-02T09:00:00.000Z",
        },
      },
    ]);
    expect(await now("messages.direct")).toBe(5);
  });

  it("is noted once, however often its batch comes, one by one or at once", async () => {
    const batch = [adjustment(5), adjustment(-2)];
    await Promise.all(Array.from({ length: 8 }, () => scene.send(batch, { mayAdjust: true })));
    await scene.send(batch, { mayAdjust: true });
    expect((await acts()).map(({ details }) => details["amounts"])).toEqual([
      { "messages.direct": 5 },
      { "messages.direct": -2 },
    ]);
    expect(await now("messages.direct")).toBe(3);
  });

  it("is noted once when the answer to its part was lost", async () => {
    let isLost = false;
    const lossy = await openScene({
      now: NOW,
      startsAt: HOUR_ZERO,
      change: (parts) => ({
        ...parts,
        log: {
          ...parts.log,
          append: async (part) => {
            const outcome = await parts.log.append(part);
            if (isLost) return outcome;
            isLost = true;
            throw new Error("the answer was lost");
          },
        },
      }),
    });
    try {
      const batch = [adjustment(5)];
      await expect(lossy.send(batch, { mayAdjust: true })).rejects.toThrow("the answer was lost");
      lossy.clock.now += 1_000;
      expect(await lossy.send(batch, { mayAdjust: true })).toMatchObject({ accepted: 1, replayed: true });
      const kept = await lossy.parts.audit.list("demo", { from: 0, to: NOW * 2, limit: 10 });
      expect(kept.acts).toHaveLength(1);
    } finally {
      await lossy.close();
    }
  });

  it("is noted for each of many in a batch, over as many transactions as that takes", async () => {
    const batch = Array.from({ length: 205 }, (_, at) =>
      at % 5 === 0
        ? event("user.changed", HOUR_ZERO, { id: `u${at}`, kind: "user", active: true })
        : adjustment(1, { id: `a-${at}` }),
    );
    expect(await scene.send(batch, { mayAdjust: true })).toMatchObject({ accepted: 205 });
    expect(new Set((await acts()).map(({ details }) => details["event"])).size).toBe(164);
    expect(await now("messages.direct")).toBe(164);
  });

  it("leaves no trace when it is refused, or a duplicate by its number", async () => {
    expect(await scene.send([adjustment(5)])).toMatchObject({ refused: [{ code: "event-forbidden" }] });
    const malformed = event("totals.adjusted", HOUR_ZERO, { "users.total": 5, reason: "no" });
    expect(await scene.send([malformed], { mayAdjust: true })).toMatchObject({ refusedCount: 1 });
    expect(await acts()).toEqual([]);
    await scene.send([adjustment(5, { sequence: 1 })], { mayAdjust: true, id: "first" });
    expect(await scene.send([adjustment(5, { sequence: 1 })], { mayAdjust: true, id: "again" })).toMatchObject({
      duplicates: 1,
    });
    expect(await acts()).toHaveLength(1);
  });
});

describe("an import's opening balance", () => {
  it("is noted when the import opens, and when it is given up", async () => {
    const { id } = await openImport(scene.parts)("demo", { "messages.direct": 7 }, "key «admin» …abcd");
    await expect(openImport(scene.parts)("demo", { "messages.direct": 9 })).rejects.toMatchObject({
      code: "import.open",
    });
    scene.clock.now += 1_000;
    await abandonImport(scene.parts)("demo", id);
    expect((await acts()).map(({ action, by, details }) => [action, by, details])).toEqual([
      ["import.opened", "key «admin» …abcd", { import: id, opening: { "messages.direct": 7 } }],
      ["import.abandoned", "an administrator", { import: id, opening: { "messages.direct": 7 } }],
    ]);
  });
});
