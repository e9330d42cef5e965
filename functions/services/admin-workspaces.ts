import { newWorkspaceOf } from "../dialects/v1/request.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { createWorkspace } from "../tasks/create-workspace.ts";
import type { Parts } from "../tasks/parts.ts";
import { baseUrlOf } from "./base-url.ts";
import { type AdminOperations, CREATED, UNKEPT } from "./v1-asked.ts";

/** Workspaces and their settings. */
export const workspaceOperations = (parts: Parts): Pick<AdminOperations, "createWorkspace"> => ({
  createWorkspace: async (request, _caller, body) => {
    const { credentials } = await createWorkspace(parts)(newWorkspaceOf(jsonOf(body.bytes)));
    const { workspace, ...secrets } = credentials;
    return jsonAnswer(JSON.stringify({ workspace, baseUrl: baseUrlOf(request.headers), ...secrets }), UNKEPT, CREATED);
  },
});
