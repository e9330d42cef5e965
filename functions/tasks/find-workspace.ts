import { Failure } from "../core/failure.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

/**
 * Finds a workspace; one that has ended is gone for its callers.
 * @throws Failure `workspace.missing`.
 */
export const findWorkspace =
  (parts: Pick<Parts, "workspaces">) =>
  async (id: string): Promise<Workspace> => {
    const workspace = await parts.workspaces.find(id);
    if (workspace === undefined || workspace.state === "ended")
      throw new Failure("workspace.missing", `There is no workspace ${id}.`, { workspace: id });
    return workspace;
  };
