import { type Credential, withPermissions } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { isOneOf } from "../core/vocabulary.ts";
import type { Workspace } from "../core/workspace.ts";
import type { ROUTES } from "../dialects/rocketchat/routes.ts";
import type { Answer } from "../edge/answer.ts";
import type { Request, Service } from "../edge/http.ts";
import type { RequestBody } from "../edge/request-body.ts";
import { findWorkspace } from "../tasks/find-workspace.ts";
import { identifyCaller } from "../tasks/identify-caller.ts";
import { identifyUser } from "../tasks/identify-user.ts";
import type { Parts } from "../tasks/parts.ts";
import { workspaceOf } from "./chosen-workspace.ts";

/** Who asks the Rocket.Chat dialect; undefined where anybody may and nobody said. */
export interface RocketchatCaller {
  readonly credential: Credential;
  /** Empty for a key, which is nobody's. */
  readonly userId: string;
  readonly workspace: Workspace;
}

/** Operations of this dialect. */
export type RocketchatOperation = (typeof ROUTES)[number]["operation"];
/** Each operation with what it does. */
export type RocketchatOperations = Service<RocketchatOperation, RocketchatCaller | undefined>["operations"];

/** Permissions that a key of ours stands for too, so that whoever has one can save and apply what a user can. */
const OF_KEYS: readonly (string | null)[] = ["view-statistics", "edit-privileged-setting"];

/** A user's token holds permissions of its own, and is good only together with its user. */
const keyOf = (credential: Credential): Credential => {
  if (credential.userId === null) return credential;
  throw new Failure("credential.unknown", "This is no key: send a user's token with its user.");
};

/** Who can't be told from a stranger: the credential does not hold, or not for the workspace that is meant. */
const isNobody = ({ code }: Failure): boolean =>
  code.startsWith("credential.") || code.startsWith("workspace.") || code === "scope.missing";

/**
 * Finds out who asks, by both headers; on some routes by a key, too. On a route for everybody a caller may be known or
 * not; one whose token does not hold is nobody there.
 * @throws Failure `credential.*`, `scope.missing`, `workspace.*`.
 */
export const rocketchatCaller = (parts: Parts): ((request: Request) => Promise<RocketchatCaller | undefined>) => {
  const byKey = identifyCaller(parts);
  const byUser = identifyUser(parts);
  const find = findWorkspace(parts);
  const credentialOf = async ({ headers, route }: Request): Promise<Credential> => {
    const key = headers["x-api-key"] ?? "";
    const isWithKey = key !== "" && (headers["x-auth-token"] ?? "") === "" && OF_KEYS.includes(route.scope);
    return isWithKey ? withPermissions(keyOf(await byKey(key))) : byUser(headers);
  };
  const callerOf = async (request: Request): Promise<RocketchatCaller> => {
    const credential = await credentialOf(request);
    const { headers, route } = request;
    const workspace = await find(workspaceOf(credential, headers["x-tidemark-workspace"], route.path));
    return { credential, userId: credential.userId ?? "", workspace };
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
    if (scope !== "" && !isOneOf(caller.credential.scopes, scope))
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
