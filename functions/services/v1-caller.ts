import { type Credential, EVERY_WORKSPACE } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { isWorkspaceId, type Workspace } from "../core/workspace.ts";
import type { Request } from "../edge/http.ts";
import { findWorkspace } from "../tasks/find-workspace.ts";
import { identifyBearer } from "../tasks/identify-bearer.ts";
import { identifyCaller } from "../tasks/identify-caller.ts";
import type { Parts } from "../tasks/parts.ts";

/** Who asks our own dialect, and about which workspace; a route for operators is about none. */
export interface Caller {
  readonly credential: Credential;
  readonly workspace: Workspace | undefined;
}

const BEARER = /^Bearer +(\S+) *$/i;

type Identify = (secret: string) => Promise<Credential>;

/** A key comes in either header, another issuer's token only where RFC 6750 has it. */
const identified = async ({ headers }: Request, byBearer: Identify, byKey: Identify): Promise<Credential> => {
  const bearer = BEARER.exec(headers["authorization"] ?? "")?.[1];
  if (bearer !== undefined) return byBearer(bearer);
  const key = headers["x-api-key"];
  if (key !== undefined && key !== "") return byKey(key);
  throw new Failure("credential.missing", "Send a key as authorization: Bearer, or as x-api-key.");
};

const isOperator = ({ workspace, scopes }: Credential): boolean =>
  workspace === EVERY_WORKSPACE && scopes.includes("operator");

const mustHold = (credential: Credential, scope: string): void => {
  if (isOperator(credential) || (credential.scopes as readonly string[]).includes(scope)) return;
  throw new Failure("scope.missing", `This needs the scope ${scope}, which the credential does not have.`, { scope });
};

/** The credential decides the workspace; only an operator's may choose one. */
const workspaceOf = (credential: Credential, chosen: string | undefined): string => {
  if (credential.workspace !== EVERY_WORKSPACE) {
    if (chosen === undefined || chosen === credential.workspace) return credential.workspace;
    throw new Failure("scope.missing", "This credential is for another workspace than x-tidemark-workspace names.", {
      workspace: chosen,
    });
  }
  if (chosen === undefined)
    throw new Failure("workspace.not-chosen", "An operator's request names its workspace in x-tidemark-workspace.");
  if (!isWorkspaceId(chosen))
    throw new Failure("workspace.missing", "x-tidemark-workspace is not the id of a workspace.");
  return chosen;
};

/**
 * Finds out who asks. A route with a null scope is for everybody.
 * @throws Failure `credential.*`, `store.busy`, `scope.missing`, `workspace.not-chosen`, `workspace.missing`.
 */
export const v1Caller = (parts: Parts): ((request: Request) => Promise<Caller | undefined>) => {
  const byBearer = identifyBearer(parts);
  const byKey = identifyCaller(parts);
  const find = findWorkspace(parts);
  return async (request) => {
    const { scope } = request.route;
    if (scope === null) return undefined;
    const credential = await identified(request, byBearer, byKey);
    mustHold(credential, scope);
    const workspace =
      scope === "operator" ? undefined : await find(workspaceOf(credential, request.headers["x-tidemark-workspace"]));
    return { credential, workspace };
  };
};
