import type { Credential } from "../core/credential.ts";
import { credentialOf, looksLikeToken } from "../core/identity.ts";
import { identifyCaller } from "./identify-caller.ts";
import type { Parts } from "./parts.ts";

/**
 * Finds out who bears a secret: a token of the issuer that the deployment trusts, or else a credential of ours.
 * @throws Failure `credential.unknown`, `credential.expired`, and `store.busy` when the issuer can't be asked.
 */
export const identifyBearer = (
  parts: Pick<Parts, "credentials" | "identityTokens" | "clock">,
): ((secret: string) => Promise<Credential>) => {
  const identify = identifyCaller(parts);
  return async (secret) => {
    const { identityTokens } = parts;
    if (identityTokens === undefined || !looksLikeToken(secret)) return identify(secret);
    const now = parts.clock();
    return credentialOf(await identityTokens.verify(secret, now), now);
  };
};
