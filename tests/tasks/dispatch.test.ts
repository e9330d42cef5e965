import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { dispatchHours } from "../../functions/tasks/dispatch-hours.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { queueInMemory, type QueueInMemory } from "../support/work.ts";

const NOW = Date.parse("2026-11-21T10:03:00Z");

describe("the hourly run's dispatch", () => {
  let scene: Scene;
  let work: QueueInMemory;
  beforeEach(async () => {
    scene = await openScene({ now: NOW, id: "workspace-0" });
    work = queueInMemory();
  });
  afterEach(() => scene.close());
  const createUpTo = async (count: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, (_, at) => `workspace-${at}`);
    for (const id of ids.slice(1)) await createWorkspace(scene.parts)({ id, name: id });
    return ids;
  };
  const dispatch = (workspacesPerMessage: number) =>
    dispatchHours({ ...scene.parts, work })(NOW, { workspacesPerMessage });

  it("puts every workspace of every page into one message, and says as of when", async () => {
    const ids = await createUpTo(23);

    expect(await dispatch(5)).toEqual({ workspaces: 23, messages: 5 });
    expect(work.shares.map(({ workspaces }) => workspaces.length)).toEqual([5, 5, 5, 5, 3]);
    expect(work.shares.flatMap(({ workspaces }) => workspaces).toSorted()).toEqual(ids.toSorted());
    expect(work.shares.every(({ now, attempt }) => now === NOW && attempt === 1)).toBe(true);
  });

  it("hands messages over while it still pages, so that any number of workspaces fits its memory", async () => {
    const pages = Array.from({ length: 5 }, (_, page) =>
      Array.from({ length: 130 }, (_value, at) => `w-${page}-${at}`),
    );
    const list = async (after = "0") => ({
      ids: pages[Number(after)] ?? [],
      next: Number(after) + 1 < pages.length ? String(Number(after) + 1) : undefined,
    });

    const workspaces = { ...scene.parts.workspaces, list };
    expect(await dispatchHours({ workspaces, work })(NOW, { workspacesPerMessage: 2 })).toEqual({
      workspaces: 650,
      messages: 325,
    });
    expect(work.shares.flatMap((share) => share.workspaces)).toEqual(pages.flat());
    expect(work.sends.map(({ shares }) => shares.length)).toEqual([100, 100, 100, 25]);
  });

  it("fails with the queue", async () => {
    const broken = { send: () => Promise.reject(new Error("no queue")) };

    await expect(dispatchHours({ ...scene.parts, work: broken })(NOW, { workspacesPerMessage: 50 })).rejects.toThrow(
      "no queue",
    );
  });

  it("sends nothing when there is no workspace", async () => {
    const workspaces = { ...scene.parts.workspaces, list: async () => ({ ids: [], next: undefined }) };

    expect(await dispatchHours({ workspaces, work })(NOW, { workspacesPerMessage: 50 })).toEqual({
      workspaces: 0,
      messages: 0,
    });
    expect(work.sends).toEqual([]);
  });
});
