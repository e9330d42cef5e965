import type { Credential } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import type { Account } from "../ports/accounts.ts";
import {
  changedUserBody,
  doneBody,
  loggedInBody,
  loggedOutBody,
  meBody,
  newTokenBody,
  tokensBody,
} from "../dialects/rocketchat/account-body.ts";
import { formOf, loginOf, passwordChangeOf, tokenOf } from "../dialects/rocketchat/account-request.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf, textOf } from "../edge/json-body.ts";
import type { RequestBody } from "../edge/request-body.ts";
import { type TryPassword, limitGuessing } from "../tasks/limit-guessing.ts";
import { liveTokens } from "../tasks/list-credentials.ts";
import { logIn } from "../tasks/log-in.ts";
import { createToken, regenerateToken, removeToken } from "../tasks/manage-tokens.ts";
import { changePassword } from "../tasks/manage-users.ts";
import { actBy } from "../tasks/note-act.ts";
import type { Parts } from "../tasks/parts.ts";
import { asUser, type RocketchatCaller, type RocketchatOperations } from "./rocketchat-caller.ts";

const FORM = "application/x-www-form-urlencoded";

const givenIn = ({ bytes, mediaType }: RequestBody): unknown =>
  mediaType === FORM ? formOf(textOf(bytes)) : jsonOf(bytes);

/** The caller's account. @throws Failure `account.missing` for one that was just removed. */
const accountOf = async (parts: Parts, { workspace, userId }: RocketchatCaller): Promise<Account> => {
  const account = await parts.accounts.findById(workspace.id, userId);
  if (account === undefined) throw new Failure("account.missing", "The account was removed.");
  return account;
};

/** Nobody hands on more than they hold: a token of less than the account has makes no token of more. */
const handedOn = ({ scopes }: Account, credential: Credential): Account["scopes"] =>
  scopes.filter((scope) => credential.scopes.includes(scope));

const sessionOperations = (
  parts: Parts,
  tryPassword: TryPassword,
): Pick<RocketchatOperations, "logIn" | "logOut" | "readMe" | "changePassword"> => {
  const enter = logIn(parts, tryPassword);
  const change = changePassword(parts, tryPassword);
  const act = actBy(parts);
  return {
    logIn: async ({ sourceIp }, _caller, body) => {
      const { account, authToken } = await enter({ ...loginOf(givenIn(body)), sourceIp });
      return jsonAnswer(loggedInBody(account, authToken));
    },
    // As upstream, a personal access token that is logged out with ends, too.
    logOut: asUser(async (_request, { credential }) => {
      await parts.credentials.revoke(credential.hash, parts.clock());
      return jsonAnswer(loggedOutBody());
    }),
    readMe: asUser(async (_request, caller) => jsonAnswer(meBody(await accountOf(parts, caller)))),
    changePassword: asUser(async ({ sourceIp }, caller, body) => {
      const given = passwordChangeOf(jsonOf(body.bytes));
      const account = await accountOf(parts, caller);
      await change(
        account,
        { ...given, sourceIp, session: caller.credential.hash },
        ({ workspace, name: username }) => [act(workspace, caller.credential, "user.password-changed", { username })],
      );
      return jsonAnswer(changedUserBody(account));
    }),
  };
};

const tokenOperations = (
  parts: Parts,
): Pick<RocketchatOperations, "generateToken" | "regenerateToken" | "listTokens" | "removeToken"> => {
  const act = actBy(parts);
  return {
    generateToken: asUser(async (_request, caller, body) => {
      const given = tokenOf(jsonOf(body.bytes));
      const account = await accountOf(parts, caller);
      const permissions = handedOn(account, caller.credential);
      const { secret } = await createToken(parts)(account, { ...given, permissions }, ({ label: name }) => [
        act(account.workspace, caller.credential, "token.created", { username: account.name, name }),
      ]);
      return jsonAnswer(newTokenBody(secret));
    }),
    regenerateToken: asUser(async (_request, caller, body) => {
      const { name } = tokenOf(jsonOf(body.bytes));
      const account = await accountOf(parts, caller);
      const allowed = handedOn(account, caller.credential);
      const { secret } = await regenerateToken(parts)(account, { name, allowed }, () => [
        act(account.workspace, caller.credential, "token.rotated", { username: account.name, name }),
      ]);
      return jsonAnswer(newTokenBody(secret));
    }),
    listTokens: asUser(async (_request, { workspace, userId }) =>
      jsonAnswer(tokensBody(await liveTokens(parts)(workspace.id, userId))),
    ),
    removeToken: asUser(async (_request, caller, body) => {
      const { name } = tokenOf(jsonOf(body.bytes));
      const { workspace, userId, credential } = caller;
      await removeToken(parts)({ workspace: workspace.id, userId }, name, () => [
        act(workspace.id, credential, "token.revoked", { userId, name }),
      ]);
      return jsonAnswer(doneBody());
    }),
  };
};

type AccountOperations = Pick<
  RocketchatOperations,
  "logIn" | "logOut" | "readMe" | "changePassword" | "generateToken" | "regenerateToken" | "listTokens" | "removeToken"
>;

/** Logging in and out, one's own account, and its personal access tokens. */
export const accountOperations = (parts: Parts): AccountOperations => ({
  ...sessionOperations(parts, limitGuessing(parts)),
  ...tokenOperations(parts),
});
