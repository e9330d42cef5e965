import type { Workspace } from "../core/workspace.ts";
import { workspaceBody } from "../dialects/v1/bodies/workspace.ts";
import { type Answer, etagOf, jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import { type AdminOperations, inWorkspace } from "./v1-asked.ts";

/** A workspace with its settings, as they are now. */
export const settingsAnswer = (
  parts: Pick<Parts, "clock">,
  workspace: Workspace,
  headers: Record<string, string> = {},
): Answer => {
  const body = workspaceBody(workspace, parts.clock());
  return jsonAnswer(body, { etag: etagOf(body), ...headers });
};

/** What administrators look at first. */
export const settingsOperations = (parts: Parts): Pick<AdminOperations, "readWorkspace"> => ({
  readWorkspace: inWorkspace(async ({ workspace }) => settingsAnswer(parts, workspace)),
});
