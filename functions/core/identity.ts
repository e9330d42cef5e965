import { type Credential, hashOf, type Scope, WORKSPACE_SCOPES } from "./credential.ts";
import { isWorkspaceId } from "./workspace.ts";

/** What a valid OpenID Connect token says about its bearer. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** One workspace: no token of an issuer is an operator's. */
  readonly workspace: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since 1970 UTC. */
  readonly expiresAt: number;
}

/** Three parts in base64url, the last of them empty in one that nobody signed (RFC 7515, 7.1); no secret of ours has a dot. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Whether a bearer's secret has the form of a JSON Web Token. */
export const looksLikeToken = (secret: string): boolean => COMPACT.test(secret);

/** The last instant there is, seconds since 1970 UTC (ECMA-262, time values). */
const MOST_SECONDS = 8.64e12;
/** Longest subject (OpenID Connect Core 1.0, 2). */
const MOST_SUBJECT = 255;

const isText = (value: unknown, most: number): value is string =>
  typeof value === "string" && value !== "" && value.length <= most;

/** Scopes that anybody but us may have given: known ones of a workspace; the others are for others. */
const scopesIn = (claim: unknown): readonly Scope[] => {
  const given = typeof claim === "string" ? claim.split(" ") : [];
  return WORKSPACE_SCOPES.filter((scope) => given.includes(scope));
};

/**
 * The bearer, by the claims of a token that is known to be good: `iss`, `sub`, `exp` (RFC 7519), `scope`, separated by
 * spaces (RFC 8693, 4.2), and our own `tidemark_workspace`, the id of one workspace.
 * @returns the name of a claim that is missing or of the wrong form.
 */
export const identityIn = (claims: Readonly<Record<string, unknown>>): Identity | { readonly lacks: string } => {
  const { iss, sub, exp, scope, tidemark_workspace: workspace } = claims;
  if (!isText(iss, Infinity)) return { lacks: "iss" };
  if (!isText(sub, MOST_SUBJECT)) return { lacks: "sub" };
  if (typeof exp !== "number" || !(Math.abs(exp) <= MOST_SECONDS)) return { lacks: "exp" };
  if (typeof workspace !== "string" || !isWorkspaceId(workspace)) return { lacks: "tidemark_workspace" };
  return { issuer: iss, subject: sub, workspace, scopes: scopesIn(scope), expiresAt: exp * 1_000 };
};

/**
 * An identity in the form of a credential, so that everything behind the door treats all callers alike. Its hash is its
 * issuer's and subject's, so that it stays the same from token to token; no secret has it.
 */
export const credentialOf = ({ issuer, subject, workspace, scopes, expiresAt }: Identity, now: number): Credential => ({
  hash: hashOf(JSON.stringify(["identity", issuer, subject])),
  workspace,
  kind: "identity",
  scopes,
  userId: null,
  label: subject,
  lastCharacters: "",
  createdAt: now,
  expiresAt,
  revokedAt: null,
  lastUsedAt: now,
});
