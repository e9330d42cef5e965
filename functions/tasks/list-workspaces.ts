import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

/** A page of workspaces; `next` is the cursor of the page after. */
export interface WorkspacePage {
  readonly workspaces: readonly Workspace[];
  readonly next: string | undefined;
}

/** A page of the workspaces of a deployment, ended ones left out. */
export const listWorkspaces =
  (parts: Pick<Parts, "workspaces">) =>
  async (limit: number, after?: string): Promise<WorkspacePage> => {
    const ids: string[] = [];
    let next = after;
    // The list lies in parts, and some may hold less than a page.
    do {
      const page = await parts.workspaces.list(next, limit - ids.length);
      ids.push(...page.ids);
      next = page.next;
    } while (next !== undefined && ids.length < limit);
    return { workspaces: await parts.workspaces.findAll(ids), next };
  };
