import type { Permission } from "../core/credential.ts";
import type { Act } from "./audit.ts";

/** A person's account in the Rocket.Chat dialect; names are unique in a deployment. Instants in ms since 1970 UTC. */
export interface Account {
  readonly name: string;
  readonly userId: string;
  readonly workspace: string;
  /** scrypt, as `scrypt$N$r$p$salt$hash` in base64. */
  readonly passwordHash: string;
  readonly scopes: readonly Permission[];
  readonly createdAt: number;
}

/** The accounts of a deployment. Acts are what the audit trail is to keep of a change: with it, or not at all. */
export interface Accounts {
  findByName(name: string): Promise<Account | undefined>;
  findById(workspace: string, userId: string): Promise<Account | undefined>;
  /** @returns false when the name is taken; then nothing is written. */
  create(account: Account, acts?: readonly Act[]): Promise<boolean>;
  /** Replaces an account under its own name and id. @returns false when there is none such. */
  replace(account: Account, acts?: readonly Act[]): Promise<boolean>;
  /** A page in the order of ids; `after` is the cursor of the page before. */
  list(
    workspace: string,
    limit: number,
    after?: string,
  ): Promise<{ readonly accounts: readonly Account[]; readonly next: string | undefined }>;
  /** Nothing happens when there is none. */
  remove(account: Pick<Account, "name" | "userId" | "workspace">, acts?: readonly Act[]): Promise<void>;
}
