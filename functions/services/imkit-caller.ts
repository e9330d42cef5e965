import type { Credential } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import type { Workspace } from "../core/workspace.ts";
import type { ROUTES } from "../dialects/imkit/routes.ts";
import type { Request, Service } from "../edge/http.ts";
import { findWorkspace } from "../tasks/find-workspace.ts";
import { identifyCaller } from "../tasks/identify-caller.ts";
import type { Parts } from "../tasks/parts.ts";

/** Operations of this dialect. */
export type ImkitOperation = (typeof ROUTES)[number]["operation"];

/** A workspace and the key it was asked with, which answers echo and nobody keeps. */
export interface ImkitCaller {
  readonly credential: Credential;
  readonly workspace: Workspace;
  readonly apiKey: string;
}

/** Each operation with what it does. */
export type ImkitOperations = Service<ImkitOperation, ImkitCaller>["operations"];

/**
 * Finds out who asks.
 * @throws Failure `credential.*`, `scope.missing`, `workspace.missing`.
 */
export const imkitCaller = (parts: Parts): ((request: Request) => Promise<ImkitCaller>) => {
  const identify = identifyCaller(parts);
  const find = findWorkspace(parts);
  return async ({ headers, route, path }) => {
    // A chat server can send its report no header, so the address itself is the secret.
    const apiKey = (route.operation === "takeReport" ? path["token"] : headers["im-api-key"]) ?? "";
    if (apiKey === "") throw new Failure("credential.missing", "Send IM-API-KEY.");
    const credential = await identify(apiKey);
    if (route.scope !== null && !(credential.scopes as readonly string[]).includes(route.scope))
      throw new Failure("scope.missing", `This needs the permission ${route.scope}.`);
    return { credential, workspace: await find(credential.workspace), apiKey };
  };
};
