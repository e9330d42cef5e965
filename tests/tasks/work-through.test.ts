import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import type { Share } from "../../functions/core/share.ts";
import type { Work } from "../../functions/ports/work.ts";
import { closingJob } from "../../functions/services/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { type Time, workThrough } from "../../functions/tasks/work-through.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { queueInMemory, type QueueInMemory } from "../support/work.ts";

const STARTED = Date.parse("2026-11-21T09:00:00Z");
const NOW = Date.parse("2026-11-21T10:03:00Z");
const PLENTY: Time = { given: 60_000, left: () => 60_000 };

describe("the hourly run's worker", () => {
  let scene: Scene;
  let work: QueueInMemory;
  beforeEach(async () => {
    scene = await openScene({ now: STARTED, id: "a" });
    for (const id of ["b", "c"]) await createWorkspace(scene.parts)({ id, name: id });
    scene.clock.now = NOW;
    work = queueInMemory();
  });
  afterEach(() => scene.close());

  const share = (workspaces: readonly string[], more: Partial<Share> = {}): Share => ({
    workspaces,
    now: NOW,
    attempt: 1,
    ...more,
  });
  const workOn = (
    message: Share,
    { time = PLENTY, isAgain = false, queue = work }: { time?: Time; isAgain?: boolean; queue?: Work } = {},
  ) =>
    workThrough(
      { ...scene.parts, work: queue },
      closingJob(scene.parts, () => undefined),
    )(message, time, { isAgain });
  const closedThrough = async (workspace: string): Promise<boolean> =>
    (await scene.parts.snapshots.read(workspace, STARTED / HOUR_MS)) !== undefined;

  it("closes the hour of every workspace of its message", async () => {
    expect(await workOn(share(["a", "b", "c"]))).toEqual({
      counts: { closed: 3, restated: 0 },
      queued: 0,
      failures: [],
    });
    expect(await Promise.all(["a", "b", "c"].map(closedThrough))).toEqual([true, true, true]);
    expect(work.sends).toEqual([]);
  });

  it("does nothing a second time", async () => {
    await workOn(share(["a", "b", "c"]));

    expect(await workOn(share(["a", "b", "c"]))).toMatchObject({ counts: { closed: 0, restated: 0 }, failures: [] });
  });

  it("goes on after one that fails, and queues that one by itself, for later", async () => {
    const result = await workOn(share(["a", "missing", "c"]));

    expect(result).toMatchObject({ counts: { closed: 2 }, queued: 1 });
    expect(result.failures).toMatchObject([{ workspace: "missing", isGivenUp: false }]);
    expect(await closedThrough("c")).toBe(true);
    expect(work.sends).toEqual([{ shares: [share(["missing"], { attempt: 2 })], delaySeconds: 30 }]);
  });

  it("gives one up at its third failure: its message is left to the dead letters", async () => {
    const second = await workOn(share(["missing"], { attempt: 2 }));
    expect(second.failures).toMatchObject([{ isGivenUp: false }]);
    expect(work.sends).toEqual([{ shares: [share(["missing"], { attempt: 3 })], delaySeconds: 60 }]);

    const third = await workOn(share(["missing"], { attempt: 3 }));
    expect(third).toMatchObject({ queued: 0, failures: [{ workspace: "missing", isGivenUp: true }] });
    expect(work.sends).toHaveLength(1);
  });

  it("gives back what is left when four fifths of its time are used", async () => {
    const left = [10_000, 2_001, 1_999];
    const time: Time = { given: 10_000, left: () => left.shift() ?? 0 };

    expect(await workOn(share(["a", "b", "c"]), { time })).toMatchObject({ counts: { closed: 2 }, queued: 1 });
    expect(work.sends).toEqual([{ shares: [share(["c"])], delaySeconds: 0 }]);
    expect(await closedThrough("c")).toBe(false);
  });

  it("does not count as an attempt what it had no time for", async () => {
    await workOn(share(["a", "b"], { attempt: 2 }), { time: { given: 10_000, left: () => 0 } });

    expect(work.shares).toEqual([share(["a", "b"], { attempt: 2 })]);
  });

  it("queues a workspace that has more hours to close than one run takes", async () => {
    scene.clock.now = STARTED + 500 * HOUR_MS;

    const late = share(["a"], { now: scene.clock.now, attempt: 2 });
    expect(await workOn(late)).toMatchObject({ counts: { closed: 480 }, queued: 1, failures: [] });
    expect(work.shares).toEqual([{ ...late, attempt: 1 }]);

    expect(await workOn(work.shares[0] ?? late)).toMatchObject({ counts: { closed: 20 }, queued: 0 });
  });

  it("splits a message that comes again, so that one that stops every worker goes alone to the dead letters", async () => {
    expect(await workOn(share(["a", "b"]), { isAgain: true })).toMatchObject({ counts: {}, queued: 2 });
    expect(work.shares).toEqual([share(["a"]), share(["b"])]);

    expect(await workOn(share(["a"]), { isAgain: true })).toMatchObject({ counts: { closed: 1 }, queued: 0 });
  });

  it("closes no hour before it is over, whatever a message says", async () => {
    expect(await workOn(share(["a"], { now: NOW + HOUR_MS }))).toMatchObject({ counts: { closed: 1 } });
  });

  it("closes what was over at the time its message is of, and leaves later hours to their own run", async () => {
    scene.clock.now = NOW + HOUR_MS;

    expect(await workOn(share(["a"]))).toMatchObject({ counts: { closed: 1 }, queued: 0 });
  });

  it("fails with the queue, so that its message comes again", async () => {
    const broken = { send: () => Promise.reject(new Error("no queue")) };

    await expect(workOn(share(["missing"]), { queue: broken })).rejects.toThrow("no queue");
  });
});
