import { type Credential, EVERY_WORKSPACE } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { isWorkspaceId } from "../core/workspace.ts";

/** Whether a credential is an operator's, who may do everything everywhere. */
export const isOperator = ({ workspace, scopes }: Credential): boolean =>
  workspace === EVERY_WORKSPACE && scopes.includes("operator");

/**
 * The credential decides the workspace; only an operator's may choose one.
 * @param chosen what `x-tidemark-workspace` names.
 * @param path the route's, for dialects whose words depend on it.
 * @throws Failure `scope.missing`, `workspace.not-chosen`, `workspace.missing`.
 */
export const workspaceOf = (credential: Credential, chosen: string | undefined, path?: string): string => {
  if (credential.workspace !== EVERY_WORKSPACE) {
    if (chosen === undefined || chosen === credential.workspace) return credential.workspace;
    throw new Failure("scope.missing", "This credential is for another workspace than x-tidemark-workspace names.", {
      workspace: chosen,
      ...(path === undefined ? {} : { path }),
    });
  }
  if (chosen === undefined)
    throw new Failure("workspace.not-chosen", "An operator's request names its workspace in x-tidemark-workspace.");
  if (!isWorkspaceId(chosen))
    throw new Failure("workspace.missing", "x-tidemark-workspace is not the id of a workspace.");
  return chosen;
};
