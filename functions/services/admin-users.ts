import { userBody, usersBody } from "../dialects/v1/bodies/users.ts";
import { pageQuery } from "../dialects/v1/queries/keys.ts";
import { newPasswordOf, newUserOf } from "../dialects/v1/requests/users.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { createUser, removeUser, resetPassword } from "../tasks/manage-users.ts";
import { actBy } from "../tasks/note-act.ts";
import type { Parts } from "../tasks/parts.ts";
import { type AdminOperations, type Asked, CREATED, inWorkspace, NO_CONTENT, UNKEPT } from "./v1-asked.ts";

const idOf = ({ request }: Asked): string => request.path["id"] ?? "";

/** Accounts of the Rocket.Chat dialect. */
export const userOperations = (
  parts: Parts,
): Pick<AdminOperations, "listUsers" | "createUser" | "resetPassword" | "removeUser"> => {
  const act = actBy(parts);
  return {
    listUsers: inWorkspace(async ({ request, workspace }) => {
      const { limit, after } = pageQuery(request.query);
      const { accounts, next } = await parts.accounts.list(workspace.id, limit, after);
      return jsonAnswer(usersBody(accounts, next), UNKEPT);
    }),
    createUser: inWorkspace(async ({ workspace, caller, body }) => {
      const { account, password } = await createUser(parts)(
        workspace.id,
        newUserOf(jsonOf(body.bytes)),
        ({ userId: id, name: username, scopes: permissions }) => [
          act(workspace.id, caller.credential, "user.created", { id, username, permissions }),
        ],
      );
      return jsonAnswer(userBody(account, password), UNKEPT, CREATED);
    }),
    resetPassword: inWorkspace(async (asked) => {
      const { workspace, caller, body } = asked;
      const chosen = newPasswordOf(jsonOf(body.bytes));
      const { account, password } = await resetPassword(parts)(
        workspace.id,
        idOf(asked),
        chosen,
        ({ userId: id, name: username }) => [
          act(workspace.id, caller.credential, "user.password-reset", { id, username }),
        ],
      );
      return jsonAnswer(userBody(account, password), UNKEPT);
    }),
    removeUser: inWorkspace(async (asked) => {
      const { workspace, caller } = asked;
      await removeUser(parts)(workspace.id, idOf(asked), ({ userId: id, name: username }) => [
        act(workspace.id, caller.credential, "user.removed", { id, username }),
      ]);
      return { status: NO_CONTENT, headers: UNKEPT };
    }),
  };
};
