import { connectionCountBody, reportBody } from "../dialects/imkit/body.ts";
import { renderFailure } from "../dialects/imkit/failure.ts";
import { reportQuery } from "../dialects/imkit/query.ts";
import { ROUTES } from "../dialects/imkit/routes.ts";
import { late } from "../core/late.ts";
import { jsonAnswer } from "../edge/answer.ts";
import { type HttpHandler, httpHandler } from "../edge/http.ts";
import type { Parts } from "../tasks/parts.ts";
import { readWindow } from "../tasks/read-window.ts";
import { IMKIT_CALLS, limitPerMinute } from "./call-limits.ts";
import { type ImkitCaller, imkitCaller, type ImkitOperation } from "./imkit-caller.ts";

const REQUEST_ID_CHARACTERS = 20;

/** The IMKit dialect, on `/admin/…`. */
export const serveImkit = (parts: Parts, log: (line: object) => void): HttpHandler =>
  httpHandler<ImkitOperation, ImkitCaller>({
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
      ...late(["takeReport"], async () => (await import("./imkit-reports.ts")).reportOperations(parts)),
    },
    renderFailure,
    newRequestId: () => parts.secret(REQUEST_ID_CHARACTERS),
    log,
  });
