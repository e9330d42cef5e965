/** What a valid OpenID Connect token says about its bearer. */
export interface Identity {
  readonly subject: string;
  readonly workspace: string;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970 UTC. */
  readonly expiresAt: number;
}

/** Checks tokens of the issuer that the deployment trusts (OpenID Connect Discovery 1.0, RFC 7519). */
export interface IdentityTokens {
  /** @throws Failure `credential.expired`, `credential.unknown` for any other flaw, `store.busy` when the issuer can't be asked. */
  verify(token: string, now: number): Promise<Identity>;
}
