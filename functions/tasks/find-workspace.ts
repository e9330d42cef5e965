import { Failure } from "../core/failure.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

/** Changed settings of a workspace show after this long at the latest. */
const SEEN_MS = 30_000;

/**
 * Finds a workspace; remembers it for half a minute.
 * @throws Failure `workspace.missing`.
 */
export const findWorkspace = (parts: Pick<Parts, "workspaces" | "clock">): ((id: string) => Promise<Workspace>) => {
  const seen = new Map<string, { readonly workspace: Workspace; readonly readAt: number }>();
  return async (id) => {
    const now = parts.clock();
    const known = seen.get(id);
    if (known !== undefined && Math.abs(now - known.readAt) < SEEN_MS) return known.workspace;
    const workspace = await parts.workspaces.find(id);
    if (workspace === undefined)
      throw new Failure("workspace.missing", `There is no workspace ${id}.`, { workspace: id });
    seen.set(id, { workspace, readAt: now });
    return workspace;
  };
};
