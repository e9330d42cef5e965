import type { Head } from "../core/head.ts";
import type { Workspace } from "../core/workspace.ts";

/** An operator account of the Rocket.Chat dialect; names are unique per deployment. */
export interface Account {
  readonly name: string;
  readonly userId: string;
  readonly workspace: string;
  /** scrypt, as `scrypt$N$r$p$salt$hash` in base64. */
  readonly passwordHash: string;
  readonly scopes: readonly string[];
}

/** The workspaces of a deployment. */
export interface Workspaces {
  find(id: string): Promise<Workspace | undefined>;
  /** @returns false when the id or the account's name is taken; then nothing is written. */
  create(workspace: Workspace, head: Head, account: Account): Promise<boolean>;
  /** Replaces an account of the workspace that it names; one of another workspace is left alone, with an error. */
  replaceAccount(account: Account): Promise<void>;
  /** A page of ids; `after` is the cursor of the page before. */
  list(after?: string): Promise<{ readonly ids: readonly string[]; readonly next: string | undefined }>;
}
