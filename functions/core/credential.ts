import { hash } from "node:crypto";

/** Scopes of our own dialect that a workspace's key may hold. */
export const WORKSPACE_SCOPES = ["events:write", "statistics:read", "statistics:refresh", "admin"] as const;

/** Permissions of the Rocket.Chat dialect, as upstream calls them; accounts and their tokens hold them. */
export const PERMISSIONS = [
  "view-statistics",
  "edit-privileged-setting",
  "create-personal-access-tokens",
  "api-bypass-rate-limit",
] as const;
/** One of these. */
export type Permission = (typeof PERMISSIONS)[number];

/** What a credential may do. Permissions of the Rocket.Chat and IMKit dialects stand beside the scopes of our own. */
export const SCOPES = [...WORKSPACE_SCOPES, "operator", ...PERMISSIONS, "platform", "report", "feed"] as const;
/** One of these. */
export type Scope = (typeof SCOPES)[number];

/** What a user's permission is worth in our own dialect. */
const SCOPES_OF: Readonly<Partial<Record<Scope, readonly Scope[]>>> = {
  "view-statistics": ["statistics:read", "statistics:refresh"],
  "edit-privileged-setting": ["admin"],
};

/** What a key's scope is worth where Rocket.Chat asks for a permission. An operator holds every one of them. */
const PERMISSIONS_OF: Readonly<Partial<Record<Scope, readonly Scope[]>>> = {
  "statistics:read": ["view-statistics"],
  admin: ["edit-privileged-setting"],
  operator: ["view-statistics", "edit-privileged-setting"],
};

const withWorth = (credential: Credential, worth: Readonly<Partial<Record<Scope, readonly Scope[]>>>): Credential => ({
  ...credential,
  scopes: [...new Set([...credential.scopes, ...credential.scopes.flatMap((scope) => worth[scope] ?? [])])],
});

/** A user's session or token, with the scopes of our own dialect that its permissions are worth. */
export const withScopes = (credential: Credential): Credential => withWorth(credential, SCOPES_OF);

/** A key, with the permissions that its scopes are worth on Rocket.Chat's routes. */
export const withPermissions = (credential: Credential): Credential => withWorth(credential, PERMISSIONS_OF);

/**
 * key: our own dialect. session: a login of the Rocket.Chat dialect; token: a personal access token there. imkit: the
 * IMKit dialect; push: the address an IMKit server reports to. webhook: what a Rocket.Chat server's outgoing webhooks carry. operator: every workspace. identity: the bearer of another
 * issuer's token; none is kept.
 */
export const CREDENTIAL_KINDS = [
  "key",
  "session",
  "token",
  "imkit",
  "push",
  "webhook",
  "operator",
  "identity",
] as const;
/** One of these. */
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** Every workspace: an operator's credential. */
export const EVERY_WORKSPACE = "*";

/** A known secret, without the secret. Instants in milliseconds since 1970 UTC. */
export interface Credential {
  /** sha256 of the secret, hexadecimal. */
  readonly hash: string;
  /** Workspace it belongs to, or {@link EVERY_WORKSPACE}. */
  readonly workspace: string;
  readonly kind: CredentialKind;
  readonly scopes: readonly Scope[];
  /** Whose token or session it is; the others have none. */
  readonly userId: string | null;
  readonly label: string;
  /** Of a token, as its owner asked for; there is no second factor here, so it changes nothing. */
  readonly bypassTwoFactor?: boolean;
  /** What a person tells it from others by: six of a token or session, four of the others. */
  readonly lastCharacters: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** Kept to the hour; null before the first use. */
  readonly lastUsedAt: number | null;
}

/** What identifies a secret in the table. Secrets have 256 bits of chance, so a fast hash is the right one. */
export const hashOf = (secret: string): string => hash("sha256", secret);

const HASH = /^[\da-f]{64}$/;

/** Whether a text may be a {@link hashOf} a secret. */
export const isHash = (text: string): boolean => HASH.test(text);

/** What a credential is good for at an instant. */
export const standing = (credential: Credential, now: number): "good" | "expired" | "revoked" =>
  credential.revokedAt !== null && credential.revokedAt <= now
    ? "revoked"
    : credential.expiresAt !== null && credential.expiresAt <= now
      ? "expired"
      : "good";
