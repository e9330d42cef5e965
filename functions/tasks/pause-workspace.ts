import { Failure } from "../core/failure.ts";
import { endOf } from "../core/hour.ts";
import { paused, resumed } from "../core/pause.ts";
import type { Workspace } from "../core/workspace.ts";
import { findWorkspace } from "./find-workspace.ts";
import type { Parts } from "./parts.ts";

type PauseParts = Pick<Parts, "workspaces" | "hours" | "clock">;

/** A workspace, and whether it was another before. */
export interface PauseChange {
  readonly workspace: Workspace;
  readonly isChanged: boolean;
}

const changed = async (
  parts: PauseParts,
  id: string,
  change: (workspace: Workspace) => Workspace,
): Promise<PauseChange> => {
  let isChanged = false;
  await findWorkspace(parts)(id);
  const workspace = await parts.workspaces.change(id, (before) => {
    if (before.state === "ended") throw new Failure("workspace.missing", `There is no workspace ${id}.`);
    const after = change(before);
    isChanged = after !== before;
    return after;
  });
  if (workspace === undefined) throw new Failure("workspace.missing", `There is no workspace ${id}.`);
  return { workspace, isChanged };
};

/**
 * Pauses a workspace: from now on nothing is taken for it. Its running hour will be partial, hours within the pause
 * missing. Pausing it twice is no harm.
 * @throws Failure `workspace.missing`, `rate.exceeded`, `store.busy`.
 */
export const pauseWorkspace =
  (parts: PauseParts) =>
  async (id: string): Promise<PauseChange> => {
    const head = await parts.hours.head(id);
    const openFrom = head === undefined ? Infinity : endOf(head.closedThrough);
    return changed(parts, id, (workspace) => paused(workspace, parts.clock(), openFrom));
  };

/**
 * Ends a workspace's pause; one that is not paused stays as it is.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const resumeWorkspace =
  (parts: PauseParts) =>
  (id: string): Promise<PauseChange> =>
    changed(parts, id, (workspace) => resumed(workspace, parts.clock()));
