import { newKeyBody, newTokenBody, keysBody, tokensBody } from "../dialects/v1/bodies/keys.ts";
import { ofUserQuery, pageQuery } from "../dialects/v1/queries/keys.ts";
import { newKeyOf, newTokenOf, overlapOf } from "../dialects/v1/requests/keys.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { createKey, revokeKey, rotateKey } from "../tasks/manage-keys.ts";
import { createToken, revokeToken } from "../tasks/manage-tokens.ts";
import { findAccount } from "../tasks/manage-users.ts";
import { actBy } from "../tasks/note-act.ts";
import type { Parts } from "../tasks/parts.ts";
import { type AdminOperations, type Asked, CREATED, inWorkspace, NO_CONTENT, UNKEPT } from "./v1-asked.ts";

const idOf = ({ request }: Asked): string => request.path["id"] ?? "";

const keyOperations = (parts: Parts): Pick<AdminOperations, "listKeys" | "createKey" | "rotateKey" | "revokeKey"> => {
  const act = actBy(parts);
  return {
    listKeys: inWorkspace(async ({ request, workspace }) => {
      const { limit, after } = pageQuery(request.query);
      return jsonAnswer(keysBody(await parts.credentials.list(workspace.id, limit, after, { group: "keys" })), UNKEPT);
    }),
    createKey: inWorkspace(async ({ workspace, caller, body }) => {
      const given = newKeyOf(jsonOf(body.bytes));
      const { credential, secret } = await createKey(parts)(
        workspace.id,
        caller.credential,
        given,
        ({ hash: id, kind, label, scopes }) => [
          act(workspace.id, caller.credential, "key.created", { id, kind, label, scopes }),
        ],
      );
      return jsonAnswer(newKeyBody(credential, secret), UNKEPT, CREATED);
    }),
    rotateKey: inWorkspace(async (asked) => {
      const { workspace, caller, body } = asked;
      const old = { id: idOf(asked), overlapMs: overlapOf(jsonOf(body.bytes)) };
      const { credential, secret, replaces } = await rotateKey(parts)(
        workspace.id,
        caller.credential,
        old,
        ({ hash: id, label }) => [act(workspace.id, caller.credential, "key.rotated", { id, label, replaces: old.id })],
      );
      return jsonAnswer(newKeyBody(credential, secret, replaces), UNKEPT, CREATED);
    }),
    revokeKey: inWorkspace(async (asked) => {
      const { workspace, caller } = asked;
      await revokeKey(parts)(workspace.id, caller.credential, idOf(asked), ({ hash: id, kind, label }) => [
        act(workspace.id, caller.credential, "key.revoked", { id, kind, label }),
      ]);
      return { status: NO_CONTENT, headers: UNKEPT };
    }),
  };
};

const tokenOperations = (parts: Parts): Pick<AdminOperations, "listTokens" | "createToken" | "revokeToken"> => {
  const act = actBy(parts);
  return {
    listTokens: inWorkspace(async ({ request, workspace }) => {
      const { limit, after } = pageQuery(request.query);
      const userId = ofUserQuery(request.query);
      const page = await parts.credentials.list(workspace.id, limit, after, {
        group: "tokens",
        ...(userId === undefined ? {} : { userId }),
      });
      return jsonAnswer(tokensBody(page), UNKEPT);
    }),
    createToken: inWorkspace(async ({ workspace, caller, body }) => {
      const { userId, ...given } = newTokenOf(jsonOf(body.bytes));
      const account = await findAccount(parts)(workspace.id, userId);
      const { credential, secret } = await createToken(parts)(
        account,
        given,
        ({ hash: id, label: name, scopes: permissions }) => [
          act(workspace.id, caller.credential, "token.created", { id, username: account.name, name, permissions }),
        ],
      );
      return jsonAnswer(newTokenBody(credential, secret), UNKEPT, CREATED);
    }),
    revokeToken: inWorkspace(async (asked) => {
      const { workspace, caller } = asked;
      await revokeToken(parts)(workspace.id, idOf(asked), ({ hash: id, label: name, userId }) => [
        act(workspace.id, caller.credential, "token.revoked", { id, userId, name }),
      ]);
      return { status: NO_CONTENT, headers: UNKEPT };
    }),
  };
};

/** Keys of the workspace, and the tokens of its users. */
export const credentialOperations = (
  parts: Parts,
): Pick<
  AdminOperations,
  "listKeys" | "createKey" | "rotateKey" | "revokeKey" | "listTokens" | "createToken" | "revokeToken"
> => ({ ...keyOperations(parts), ...tokenOperations(parts) });
