import {
  type Credential,
  type CredentialKind,
  EVERY_WORKSPACE,
  isHash,
  type Scope,
  standing,
  WORKSPACE_SCOPES,
} from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import type { ActsOn } from "../ports/audit.ts";
import { type Issued, issueCredential, type IssueParts } from "./issue-credential.ts";
import { everyCredential } from "./list-credentials.ts";
import { noActs } from "./note-act.ts";
import type { Parts } from "./parts.ts";

/** Kinds of keys that an administrator makes. */
export const KEY_KINDS = ["key", "imkit", "push", "webhook"] as const satisfies readonly CredentialKind[];
/** A kind of key that can be made. */
export type KeyKind = (typeof KEY_KINDS)[number];

/** A key to be made; `expiresAt` in milliseconds since 1970 UTC. */
export interface NewKey {
  readonly label: string;
  readonly kind: KeyKind;
  /** Of our own dialect; undefined for all but `admin`. The other kinds have one each, and it can't be chosen. */
  readonly scopes?: readonly Scope[] | undefined;
  readonly expiresAt?: number | undefined;
}

const OF_KIND: Readonly<Record<Exclude<KeyKind, "key">, readonly Scope[]>> = {
  imkit: ["platform"],
  push: ["report"],
  webhook: ["feed"],
};
const ALL_BUT_ADMIN = WORKSPACE_SCOPES.filter((scope) => scope !== "admin");

/** A credential that is a key. */
export type Key = Credential & { readonly kind: KeyKind };
const isKey = (credential: Credential): credential is Key => (KEY_KINDS as readonly string[]).includes(credential.kind);

const missing = (): Failure => new Failure("credential.not-found", "This workspace has no such key.");

/** @throws Failure `parameter.invalid` for an instant that is not ahead. */
export const mustBeAhead = (expiresAt: number | undefined, now: number): void => {
  if (expiresAt !== undefined && expiresAt <= now)
    throw new Failure("parameter.invalid", "expiresAt is not in the future.", { parameter: "expiresAt" });
};

const holds = (caller: Credential, scope: Scope): boolean =>
  (caller.workspace === EVERY_WORKSPACE && caller.scopes.includes("operator")) || caller.scopes.includes(scope);

/** Nobody hands on more than they hold; what the other dialects take an administrator may always hand out. */
const mustHoldAll = (caller: Credential, scopes: readonly Scope[]): void => {
  const beyond = scopes.find(
    (scope) => (WORKSPACE_SCOPES as readonly Scope[]).includes(scope) && !holds(caller, scope),
  );
  if (beyond !== undefined)
    throw new Failure("scope.missing", `This credential lacks the scope ${beyond}, so it can't give it to another.`, {
      scope: beyond,
    });
};

const usualScopes = (caller: Credential): readonly Scope[] => {
  const usual = ALL_BUT_ADMIN.filter((scope) => holds(caller, scope));
  if (usual.length > 0) return usual;
  throw new Failure("parameter.invalid", "Name the scopes: this credential has none of those that keys usually get.", {
    parameter: "scopes",
  });
};

const scopesOf = (caller: Credential, { kind, scopes }: NewKey): readonly Scope[] => {
  if (kind === "key") return [...new Set(scopes ?? usualScopes(caller))];
  if (scopes === undefined) return OF_KIND[kind];
  throw new Failure("parameter.invalid", `A key of kind ${kind} has a scope of its own: leave scopes out.`, {
    parameter: "scopes",
  });
};

/**
 * Makes a key of a workspace on behalf of a caller.
 * @throws Failure `parameter.invalid`, `scope.missing`.
 */
export const createKey =
  (parts: IssueParts) =>
  async (workspace: string, caller: Credential, key: NewKey, actsOn: ActsOn<Credential> = noActs): Promise<Issued> => {
    mustBeAhead(key.expiresAt, parts.clock());
    const scopes = scopesOf(caller, key);
    mustHoldAll(caller, scopes);
    const { label, kind, expiresAt = null } = key;
    return issueCredential(parts)({ workspace, kind, scopes, label, expiresAt }, actsOn);
  };

/**
 * A key by its id, which is the hash of its secret.
 * @throws Failure `credential.not-found` for another workspace's, too, and for what is no key.
 */
export const findKey =
  (parts: Pick<Parts, "credentials">) =>
  async (workspace: string, id: string): Promise<Key> => {
    const key = isHash(id) ? await parts.credentials.find(id) : undefined;
    if (key === undefined || key.workspace !== workspace || !isKey(key)) throw missing();
    return key;
  };

const isAnotherAdmin = (key: Credential, own: Credential, now: number): boolean =>
  key.hash !== own.hash && key.kind === "key" && key.scopes.includes("admin") && standing(key, now) === "good";

const hasAnotherAdmin = async (parts: Pick<Parts, "credentials" | "clock">, own: Credential): Promise<boolean> => {
  for await (const key of everyCredential(parts, own.workspace, { group: "keys" }))
    if (isAnotherAdmin(key, own, parts.clock())) return true;
  return false;
};

/**
 * Ends a key at once. Only the workspace's last administrator's key can't end itself: nobody would be left to make one.
 * @throws Failure `credential.not-found`, `credential.in-use`.
 */
export const revokeKey =
  (parts: Pick<Parts, "credentials" | "clock">) =>
  async (
    workspace: string,
    caller: Credential,
    id: string,
    actsOn: ActsOn<Credential> = noActs,
  ): Promise<Credential> => {
    const key = await findKey(parts)(workspace, id);
    if (key.hash === caller.hash && !(await hasAnotherAdmin(parts, key)))
      throw new Failure(
        "credential.in-use",
        "This is the workspace's last key with the scope admin, and the one in use: make another before.",
      );
    if (standing(key, parts.clock()) !== "revoked")
      await parts.credentials.revoke(key.hash, parts.clock(), actsOn(key));
    return key;
  };

/** A key made in the place of another, and when that one ends (milliseconds since 1970 UTC). */
export interface Rotated extends Issued {
  readonly replaces: { readonly id: string; readonly expiresAt: number };
}

/**
 * Makes a new key with the rights of an old one, which expires after an overlap. The new one lives as long as the old
 * one was made for.
 * @throws Failure `credential.not-found`, for one that has ended, too; `scope.missing`.
 */
export const rotateKey =
  (parts: IssueParts) =>
  async (
    workspace: string,
    caller: Credential,
    { id, overlapMs }: { readonly id: string; readonly overlapMs: number },
    actsOn: ActsOn<Credential> = noActs,
  ): Promise<Rotated> => {
    const old = await findKey(parts)(workspace, id);
    const now = parts.clock();
    if (standing(old, now) !== "good") throw missing();
    mustHoldAll(caller, old.scopes);
    const { kind, scopes, label } = old;
    const expiresAt = old.expiresAt === null ? null : now + (old.expiresAt - old.createdAt);
    const issued = await issueCredential(parts)({ workspace, kind, scopes, label, expiresAt }, actsOn);
    const endsAt = Math.min(now + overlapMs, old.expiresAt ?? Number.POSITIVE_INFINITY);
    await parts.credentials.expire(old.hash, endsAt);
    return { ...issued, replaces: { id: old.hash, expiresAt: endsAt } };
  };
