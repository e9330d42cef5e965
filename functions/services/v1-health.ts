import { CONTENT_TYPES, formatFor, metricsBody } from "../dialects/openmetrics/body.ts";
import { healthBody } from "../dialects/v1/bodies/health.ts";
import { ledgerBody } from "../dialects/v1/bodies/ledger.ts";
import { ledgerQuery } from "../dialects/v1/queries/ledger.ts";
import { cursorOf } from "../dialects/v1/query.ts";
import { etagOf, jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import { readHealth } from "../tasks/read-health.ts";
import { readLedger } from "../tasks/read-ledger.ts";
import { nextRunAt, readLatest } from "../tasks/read-latest.ts";
import { inWorkspace, UNKEPT, type V1Operations } from "./v1-asked.ts";

/** How complete the history is, and how the service is. */
export const healthOperations = (
  parts: Parts,
): Pick<V1Operations, "readLedger" | "readHealth" | "readMetrics" | "checkHealth"> => ({
  readLedger: inWorkspace(async ({ request, workspace }) => {
    const { rows, next } = await readLedger(parts)(workspace, ledgerQuery(request.query));
    const body = ledgerBody(workspace.id, rows, next === undefined ? undefined : cursorOf(next));
    return jsonAnswer(body, { etag: etagOf(body) });
  }),
  readHealth: inWorkspace(async ({ workspace }) => {
    const health = await readHealth(parts)(workspace);
    const body = healthBody(workspace.id, health, { now: parts.clock(), nextRunAt: nextRunAt(parts)() });
    return jsonAnswer(body, UNKEPT);
  }),
  readMetrics: inWorkspace(async ({ request, workspace }) => {
    const { document } = await readLatest(parts)(workspace);
    const { lastClosed, lagMs, missingHours, anomalies } = await readHealth(parts)(workspace);
    const format = formatFor(request.headers["accept"]);
    const lastSuccessAt = lastClosed?.madeAt ?? null;
    const body = metricsBody({ document, lastSuccessAt, lagMs, missingHours, anomalies }, format);
    const headers = { ...UNKEPT, "content-type": CONTENT_TYPES[format], vary: "accept, accept-encoding" };
    return { status: 200, headers, body };
  }),
  checkHealth: () => jsonAnswer(JSON.stringify({ status: "ok" }), { "cache-control": "no-store" }),
});
