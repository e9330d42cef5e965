import { Failure } from "../core/failure.ts";
import { endOf } from "../core/hour.ts";
import { paused, resumed } from "../core/pause.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Act } from "../ports/audit.ts";
import { findWorkspace } from "./find-workspace.ts";
import type { Parts } from "./parts.ts";

type PauseParts = Pick<Parts, "workspaces" | "hours" | "clock">;

/** What the audit trail keeps of a change; of none nothing. */
type Acts = () => readonly Act[];
const NO_ACTS: Acts = () => [];

const changed = async (
  parts: PauseParts,
  id: string,
  change: (workspace: Workspace) => Workspace,
  acts: Acts,
): Promise<Workspace> => {
  await findWorkspace(parts)(id);
  const workspace = await parts.workspaces.change(
    id,
    (before) => {
      if (before.state === "ended") throw new Failure("workspace.missing", `There is no workspace ${id}.`);
      return change(before);
    },
    (before, after) => (after === before ? [] : acts()),
  );
  if (workspace === undefined) throw new Failure("workspace.missing", `There is no workspace ${id}.`);
  return workspace;
};

/**
 * Pauses a workspace: from now on nothing is taken for it. Its running hour will be partial, hours within the pause
 * missing. Pausing it twice is no harm.
 * @throws Failure `workspace.missing`, `rate.exceeded`, `store.busy`.
 */
export const pauseWorkspace =
  (parts: PauseParts) =>
  async (id: string, acts: Acts = NO_ACTS): Promise<Workspace> => {
    const head = await parts.hours.head(id);
    const openFrom = head === undefined ? Infinity : endOf(head.closedThrough);
    return changed(parts, id, (workspace) => paused(workspace, parts.clock(), openFrom), acts);
  };

/**
 * Ends a workspace's pause; one that is not paused stays as it is.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const resumeWorkspace =
  (parts: PauseParts) =>
  (id: string, acts: Acts = NO_ACTS): Promise<Workspace> =>
    changed(parts, id, (workspace) => resumed(workspace, parts.clock()), acts);
