import type { IdentityTokens } from "../../ports/identity-tokens.ts";

/** The issuer a deployment trusts, and what its tokens are for. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
}

/** Checks tokens of an issuer. */
export const oidcTokens = (_issuer: Issuer): IdentityTokens => {
  throw new Error("not built");
};
