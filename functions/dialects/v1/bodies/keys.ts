import type { Credential } from "../../../core/credential.ts";
import { isoOf } from "../../../core/instant.ts";
import { placeCursor } from "../queries/workspaces.ts";

const isoOrNull = (instant: number | null): string | null => (instant === null ? null : isoOf(instant));

/** How long a credential is good, and what it was used for last. */
const life = ({ lastCharacters, createdAt, expiresAt, lastUsedAt, revokedAt }: Credential): object => ({
  lastCharacters,
  createdAt: isoOf(createdAt),
  expiresAt: isoOrNull(expiresAt),
  lastUsedAt: isoOrNull(lastUsedAt),
  revokedAt: isoOrNull(revokedAt),
});

/** A key, without its secret. Its id is the hash of the secret, from which nobody gets back to it. */
const keyFields = (key: Credential): object => ({
  id: key.hash,
  kind: key.kind,
  label: key.label,
  scopes: key.scopes,
  ...life(key),
});

const tokenFields = (token: Credential): object => ({
  id: token.hash,
  userId: token.userId,
  name: token.label,
  permissions: token.scopes,
  ...life(token),
});

/** The secret, which only this answer shows, and where it is sent when that is one address. */
const shown = ({ kind }: Credential, secret: string): object => ({
  secret,
  ...(kind === "push" ? { path: `/ingest/imkit/${secret}` } : {}),
  ...(kind === "webhook" ? { path: "/ingest/rocketchat" } : {}),
});

/** The answer of `POST /v1/keys`, and of a rotation: then `old` is the key that it replaces. */
export const newKeyBody = (
  key: Credential,
  secret: string,
  old?: { readonly id: string; readonly expiresAt: number },
): string =>
  JSON.stringify({
    ...keyFields(key),
    ...shown(key, secret),
    ...(old === undefined ? {} : { replaces: { id: old.id, expiresAt: isoOf(old.expiresAt) } }),
  });

/** The answer of `POST /v1/tokens`. */
export const newTokenBody = (token: Credential, secret: string): string =>
  JSON.stringify({ ...tokenFields(token), secret });

interface Page {
  readonly credentials: readonly Credential[];
  readonly next: string | undefined;
}

const cursorIn = ({ next }: { readonly next: string | undefined }): object =>
  next === undefined ? {} : { next: placeCursor(next) };

/** A page of keys. */
export const keysBody = (page: Page): string =>
  JSON.stringify({ keys: page.credentials.map(keyFields), ...cursorIn(page) });

/** A page of tokens. */
export const tokensBody = (page: Page): string =>
  JSON.stringify({ tokens: page.credentials.map(tokenFields), ...cursorIn(page) });
