import { Failure } from "../core/failure.ts";
import type { Workspace } from "../core/workspace.ts";
import { type WorkspaceChange, withSettings } from "../core/workspace-settings.ts";
import { hashOf } from "./hash-ids.ts";
import type { Parts } from "./parts.ts";

/** Letters and digits that are as hard to guess as 32 bytes. */
const KEY_CHARACTERS = 43;

/** Sees to it that there is a key before anything is hashed with it. */
const keyed = async (parts: Pick<Parts, "workspaces" | "hours" | "peopleKeys" | "secret">, id: string) => {
  const workspace = await parts.workspaces.find(id);
  if (workspace === undefined || workspace.state === "ended") return;
  // Where ids are hashed already, another key would make other people of them: one that is lost is told, not replaced.
  if ((await parts.hours.head(id))?.hashed !== undefined) await hashOf(parts, id);
  else await parts.peopleKeys.make(id, parts.secret(KEY_CHARACTERS));
};

/**
 * Changes a workspace's settings; they hold at once here, and within a minute in other processes.
 * @returns the workspace before and after.
 * @throws Failure `workspace.has-history` when its source is settled, `upstream.no-vault` when ids are to be hashed and
 * no key can be kept or theirs is lost, `workspace.missing`, `store.busy`.
 */
export const changeWorkspace =
  (parts: Pick<Parts, "workspaces" | "hours" | "peopleKeys" | "secret">) =>
  async (id: string, change: WorkspaceChange): Promise<{ readonly before: Workspace; readonly after: Workspace }> => {
    const head = change.source === undefined ? undefined : await parts.hours.head(id);
    if (change.retention?.people === "hash") await keyed(parts, id);
    const hasHistory = head !== undefined && head.closedThrough >= head.firstHour;
    let before: Workspace | undefined;
    const after = await parts.workspaces.change(id, (workspace) => {
      before = workspace.state === "ended" ? undefined : workspace;
      return before === undefined ? workspace : withSettings(before, change, hasHistory);
    });
    if (before === undefined || after === undefined)
      throw new Failure("workspace.missing", `There is no workspace ${id}.`);
    return { before, after };
  };
