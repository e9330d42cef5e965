import type { Credential } from "../core/credential.ts";

/** Credentials by the hash of their secret. The secrets themselves are kept nowhere. */
export interface Credentials {
  find(hash: string): Promise<Credential | undefined>;
  put(credential: Credential): Promise<void>;
  /** Ends a credential; nothing happens when there is none. */
  revoke(hash: string, now: number): Promise<void>;
}
