import type { UpstreamCredential } from "../core/upstream.ts";

/** A credential and the origin that it may be sent to. */
export interface KeptUpstreamCredential {
  readonly origin: string;
  readonly credential: UpstreamCredential;
}

/** What polled servers are asked with: the only secrets that are kept as they are, so they lie apart from the rest. */
export interface UpstreamCredentials {
  /** @throws Failure `upstream.no-vault` where a deployment has no place for them. */
  keep(workspace: string, kept: KeptUpstreamCredential): Promise<void>;
  find(workspace: string): Promise<KeptUpstreamCredential | undefined>;
  remove(workspace: string): Promise<void>;
}
