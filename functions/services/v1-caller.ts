import { type Credential, withScopes } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { isOneOf } from "../core/vocabulary.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Request } from "../edge/http.ts";
import { findWorkspace } from "../tasks/find-workspace.ts";
import { identifyBearer } from "../tasks/identify-bearer.ts";
import { identifyCaller } from "../tasks/identify-caller.ts";
import { identifyUser } from "../tasks/identify-user.ts";
import type { Parts } from "../tasks/parts.ts";
import { isOperator, workspaceOf } from "./chosen-workspace.ts";

/** Who asks our own dialect, and about which workspace; a route for operators is about none. */
export interface Caller {
  readonly credential: Credential;
  readonly workspace: Workspace | undefined;
}

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * A key comes in either header, another issuer's token only where RFC 6750 has it, and a user's session or token in the
 * two headers of Rocket.Chat.
 */
const identified = (parts: Parts): ((request: Request) => Promise<Credential>) => {
  const byBearer = identifyBearer(parts);
  const byKey = identifyCaller(parts);
  const byUser = identifyUser(parts);
  return async ({ headers }) => {
    const bearer = BEARER.exec(headers["authorization"] ?? "")?.[1];
    if (bearer !== undefined) return byBearer(bearer);
    const key = headers["x-api-key"] ?? "";
    if (key !== "") return byKey(key);
    if ((headers["x-auth-token"] ?? "") !== "") return withScopes(await byUser(headers));
    throw new Failure("credential.missing", "Send a key as authorization: Bearer, or as x-api-key.");
  };
};

const mustHold = (credential: Credential, scope: string): void => {
  if (isOperator(credential) || isOneOf(credential.scopes, scope)) return;
  throw new Failure("scope.missing", `This needs the scope ${scope}, which the credential does not have.`, { scope });
};

/**
 * Finds out who asks. A route with a null scope is for everybody.
 * @throws Failure `credential.*`, `store.busy`, `scope.missing`, `workspace.not-chosen`, `workspace.missing`.
 */
export const v1Caller = (parts: Parts): ((request: Request) => Promise<Caller | undefined>) => {
  const identify = identified(parts);
  const find = findWorkspace(parts);
  return async (request) => {
    const { scope } = request.route;
    if (scope === null) return undefined;
    const credential = await identify(request);
    mustHold(credential, scope);
    const workspace =
      scope === "operator" ? undefined : await find(workspaceOf(credential, request.headers["x-tidemark-workspace"]));
    return { credential, workspace };
  };
};
