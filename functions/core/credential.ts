import { createHash } from "node:crypto";

/** What a credential may do. Permissions of the Rocket.Chat and IMKit dialects stand beside the scopes of our own. */
export const SCOPES = [
  "events:write",
  "statistics:read",
  "statistics:refresh",
  "admin",
  "operator",
  "view-statistics",
  "platform",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Every workspace: an operator's credential. */
export const EVERY_WORKSPACE = "*";

/** A known secret, without the secret. Instants in milliseconds since 1970 UTC. */
export interface Credential {
  /** sha256 of the secret, hexadecimal. */
  readonly hash: string;
  /** Workspace it belongs to, or {@link EVERY_WORKSPACE}. */
  readonly workspace: string;
  readonly kind: "key" | "token" | "imkit" | "operator";
  readonly scopes: readonly Scope[];
  /** Whose token it is; only tokens have one. */
  readonly userId: string | null;
  readonly label: string;
  readonly lastCharacters: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** What identifies a secret in the table. Secrets have 256 bits of chance, so a fast hash is the right one. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** What a credential is good for at an instant. */
export const standing = (credential: Credential, now: number): "good" | "expired" | "revoked" =>
  credential.revokedAt !== null && credential.revokedAt <= now
    ? "revoked"
    : credential.expiresAt !== null && credential.expiresAt <= now
      ? "expired"
      : "good";
