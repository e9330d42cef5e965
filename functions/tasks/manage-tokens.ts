import { type Credential, isHash, type Permission, type Scope, standing } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import type { Account } from "../ports/accounts.ts";
import type { ActsOn } from "../ports/audit.ts";
import { type Issued, type IssueParts, newCredential } from "./issue-credential.ts";
import { liveTokens } from "./list-credentials.ts";
import { mustBeAhead } from "./manage-keys.ts";
import { noActs } from "./note-act.ts";
import type { Parts } from "./parts.ts";

/** Good tokens that one account may have at a time. */
const MOST_TOKENS = 100;

/** A token to be made for an account; `expiresAt` in milliseconds since 1970 UTC. */
export interface NewToken {
  readonly name: string;
  /** No more than the account has; undefined for all of it. */
  readonly permissions?: readonly Scope[] | undefined;
  readonly expiresAt?: number | undefined;
  readonly bypassTwoFactor?: boolean | undefined;
}

type TokenParts = IssueParts & Pick<Parts, "accounts">;

const missing = (): Failure => new Failure("credential.not-found", "There is no such token.");

const permissionsOf = ({ scopes }: Account, { permissions = scopes }: NewToken): Scope[] => {
  const beyond = permissions.find((permission) => !scopes.includes(permission as Permission));
  if (beyond !== undefined)
    throw new Failure("parameter.invalid", `The account does not have the permission ${beyond}.`, {
      parameter: "permissions",
    });
  return [...new Set(permissions)];
};

const taken = (): Failure => new Failure("token.exists", "A token with this name already exists");

const mustBeFree = (live: readonly Credential[], name: string): void => {
  if (live.some(({ label }) => label === name)) throw taken();
  if (live.length >= MOST_TOKENS)
    throw new Failure("token.too-many", `An account has at most ${MOST_TOKENS} tokens: remove one before.`);
};

/**
 * Makes a personal access token; its name is the only one among the good tokens of its account.
 * @throws Failure `parameter.invalid`, `token.exists`, `token.too-many`, `account.missing` when the account went
 * meanwhile.
 */
export const createToken =
  (parts: TokenParts) =>
  async (account: Account, token: NewToken, actsOn: ActsOn<Credential> = noActs): Promise<Issued> => {
    const { workspace, userId } = account;
    const { name: label, expiresAt = null, bypassTwoFactor = false } = token;
    mustBeAhead(token.expiresAt, parts.clock());
    const scopes = permissionsOf(account, token);
    // Asked before the tokens are: who takes the name after this makes the write below fail.
    const holder = await parts.credentials.holderOf({ workspace, userId, label });
    mustBeFree(await liveTokens(parts)(workspace, userId), label);
    const issued = newCredential(parts)({
      workspace,
      kind: "token",
      scopes,
      label,
      userId,
      expiresAt,
      bypassTwoFactor,
    });
    if (!(await parts.credentials.putNamed(issued.credential, holder, actsOn(issued.credential)))) throw taken();
    // Whoever removed the account meanwhile ended the tokens there were before this one.
    if ((await parts.accounts.findById(workspace, userId)) === undefined) {
      await parts.credentials.revoke(issued.credential.hash, parts.clock());
      throw new Failure("account.missing", "The account was removed.");
    }
    return issued;
  };

/** @throws Failure `credential.not-found`. */
const tokenNamed =
  (parts: Pick<Parts, "credentials" | "clock">) =>
  async ({ workspace, userId }: Pick<Account, "workspace" | "userId">, name: string): Promise<Credential> => {
    const token = (await liveTokens(parts)(workspace, userId)).find(({ label }) => label === name);
    if (token === undefined) throw missing();
    return token;
  };

/**
 * Ends one's own token by its name, at once.
 * @throws Failure `credential.not-found`.
 */
export const removeToken =
  (parts: Pick<Parts, "credentials" | "clock">) =>
  async (
    owner: Pick<Account, "workspace" | "userId">,
    name: string,
    actsOn: ActsOn<Credential> = noActs,
  ): Promise<void> => {
    const token = await tokenNamed(parts)(owner, name);
    await parts.credentials.revoke(token.hash, parts.clock(), actsOn(token));
  };

/**
 * Makes a new token with the name of an old one, which ends at once, and with that it is noted.
 * @param allowed what the new one may do at most: nobody hands on more than they hold.
 * @throws Failure `credential.not-found`.
 */
export const regenerateToken =
  (parts: TokenParts) =>
  async (
    account: Account,
    { name, allowed }: { readonly name: string; readonly allowed: readonly Scope[] },
    actsOn: ActsOn<Credential> = noActs,
  ): Promise<Issued> => {
    const old = await tokenNamed(parts)(account, name);
    await parts.credentials.revoke(old.hash, parts.clock(), actsOn(old));
    const { bypassTwoFactor } = old;
    const permissions = old.scopes.filter(
      (scope) => allowed.includes(scope) && (account.scopes as readonly Scope[]).includes(scope),
    );
    return createToken(parts)(account, { name, permissions, bypassTwoFactor });
  };

/**
 * Ends a workspace's token by its id, which is the hash of its secret, at once.
 * @throws Failure `credential.not-found` for another workspace's, too, and for what is no token.
 */
export const revokeToken =
  (parts: Pick<Parts, "credentials" | "clock">) =>
  async (workspace: string, id: string, actsOn: ActsOn<Credential> = noActs): Promise<Credential> => {
    const token = isHash(id) ? await parts.credentials.find(id) : undefined;
    if (token === undefined || token.workspace !== workspace || token.kind !== "token") throw missing();
    if (standing(token, parts.clock()) !== "revoked")
      await parts.credentials.revoke(token.hash, parts.clock(), actsOn(token));
    return token;
  };
