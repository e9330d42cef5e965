import type { Credential } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import type { Workspace } from "../core/workspace.ts";
import type { ROUTES } from "../dialects/rocketchat/routes.ts";
import type { Answer } from "../edge/answer.ts";
import type { Request, Service } from "../edge/http.ts";
import type { RequestBody } from "../edge/request-body.ts";
import { findWorkspace } from "../tasks/find-workspace.ts";
import { identifyCaller } from "../tasks/identify-caller.ts";
import type { Parts } from "../tasks/parts.ts";

/** Who asks the Rocket.Chat dialect; undefined where anybody may and nobody said. */
export interface RocketchatCaller {
  readonly credential: Credential;
  readonly userId: string;
  readonly workspace: Workspace;
}

/** Operations of this dialect. */
export type RocketchatOperation = (typeof ROUTES)[number]["operation"];
export type RocketchatOperations = Service<RocketchatOperation, RocketchatCaller | undefined>["operations"];

const KINDS: readonly string[] = ["token", "session"];

/** Rocket.Chat looks a token up together with its user, so a wrong user is an unknown token. */
const isHers = ({ kind, userId }: Credential, given: string): boolean => KINDS.includes(kind) && userId === given;

/** Who can't be told from a stranger: the credential does not hold, or is a workspace's that has ended. */
const isNobody = ({ code }: Failure): boolean => code.startsWith("credential.") || code === "workspace.missing";

/**
 * Finds out who asks, by both headers. On a route for everybody a caller may be known or not; one whose token does not
 * hold is nobody there.
 * @throws Failure `credential.*`, `scope.missing`, `workspace.missing`.
 */
export const rocketchatCaller = (parts: Parts): ((request: Request) => Promise<RocketchatCaller | undefined>) => {
  const identify = identifyCaller(parts);
  const find = findWorkspace(parts);
  const callerOf = async ({ headers }: Request): Promise<RocketchatCaller> => {
    const token = headers["x-auth-token"] ?? "";
    const userId = headers["x-user-id"] ?? "";
    if (token === "" || userId === "") throw new Failure("credential.missing", "Send X-Auth-Token and X-User-Id.");
    const credential = await identify(token);
    if (!isHers(credential, userId)) throw new Failure("credential.unknown", "This token is not known for this user.");
    return { credential, userId, workspace: await find(credential.workspace) };
  };
  return async (request) => {
    const { scope } = request.route;
    if (scope === null) {
      try {
        return await callerOf(request);
      } catch (error) {
        if (error instanceof Failure && isNobody(error)) return undefined;
        throw error;
      }
    }
    const caller = await callerOf(request);
    if (scope !== "" && !(caller.credential.scopes as readonly string[]).includes(scope))
      throw new Failure("scope.missing", `This needs the permission ${scope}.`, { scope, path: request.route.path });
    return caller;
  };
};

/** An operation for whoever is logged in; its route has a scope. */
export const asUser =
  (serve: (request: Request, caller: RocketchatCaller, body: RequestBody) => Promise<Answer>) =>
  (request: Request, caller: RocketchatCaller | undefined, body: RequestBody): Promise<Answer> => {
    if (caller === undefined) throw new Error(`${request.route.path} is for users and got none`);
    return serve(request, caller, body);
  };
