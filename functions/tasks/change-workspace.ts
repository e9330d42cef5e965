import { Failure } from "../core/failure.ts";
import type { Workspace } from "../core/workspace.ts";
import { type WorkspaceChange, withSettings } from "../core/workspace-settings.ts";
import type { ActsOf } from "../ports/workspaces.ts";
import type { Parts } from "./parts.ts";

/**
 * Changes a workspace's settings; they hold at once here, and within a minute in other processes.
 * @param actsOf what the audit trail keeps of it.
 * @returns the workspace before and after.
 * @throws Failure `workspace.has-history` when its source is settled, `upstream.no-vault` when ids are to be hashed and
 * no key can be kept or theirs is lost, `workspace.missing`, `store.busy`.
 */
export const changeWorkspace =
  (parts: Pick<Parts, "workspaces" | "hours" | "peopleKeys" | "secret">) =>
  async (
    id: string,
    change: WorkspaceChange,
    actsOf: ActsOf = () => [],
  ): Promise<{ readonly before: Workspace; readonly after: Workspace }> => {
    const head = change.source === undefined ? undefined : await parts.hours.head(id);
    // Loaded late: most changes are others.
    if (change.retention?.people === "hash") await (await import("./hash-ids.ts")).makeKey(parts, id);
    const hasHistory = head !== undefined && head.closedThrough >= head.firstHour;
    let before: Workspace | undefined;
    const after = await parts.workspaces.change(
      id,
      (workspace) => {
        before = workspace.state === "ended" ? undefined : workspace;
        return before === undefined ? workspace : withSettings(before, change, hasHistory);
      },
      actsOf,
    );
    if (before === undefined || after === undefined)
      throw new Failure("workspace.missing", `There is no workspace ${id}.`);
    return { before, after };
  };
