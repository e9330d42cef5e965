import type { Identity } from "../core/identity.ts";

/** Checks tokens of the issuer that the deployment trusts (OpenID Connect Discovery 1.0, RFC 7519). */
export interface IdentityTokens {
  /** @throws Failure `credential.expired`, `credential.unknown` for any other flaw, `store.busy` when the issuer can't be asked. */
  verify(token: string, now: number): Promise<Identity>;
}
