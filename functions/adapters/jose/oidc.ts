import { errors, type JWTPayload, jwtVerify, type LocalJWKSet } from "jose";
import { Failure } from "../../core/failure.ts";
import { type Identity, identityIn } from "../../core/identity.ts";
import type { Issuer } from "../../core/issuer.ts";
import type { IdentityTokens } from "../../ports/identity-tokens.ts";
import { IssuerKeys } from "./issuer-keys.ts";

/** Signed with a key of a pair: what checks a token can't make one. Never `none`, never a shared secret. */
const ALGORITHMS = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");
/** How far two clocks may differ. */
const LEEWAY_SECONDS = 60;
/** Longer than any that passes an HTTP API's limit for headers. */
const MOST_CHARACTERS = 10_240;

/** Why a token is refused; no part of it is repeated. */
const FLAWS = {
  malformed: "it is no signed token",
  algorithm: "it is not signed with an algorithm that is taken",
  key: "its key is none of the issuer's",
  signature: "its signature does not fit",
  issuer: "it is another issuer's",
  audience: "it is for another audience",
  early: "it is not valid yet",
  claim: "it lacks a claim, or has one of the wrong form",
} as const;

const refusal = (reason: keyof typeof FLAWS, details: Record<string, unknown> = {}, cause?: unknown): Failure =>
  new Failure("credential.unknown", `This token is not taken: ${FLAWS[reason]}.`, { reason, ...details }, cause);

const REASONS_OF_CLAIMS: Readonly<Record<string, keyof typeof FLAWS>> = {
  iss: "issuer",
  aud: "audience",
  nbf: "early",
};

const ofClaim = (error: errors.JWTClaimValidationFailed): Failure => {
  const { claim, reason } = error;
  return reason === "check_failed"
    ? refusal(REASONS_OF_CLAIMS[claim] ?? "claim", {}, error)
    : refusal("claim", { claim }, error);
};

const failureOf = (error: unknown): Failure => {
  if (error instanceof Failure) return error;
  if (error instanceof errors.JWTExpired)
    return new Failure("credential.expired", "This token has expired: ask its issuer for a new one.", {}, error);
  if (error instanceof errors.JWTClaimValidationFailed) return ofClaim(error);
  if (error instanceof errors.JWSSignatureVerificationFailed) return refusal("signature", {}, error);
  if (error instanceof errors.JOSEAlgNotAllowed) return refusal("algorithm", {}, error);
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return refusal("malformed", {}, error);
  // No key, several, or one that can't be used.
  return refusal("key", {}, error);
};

/** Checks tokens of an issuer, whose keys are found by discovery. */
export const oidcTokens = ({ issuer, audience }: Issuer): IdentityTokens => {
  const ofIssuer = new IssuerKeys(issuer);

  const claimsOf = async (token: string, now: number, keys: (at: number) => Promise<LocalJWKSet>) => {
    const { payload } = await jwtVerify(
      token,
      // Asked for only when the token's form and algorithm are good.
      async (header, jws) => (await keys(now))(header, jws),
      {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        currentDate: new Date(now),
        clockTolerance: LEEWAY_SECONDS,
        requiredClaims: ["exp", "sub", "tidemark_workspace"],
      },
    );
    return payload;
  };

  const verified = async (token: string, now: number): Promise<JWTPayload> => {
    try {
      return await claimsOf(token, now, (at) => ofIssuer.keys(at));
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const renewed = await ofIssuer.renewed(now);
      if (renewed === undefined) throw error;
      return claimsOf(token, now, () => Promise.resolve(renewed));
    }
  };

  return {
    async verify(token, now) {
      if (token.length > MOST_CHARACTERS) throw refusal("malformed");
      let identity: Identity | { readonly lacks: string };
      try {
        identity = identityIn(await verified(token, now));
      } catch (error) {
        throw failureOf(error);
      }
      if ("lacks" in identity) throw refusal("claim", { claim: identity.lacks });
      return identity;
    },
  };
};
