import { hashOf, WORKSPACE_SCOPES } from "../functions/core/credential.ts";
import { createOperatorKey, createWorkspace, issueCredentials } from "../functions/tasks/create-workspace.ts";
import { issueCredential } from "../functions/tasks/issue-credential.ts";
import type { Parts } from "../functions/tasks/parts.ts";
import type { LocalCredentials } from "./credentials-file.ts";

type Secrets = Omit<LocalCredentials, "baseUrl">;

/** Makes a workspace, and an operator's key beside its first credentials. */
export const makeFirst =
  (parts: Parts) =>
  async (workspace: Parameters<ReturnType<typeof createWorkspace>>[0]): Promise<Secrets> => {
    const { credentials } = await createWorkspace(parts)(workspace);
    return { ...credentials, operatorKey: await createOperatorKey(parts)() };
  };

/**
 * Credentials that hold for a workspace that is there. The file may be lost; it may be older than the database, which
 * was rebuilt from its archive and knows none of it; or its key has ended since, and then the rest of it still holds.
 */
export const goodCredentials = async (
  parts: Parts,
  workspace: string,
  known: Secrets | undefined,
  username: string,
): Promise<Secrets> => {
  const key = known === undefined ? undefined : await parts.credentials.find(hashOf(known.apiKey));
  if (known === undefined || key === undefined)
    return { ...(await issueCredentials(parts)(workspace, username)), operatorKey: await createOperatorKey(parts)() };
  if (key.revokedAt === null && (key.expiresAt === null || key.expiresAt > parts.clock())) return known;
  const { secret } = await issueCredential(parts)({
    workspace,
    kind: "key",
    scopes: WORKSPACE_SCOPES,
    label: "first key",
  });
  return { ...known, apiKey: secret };
};
