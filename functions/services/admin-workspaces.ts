import { type Credential, EVERY_WORKSPACE } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { hourName } from "../core/hour.ts";
import { differences } from "../core/workspace-settings.ts";
import { actsBody, endedBody, exportHead, workspacesBody } from "../dialects/v1/bodies/workspace.ts";
import {
  actsQuery,
  exportQuery,
  isConfirmed,
  placeCursor,
  workspaceOfPath,
  workspacesQuery,
} from "../dialects/v1/queries/workspaces.ts";
import { newWorkspaceOf } from "../dialects/v1/request.ts";
import { workspaceChangeOf } from "../dialects/v1/requests/workspace.ts";
import { type Answer, jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { changeWorkspace } from "../tasks/change-workspace.ts";
import { createWorkspace } from "../tasks/create-workspace.ts";
import { listWorkspaces } from "../tasks/list-workspaces.ts";
import { actBy } from "../tasks/note-act.ts";
import type { Parts } from "../tasks/parts.ts";
import { pauseWorkspace, resumeWorkspace } from "../tasks/pause-workspace.ts";
import { settingsAnswer } from "./admin-settings.ts";
import { mustMayAllow } from "./allow-private.ts";
import { baseUrlOf } from "./base-url.ts";
import { type AdminOperations, CREATED, inWorkspace, UNKEPT } from "./v1-asked.ts";
import type { Caller } from "./v1-caller.ts";

const credentialOf = (caller: Caller | undefined): Credential => {
  if (caller === undefined) throw new Error("the route is for operators and got none");
  return caller.credential;
};

const actsAnswer = async (parts: Parts, workspace: string, query: URLSearchParams): Promise<Answer> => {
  const { acts, next } = await parts.audit.list(workspace, actsQuery(query));
  return jsonAnswer(actsBody(acts, next === undefined ? undefined : placeCursor(next)));
};

/** A workspace's own settings, for its administrators. */
const changingOperations = (
  parts: Parts,
): Pick<AdminOperations, "changeWorkspace" | "pauseWorkspace" | "resumeWorkspace" | "listActs"> => {
  const act = actBy(parts);
  return {
    changeWorkspace: inWorkspace(async ({ workspace: { id }, caller, body }) => {
      const change = workspaceChangeOf(jsonOf(body.bytes));
      mustMayAllow(caller, change.upstream);
      const { after } = await changeWorkspace(parts)(id, change, (was, is) => {
        const changed = differences(was, is);
        return Object.keys(changed).length === 0 ? [] : [act(id, caller.credential, "workspace.changed", changed)];
      });
      return settingsAnswer(parts, after, UNKEPT);
    }),
    pauseWorkspace: inWorkspace(async ({ workspace: { id }, caller }) => {
      const acts = () => [act(id, caller.credential, "workspace.paused")];
      return settingsAnswer(parts, await pauseWorkspace(parts)(id, acts), UNKEPT);
    }),
    resumeWorkspace: inWorkspace(async ({ workspace: { id }, caller }) => {
      const acts = () => [act(id, caller.credential, "workspace.resumed")];
      return settingsAnswer(parts, await resumeWorkspace(parts)(id, acts), UNKEPT);
    }),
    listActs: inWorkspace(({ request, workspace }) => actsAnswer(parts, workspace.id, request.query)),
  };
};

// A workspace ends once, so no cold start waits for what exports and ends it.
const exporting = () => import("../tasks/export-workspace.ts");
const ending = () => import("../tasks/end-workspace.ts");

const exportPath = (id: string): string => `/v1/workspaces/${id}/export`;

const confirmationMissing = (id: string): Failure =>
  new Failure(
    "confirmation.missing",
    `Ending ${id} can't be taken back. Fetch ${exportPath(id)} first, then send DELETE /v1/workspaces/${id}?confirm=${id}.`,
    { export: exportPath(id), confirm: `/v1/workspaces/${id}?confirm=${id}` },
  );

/** The deployment's workspaces, for operators. */
const deploymentOperations = (
  parts: Parts,
): Pick<AdminOperations, "listWorkspaces" | "createWorkspace" | "exportWorkspace" | "endWorkspace" | "listActsOf"> => ({
  listWorkspaces: async ({ query }) => {
    const { limit, after } = workspacesQuery(query);
    const { workspaces, next } = await listWorkspaces(parts)(limit, after);
    return jsonAnswer(workspacesBody(workspaces, next === undefined ? undefined : placeCursor(next)));
  },
  createWorkspace: async (request, caller, body) => {
    const made = await createWorkspace(parts)(newWorkspaceOf(jsonOf(body.bytes)), ({ id, name }) => [
      actBy(parts)(id, credentialOf(caller), "workspace.created", { name }),
    ]);
    const { workspace, ...secrets } = made.credentials;
    return jsonAnswer(JSON.stringify({ workspace, baseUrl: baseUrlOf(request.headers), ...secrets }), UNKEPT, CREATED);
  },
  exportWorkspace: async ({ path, query }) => {
    const id = workspaceOfPath(path["id"] ?? "");
    const from = exportQuery(query);
    const { exportWorkspace } = await exporting();
    const { workspace, head, documents, next } = await exportWorkspace(parts)(id, from);
    // Published bytes are lines already; pages one after the other are the whole export.
    const first = from === undefined ? `${exportHead(workspace, head, parts.clock())}\n` : "";
    const link = `<${exportPath(id)}?cursor=${placeCursor(next === undefined ? "" : hourName(next))}>; rel="next"`;
    return {
      status: 200,
      headers: { "content-type": "application/x-ndjson", ...UNKEPT, ...(next === undefined ? {} : { link }) },
      body: `${first}${Buffer.concat(documents).toString()}`,
    };
  },
  // Of one that has ended, too, which nobody else can ask any more, and of the deployment itself.
  listActsOf: async ({ path, query }) => {
    if (path["id"] === EVERY_WORKSPACE) return actsAnswer(parts, EVERY_WORKSPACE, query);
    const id = workspaceOfPath(path["id"] ?? "");
    if ((await parts.workspaces.find(id)) === undefined) throw new Failure("workspace.missing", `There is no ${id}.`);
    return actsAnswer(parts, id, query);
  },
  endWorkspace: async ({ path, query }, caller) => {
    const id = workspaceOfPath(path["id"] ?? "");
    if (!isConfirmed(query, id)) {
      if ((await parts.workspaces.find(id)) === undefined) throw new Failure("workspace.missing", `There is no ${id}.`);
      throw confirmationMissing(id);
    }
    const { endWorkspace } = await ending();
    const { isLeft, ...removed } = await endWorkspace(parts)(id, () => [
      actBy(parts)(id, credentialOf(caller), "workspace.ended"),
    ]);
    return jsonAnswer(endedBody({ id, isLeft, ...removed }), UNKEPT);
  },
});

/** Workspaces and their settings. */
export const workspaceOperations = (
  parts: Parts,
): ReturnType<typeof changingOperations> & ReturnType<typeof deploymentOperations> => ({
  ...changingOperations(parts),
  ...deploymentOperations(parts),
});
