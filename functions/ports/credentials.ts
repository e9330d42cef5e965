import type { Credential } from "../core/credential.ts";
import type { Act } from "./audit.ts";

/** How credentials are listed: sessions and tokens are people's, keys are what is left. */
export type CredentialGroup = "keys" | "tokens" | "sessions";

/** A part of a workspace's credentials; a user's only together with a group. */
export interface Listing {
  readonly group: CredentialGroup;
  readonly userId?: string;
}

/**
 * Credentials by the hash of their secret. The secrets themselves are kept nowhere. Acts are what the audit trail is to
 * keep of a change: with it, or not at all.
 */
export interface Credentials {
  find(hash: string): Promise<Credential | undefined>;
  put(credential: Credential, acts?: readonly Act[]): Promise<void>;
  /** Hash of the token that was given its name last among those of its user; it may have ended since. */
  holderOf(token: Pick<Credential, "workspace" | "userId" | "label">): Promise<string | undefined>;
  /**
   * Keeps a token and gives it its name, on condition that `holder` is who has it.
   * @returns false when another took the name meanwhile; then nothing is written.
   */
  putNamed(token: Credential, holder: string | undefined, acts?: readonly Act[]): Promise<boolean>;
  /** Ends a credential; nothing happens when there is none. */
  revoke(hash: string, now: number, acts?: readonly Act[]): Promise<void>;
  /** Lets a credential expire at an instant, unless it does so before; nothing happens when there is none. */
  expire(hash: string, at: number): Promise<void>;
  /** Notes that a credential is in use; nothing happens when there is none. */
  touch(hash: string, now: number): Promise<void>;
  /**
   * A page of a workspace's credentials (an operator's are those of `*`), ended ones too, but for sessions that expired;
   * all of them, or those of a listing. `after` is the cursor of the page before.
   */
  list(
    workspace: string,
    limit: number,
    after?: string,
    listing?: Listing,
  ): Promise<{ readonly credentials: readonly Credential[]; readonly next: string | undefined }>;
}
