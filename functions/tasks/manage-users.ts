import type { Permission } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { digestOf, isDigest, weaknessOf } from "../core/password.ts";
import type { Account } from "../ports/accounts.ts";
import type { Act, ActsOn } from "../ports/audit.ts";
import { endCredentials } from "./list-credentials.ts";
import type { TryPassword } from "./limit-guessing.ts";
import { isPasswordOf } from "./log-in.ts";
import { noActs } from "./note-act.ts";
import type { Parts } from "./parts.ts";

const USER_ID_CHARACTERS = 17;
const PASSWORD_CHARACTERS = 20;
/** What may be an id; a longer text is no key of the store. */
const USER_ID = /^\w{1,64}$/;

type HashParts = Pick<Parts, "hashPassword">;
type UserParts = Pick<Parts, "accounts" | "clock" | "credentials" | "secret" | "hashPassword">;

/** A password that nobody chose. */
export const newPassword = (parts: Pick<Parts, "secret">): string => parts.secret(PASSWORD_CHARACTERS);

/** A user id that nobody has. */
export const newUserId = (parts: Pick<Parts, "secret">): string => parts.secret(USER_ID_CHARACTERS);

/** A password as an account keeps it: the hash of its digest, which is what clients may send in its place. */
export const keptPassword = (parts: HashParts, password: string): Promise<string> =>
  parts.hashPassword(digestOf(password));

/** @throws Failure `password.weak`. */
const mustBeStrong = (password: string, name: string): void => {
  const weakness = weaknessOf(password, name);
  if (weakness !== undefined) throw new Failure("password.weak", weakness);
};

const missing = (): Failure => new Failure("account.missing", "This workspace has no such user.");

/**
 * An account of a workspace.
 * @throws Failure `account.missing`.
 */
export const findAccount =
  (parts: Pick<Parts, "accounts">) =>
  async (workspace: string, userId: string): Promise<Account> => {
    const account = USER_ID.test(userId) ? await parts.accounts.findById(workspace, userId) : undefined;
    if (account === undefined) throw missing();
    return account;
  };

/** An account to be made. */
export interface NewUser {
  readonly username: string;
  readonly permissions: readonly Permission[];
  /** Undefined for one that is made up. */
  readonly password?: string | undefined;
}

/** An account, and its password where it was made up: it is shown once. */
export interface WithPassword {
  readonly account: Account;
  readonly password: string | undefined;
}

/**
 * Makes an account.
 * @throws Failure `account.exists` when any workspace of the deployment has the name; `password.weak`.
 */
export const createUser =
  (parts: UserParts) =>
  async (
    workspace: string,
    { username, permissions, password }: NewUser,
    actsOn: ActsOn<Account> = noActs,
  ): Promise<WithPassword> => {
    if (password !== undefined) mustBeStrong(password, username);
    const madeUp = password === undefined ? newPassword(parts) : undefined;
    const account: Account = {
      name: username,
      userId: newUserId(parts),
      workspace,
      passwordHash: await keptPassword(parts, password ?? madeUp ?? ""),
      scopes: [...new Set(permissions)],
      createdAt: parts.clock(),
    };
    if (!(await parts.accounts.create(account, actsOn(account))))
      throw new Failure("account.exists", `The name ${username} is taken: choose another.`);
    return { account, password: madeUp };
  };

const replacePassword = async (
  parts: UserParts,
  account: Account,
  password: string,
  { except, acts }: { readonly except?: string; readonly acts: readonly Act[] },
): Promise<void> => {
  const { workspace, userId } = account;
  const changed = { ...account, passwordHash: await keptPassword(parts, password) };
  if (!(await parts.accounts.replace(changed, acts))) throw missing();
  await endCredentials(parts)(workspace, { group: "sessions", userId }, except);
};

/**
 * Gives an account another password on behalf of an administrator; all its sessions end, its tokens stay.
 * @throws Failure `account.missing`, `password.weak`.
 */
export const resetPassword =
  (parts: UserParts) =>
  async (
    workspace: string,
    userId: string,
    password?: string,
    actsOn: ActsOn<Account> = noActs,
  ): Promise<WithPassword> => {
    const account = await findAccount(parts)(workspace, userId);
    if (password !== undefined) mustBeStrong(password, account.name);
    const madeUp = password === undefined ? newPassword(parts) : undefined;
    await replacePassword(parts, account, password ?? madeUp ?? "", { acts: actsOn(account) });
    return { account, password: madeUp };
  };

/** Removes an account; its sessions and tokens end. @throws Failure `account.missing`. */
export const removeUser =
  (parts: UserParts) =>
  async (workspace: string, userId: string, actsOn: ActsOn<Account> = noActs): Promise<Account> => {
    const account = await findAccount(parts)(workspace, userId);
    await parts.accounts.remove(account, actsOn(account));
    await endCredentials(parts)(workspace, { group: "sessions", userId });
    await endCredentials(parts)(workspace, { group: "tokens", userId });
    return account;
  };

/** A change of one's own password. */
export interface PasswordChange {
  /** In clear, or its digest, as Rocket.Chat's own clients send it. */
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly sourceIp: string;
  /** The session in use, which stays. */
  readonly session: string;
}

/**
 * Changes one's own password; all other sessions end, tokens stay.
 * @throws Failure `password.wrong`, `account.locked`, `password.weak`.
 */
export const changePassword =
  (parts: UserParts & Pick<Parts, "isPassword">, tryPassword: TryPassword) =>
  async (
    account: Account,
    { currentPassword, sourceIp, session, ...change }: PasswordChange,
    actsOn: ActsOn<Account> = noActs,
  ): Promise<void> => {
    mustBeStrong(change.newPassword, account.name);
    const isRight = await tryPassword(
      { name: account.name, sourceIp },
      async () =>
        (isDigest(currentPassword) && (await isPasswordOf(parts, account, currentPassword.toLowerCase()))) ||
        isPasswordOf(parts, account, digestOf(currentPassword)),
    );
    if (!isRight) throw new Failure("password.wrong", "Invalid password");
    await replacePassword(parts, account, change.newPassword, { except: session, acts: actsOn(account) });
  };
