import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { valueIn } from "../../functions/core/document.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const PAST = HOUR_ZERO - 10 * DAY_MS;

/** Called right before the head is written next, once. */
let beforeNextAdvance: (() => Promise<unknown>) | undefined;
const interruptible = (parts: Parts): Parts => ({
  ...parts,
  hours: {
    ...parts.hours,
    advance: async (...what) => {
      const interrupt = beforeNextAdvance;
      beforeNextAdvance = undefined;
      await interrupt?.();
      return parts.hours.advance(...what);
    },
  },
});

let scene: Scene;
let id: string;
beforeEach(async () => {
  scene = await openScene({ now: HOUR_ZERO + minutes(20), change: interruptible });
  ({ id } = await openImport(scene.parts)("demo", {}));
});
afterEach(() => scene.close());

const finish = (through?: number): ReturnType<ReturnType<typeof finishImport>> =>
  finishImport(scene.parts)(scene.workspace, id, through);
const total = async (): Promise<unknown> =>
  valueIn((await takeReading(scene.parts)(scene.workspace, scene.clock.now)).document, "messages.total");

describe("finishing an import", () => {
  it("books what live reporters sent late for the hours that nobody observed", async () => {
    await scene.send([message(PAST)], { import: id });
    await foldLog(scene.parts)("demo");
    await scene.send([message(HOUR_ZERO - 5 * HOUR_MS, "late")]);
    expect(await total()).toBe(2);
    await finish();
    expect(await total()).toBe(2);
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    expect(await scene.work()).toMatchObject({ closed: 1, restated: 1 });
    expect(await scene.published("2026-03-02T04")).toMatchObject({
      revision: 1,
      messages: { sent: 1, total: null },
      ledger: { status: "partial", reasons: ["was-missing"] },
    });
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      messages: { total: 2 },
      ledger: { bookedLate: { "messages.channels": 1 } },
    });
  });

  it("fills the hour of a batch that came in while it began", async () => {
    await scene.send([message(PAST)], { import: id });
    await foldLog(scene.parts)("demo");
    beforeNextAdvance = () => scene.send([message(PAST + 3 * HOUR_MS)], { import: id });
    await finish();
    expect(await total()).toBe(2);
    expect(await scene.published("2026-02-20T12")).toMatchObject({
      revision: 0,
      messages: { sent: 1, total: 2 },
      ledger: { status: "imported" },
    });
  });

  it("fills every imported hour, though one of the running hour is among them", async () => {
    await scene.send([message(PAST), message(PAST + 3 * HOUR_MS), message(HOUR_ZERO)], { import: id });
    await expect(finish(hourOf(PAST))).rejects.toMatchObject({ code: "range.invalid" });
    await finish();
    expect(await total()).toBe(3);
    expect(await scene.parts.hours.head("demo")).toMatchObject({ closedThrough: hourOf(HOUR_ZERO) - 1, missing: [] });
  });

  it("leaves the first live hour broken, when the workspace began in its middle", async () => {
    await scene.send([message(PAST)], { import: id });
    await finish();
    scene.clock.now = HOUR_ZERO + HOUR_MS;
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      ledger: { status: "partial", reasons: ["started"] },
    });
  });
});
