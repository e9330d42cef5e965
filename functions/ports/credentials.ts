import type { Credential } from "../core/credential.ts";

/** Credentials by the hash of their secret. The secrets themselves are kept nowhere. */
export interface Credentials {
  find(hash: string): Promise<Credential | undefined>;
  put(credential: Credential): Promise<void>;
  /** Ends a credential; nothing happens when there is none. */
  revoke(hash: string, now: number): Promise<void>;
  /** Notes that a credential is in use; nothing happens when there is none. */
  touch(hash: string, now: number): Promise<void>;
  /** A page of a workspace's credentials (an operator's are those of `*`), ended ones too; `after` is the cursor of the page before. */
  list(
    workspace: string,
    limit: number,
    after?: string,
  ): Promise<{ readonly credentials: readonly Credential[]; readonly next: string | undefined }>;
}
