import type { Head } from "../core/head.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Account } from "./accounts.ts";

/** The workspaces of a deployment. */
export interface Workspaces {
  find(id: string): Promise<Workspace | undefined>;
  /** @returns false when the id or the account's name is taken; then nothing is written. */
  create(workspace: Workspace, head: Head, account: Account): Promise<boolean>;
  /**
   * Changes a workspace: `change` is asked again when somebody else was first, and throws to leave it as it is.
   * @returns the workspace after; undefined when there is none.
   */
  change(id: string, change: (workspace: Workspace) => Workspace): Promise<Workspace | undefined>;
  /** A page of ids, ended ones left out; `after` is the cursor of the page before. */
  list(after?: string): Promise<{ readonly ids: readonly string[]; readonly next: string | undefined }>;
}
