import type { Credential } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { parseImkitReport } from "../core/imkit-report.ts";
import { isOneOf } from "../core/vocabulary.ts";
import type { Workspace } from "../core/workspace.ts";
import { connectionCountBody, reportBody, reportTaken } from "../dialects/imkit/body.ts";
import { renderFailure } from "../dialects/imkit/failure.ts";
import { reportQuery } from "../dialects/imkit/query.ts";
import { ROUTES } from "../dialects/imkit/routes.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { type HttpHandler, httpHandler, type Request } from "../edge/http.ts";
import { jsonOf } from "../edge/json-body.ts";
import { findWorkspace } from "../tasks/find-workspace.ts";
import { identifyCaller } from "../tasks/identify-caller.ts";
import type { Parts } from "../tasks/parts.ts";
import { readWindow } from "../tasks/read-window.ts";
import { takeReport } from "../tasks/take-report.ts";
import { IMKIT_CALLS, limitPerMinute } from "./call-limits.ts";

type Operation = (typeof ROUTES)[number]["operation"];

/** A workspace and the key it was asked with, which answers echo and nobody keeps. */
interface Caller {
  readonly credential: Credential;
  readonly workspace: Workspace;
  readonly apiKey: string;
}

const imkitCaller = (parts: Parts): ((request: Request) => Promise<Caller>) => {
  const identify = identifyCaller(parts);
  const find = findWorkspace(parts);
  return async ({ headers, route, path }) => {
    // A chat server can send its report no header, so the address itself is the secret.
    const apiKey = (route.operation === "takeReport" ? path["token"] : headers["im-api-key"]) ?? "";
    if (apiKey === "") throw new Failure("credential.missing", "Send IM-API-KEY.");
    const credential = await identify(apiKey);
    if (route.scope !== null && !isOneOf(credential.scopes, route.scope))
      throw new Failure("scope.missing", `This needs the permission ${route.scope}.`);
    return { credential, workspace: await find(credential.workspace), apiKey };
  };
};

const REQUEST_ID_CHARACTERS = 20;

/** The IMKit dialect, on `/admin/…`. */
export const serveImkit = (parts: Parts, log: (line: object) => void): HttpHandler =>
  httpHandler<Operation, Caller>({
    routes: ROUTES,
    headers: { "cache-control": "private" },
    authenticate: imkitCaller(parts),
    limit: limitPerMinute(parts, IMKIT_CALLS),
    operations: {
      readStatistics: async ({ query }, { workspace, apiKey }) => {
        const { window, after } = reportQuery(query, parts.clock());
        const usage = await readWindow(parts)(workspace, window);
        const keys = workspace.imkit.echoKeys ? { clientKey: workspace.clientKey, apiKey } : undefined;
        return jsonAnswer(reportBody(usage, keys, { after }));
      },
      countConnections: async (_request, { workspace }) => {
        const { connectionCount } = await readWindow(parts)(workspace);
        return jsonAnswer(connectionCountBody(connectionCount));
      },
      takeReport: async (_request, { workspace }, body) => {
        await takeReport(parts)(workspace, parseImkitReport(jsonOf(body.bytes), parts.clock()));
        return jsonAnswer(reportTaken(), { "cache-control": "no-store" });
      },
    },
    renderFailure,
    newRequestId: () => parts.secret(REQUEST_ID_CHARACTERS),
    log,
  });
