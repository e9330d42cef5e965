import { late } from "../core/late.ts";
import { statisticsBody } from "../dialects/v1/body.ts";
import { renderFailure } from "../dialects/v1/failure.ts";
import { ROUTES } from "../dialects/v1/routes.ts";
import { type Answer, etagOf, jsonAnswer } from "../edge/answer.ts";
import { type HttpHandler, httpHandler } from "../edge/http.ts";
import type { Latest } from "../ports/snapshots.ts";
import type { Parts } from "../tasks/parts.ts";
import { nextRunAt, readLatest } from "../tasks/read-latest.ts";
import { limitPerMinute, V1_CALLS } from "./call-limits.ts";
import { inWorkspace, UNKEPT, type V1Operation, type V1Operations } from "./v1-asked.ts";
import { type Caller, v1Caller } from "./v1-caller.ts";

type Log = (line: object) => void;

const MS = 1_000;

/** A document with what tells how old it is; `Age` counts from when its levels held. */
const statisticsAnswer = (parts: Parts, { bytes, takenAt }: Latest, headers: Record<string, string>): Answer => {
  const body = statisticsBody(bytes, nextRunAt(parts)());
  return jsonAnswer(body, {
    etag: etagOf(body),
    "last-modified": new Date(takenAt).toUTCString(),
    age: String(Math.max(Math.floor((parts.clock() - takenAt) / MS), 0)),
    ...headers,
  });
};

const statisticsOperations = (parts: Parts): Pick<V1Operations, "readStatistics" | "refreshStatistics"> => ({
  readStatistics: inWorkspace(async ({ workspace }) => statisticsAnswer(parts, await readLatest(parts)(workspace), {})),
  refreshStatistics: inWorkspace(async ({ workspace }) => {
    const { refreshStatistics } = await import("../tasks/refresh-statistics.ts");
    const refreshed = await refreshStatistics(parts)(workspace);
    return statisticsAnswer(parts, refreshed, { ...UNKEPT, "x-refresh-status": refreshed.state });
  }),
});

const REQUEST_ID_CHARACTERS = 20;

/** Our own dialect, on `/v1/…`, as senders and readers use it, with the health check. */
export const serveV1 = (parts: Parts, log: Log): HttpHandler =>
  httpHandler<V1Operation, Caller | undefined>({
    routes: ROUTES,
    headers: { "cache-control": "private" },
    authenticate: v1Caller(parts),
    limit: limitPerMinute(parts, V1_CALLS),
    operations: {
      ...statisticsOperations(parts),
      ...late(["ingestEvents"], async () => (await import("./v1-events.ts")).eventOperations(parts, log)),
      ...late(["listSnapshots", "readSnapshot", "readHistory"], async () =>
        (await import("./v1-snapshots.ts")).snapshotOperations(parts),
      ),
      ...late(["openImport", "finishImport", "abandonImport"], async () =>
        (await import("./v1-imports.ts")).importOperations(parts, log),
      ),
      ...late(["readSeen"], async () => (await import("./v1-seen.ts")).seenOperations(parts)),
      ...late(["listReporters", "readReporter"], async () =>
        (await import("./v1-reporters.ts")).reporterOperations(parts),
      ),
      ...late(["putUsers", "putRooms"], async () => (await import("./v1-directory.ts")).directoryOperations(parts)),
      ...late(["readLedger", "readHealth", "readMetrics", "checkHealth"], async () =>
        (await import("./v1-health.ts")).healthOperations(parts),
      ),
      ...late(["readSummary", "readActivity"], async () => (await import("./v1-trends.ts")).trendOperations(parts)),
      ...late(["listAnomalies", "readBaseline"], async () =>
        (await import("./v1-anomalies.ts")).anomalyOperations(parts),
      ),
    },
    renderFailure,
    newRequestId: () => parts.secret(REQUEST_ID_CHARACTERS),
    log,
  });
