import { Failure } from "../core/failure.ts";
import { DAY_MS } from "../core/hour.ts";
import { NO_PASSWORD, NOBODYS_PASSWORD } from "../core/password.ts";
import type { Account } from "../ports/accounts.ts";
import { issueCredential } from "./issue-credential.ts";
import type { Guess, TryPassword } from "./limit-guessing.ts";
import type { Parts } from "./parts.ts";

/** Rocket.Chat's own default (`Accounts_LoginExpiration`). */
const SESSION_DAYS = 90;

/** Somebody at the door; `digest` is that of the password (`core/password.ts`). */
export interface Login extends Guess {
  readonly digest: string;
}

/** Somebody who is in, and the token of the session. */
export interface LoggedIn {
  readonly account: Account;
  readonly authToken: string;
}

type LogInParts = Pick<Parts, "accounts" | "calls" | "clock" | "credentials" | "isPassword" | "secret" | "workspaces">;

/** Whether a password is an account's; it takes as long for an account that is not there. */
export const isPasswordOf = async (
  parts: Pick<Parts, "isPassword">,
  account: Account | undefined,
  digest: string,
): Promise<boolean> => {
  const isSame = await parts.isPassword(
    digest,
    account === undefined || account.passwordHash === NO_PASSWORD ? NOBODYS_PASSWORD : account.passwordHash,
  );
  return isSame && account !== undefined && account.passwordHash !== NO_PASSWORD;
};

const refused = (): Failure => new Failure("login.refused", "Unauthorized");

/**
 * Opens a session for the one who knows an account's password, with all that the account may do, for 90 days.
 * @throws Failure `login.refused`, the same for a wrong name and a wrong password; `account.locked`.
 */
export const logIn = (parts: LogInParts, tryPassword: TryPassword): ((login: Login) => Promise<LoggedIn>) => {
  const find = async ({ name, digest, sourceIp }: Login): Promise<Account> => {
    let found: Account | undefined;
    const isRight = await tryPassword({ name, sourceIp }, async () => {
      found = await parts.accounts.findByName(name);
      return isPasswordOf(parts, found, digest);
    });
    if (found === undefined || !isRight) throw refused();
    return found;
  };
  return async (login) => {
    const account = await find(login);
    const { workspace, userId, name, scopes, passwordHash } = account;
    if ((await parts.workspaces.find(workspace))?.state === "ended") throw refused();
    const { credential, secret } = await issueCredential(parts)({
      workspace,
      kind: "session",
      scopes,
      label: name,
      userId,
      expiresAt: parts.clock() + SESSION_DAYS * DAY_MS,
    });
    // Whoever changed the password meanwhile, or removed the account, ended the sessions there were before this one.
    if ((await parts.accounts.findByName(name))?.passwordHash !== passwordHash) {
      await parts.credentials.revoke(credential.hash, parts.clock());
      throw refused();
    }
    return { account, authToken: secret };
  };
};
