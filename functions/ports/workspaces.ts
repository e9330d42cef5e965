import type { Head } from "../core/head.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Account } from "./accounts.ts";
import type { Act } from "./audit.ts";

/** What the audit trail is to keep of a change, with it or not at all. */
export type ActsOf = (before: Workspace, after: Workspace) => readonly Act[];

/** The workspaces of a deployment. */
export interface Workspaces {
  find(id: string): Promise<Workspace | undefined>;
  /**
   * @param acts what the audit trail is to keep of it.
   * @returns false when the id or the account's name is taken; then nothing is written.
   */
  create(workspace: Workspace, head: Head, account: Account, acts?: readonly Act[]): Promise<boolean>;
  /**
   * Changes a workspace: `change` is asked again when somebody else was first, and throws to leave it as it is.
   * @returns the workspace after; undefined when there is none.
   */
  change(id: string, change: (workspace: Workspace) => Workspace, actsOf?: ActsOf): Promise<Workspace | undefined>;
  /** Those of the ids that there are, ended ones too, in the order of the ids. */
  findAll(ids: readonly string[]): Promise<readonly Workspace[]>;
  /** A page of ids, ended ones left out, at most `limit`; `after` is the cursor of the page before. */
  list(after?: string, limit?: number): Promise<{ readonly ids: readonly string[]; readonly next: string | undefined }>;
}
