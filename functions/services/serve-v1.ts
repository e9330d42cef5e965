import { startOf } from "../core/hour.ts";
import { isoOf } from "../core/instant.ts";
import { documentIn } from "../core/document.ts";
import { allZeroFilled } from "../core/zero-filled.ts";
import { isId } from "../core/event-field.ts";
import { Failure } from "../core/failure.ts";
import { historyPage } from "../dialects/v1/bodies/history.ts";
import { snapshotsBody, statisticsBody } from "../dialects/v1/body.ts";
import { renderFailure } from "../dialects/v1/failure.ts";
import { historyQuery, historyRange } from "../dialects/v1/queries/history.ts";
import { cursorOf, hourOfPath, importQuery, listQuery, revisionQuery } from "../dialects/v1/query.ts";
import { openingOf, throughOf } from "../dialects/v1/request.ts";
import { ROUTES } from "../dialects/v1/routes.ts";
import { type Answer, etagOf, jsonAnswer } from "../edge/answer.ts";
import { type HttpHandler, httpHandler, type Request } from "../edge/http.ts";
import { jsonOf } from "../edge/json-body.ts";
import { nameOf } from "../tasks/note-act.ts";
import type { Latest } from "../ports/snapshots.ts";
import type { Parts } from "../tasks/parts.ts";
import { defaultRange, historyRows } from "../tasks/read-history.ts";
import { listSnapshots, nextRunAt, readLatest, readSnapshot } from "../tasks/read-statistics.ts";
import { refreshStatistics } from "../tasks/refresh-statistics.ts";
import { limitBatches, limitPerMinute, V1_CALLS } from "./call-limits.ts";
import { ingestBatch } from "./ingest-batch.ts";
import {
  type Asked,
  CREATED,
  inWorkspace,
  NO_CONTENT,
  UNKEPT,
  type V1Operation,
  type V1Operations,
} from "./v1-asked.ts";
import { anomalyOperations } from "./v1-anomalies.ts";
import { type Caller, v1Caller } from "./v1-caller.ts";
import { directoryOperations } from "./v1-directory.ts";
import { healthOperations } from "./v1-health.ts";
import { tellingOf } from "./trail.ts";
import { trendOperations } from "./v1-trends.ts";
import { reporterOperations } from "./v1-reporters.ts";
import { seenOperations } from "./v1-seen.ts";

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
    const refreshed = await refreshStatistics(parts)(workspace);
    return statisticsAnswer(parts, refreshed, { ...UNKEPT, "x-refresh-status": refreshed.state });
  }),
});

/** Where the rest of a history is (RFC 8288); the end is named, because by then there may be more. */
const goesOn = ({ query }: Request, from: string, to: string): string => {
  const rest = new URLSearchParams(query);
  rest.set("from", from);
  rest.set("to", to);
  return `</v1/history?${rest.toString()}>; rel="next"`;
};

const snapshotOperations = (parts: Parts): Pick<V1Operations, "listSnapshots" | "readSnapshot" | "readHistory"> => ({
  listSnapshots: inWorkspace(async ({ request, workspace }) => {
    const { snapshots, next } = await listSnapshots(parts)(workspace.id, listQuery(request.query));
    const listed = snapshots.map(({ hour, revision, sha256, bytes }) => ({
      hour,
      revision,
      sha256,
      document: documentIn(bytes),
    }));
    return jsonAnswer(snapshotsBody(listed, next === undefined ? undefined : cursorOf(next)));
  }),
  readSnapshot: inWorkspace(async ({ request, workspace }) => {
    const hour = hourOfPath(request.path["hour"] ?? "");
    const { bytes } = await readSnapshot(parts)(workspace.id, hour, revisionQuery(request.query));
    return jsonAnswer(Buffer.from(bytes).toString(), { etag: etagOf(bytes) });
  }),
  readHistory: inWorkspace(async ({ request, workspace }) => {
    const asked = historyQuery(request.query, workspace.timeZone);
    const range = historyRange(asked, await defaultRange(parts)(workspace.id));
    const { statistics, interval, timeZone, format, fill } = asked;
    const found = await historyRows(parts)(workspace.id, { statistics, interval, timeZone, ...range });
    const rows = fill === "zero" ? allZeroFilled(found, statistics) : found;
    const history = { workspace: workspace.id, interval, timeZone, ...range, statistics, rows };
    const { contentType, body, next } = historyPage(history, format);
    const link = next === undefined ? {} : { link: goesOn(request, next, isoOf(startOf(range.to))) };
    return { status: 200, headers: { "content-type": contentType, ...link }, body };
  }),
});

const eventOperations = (parts: Parts, log: Log): Pick<V1Operations, "ingestEvents"> => {
  const ingest = ingestBatch(parts, log);
  const limit = limitBatches(parts);
  return {
    ingestEvents: inWorkspace(async ({ request, workspace, caller, body }) => {
      await limit(caller.credential);
      const answer = await ingest({
        requestId: request.id,
        workspace: workspace.id,
        credential: caller.credential,
        idempotencyKey: request.headers["idempotency-key"],
        import: importQuery(request.query),
        body,
      });
      return jsonAnswer(JSON.stringify(answer), UNKEPT);
    }),
  };
};

const importOf = ({ request }: Asked): string => {
  const id = request.path["id"] ?? "";
  if (!isId(id)) throw new Failure("import.missing", "There is no import of this id.");
  return id;
};

// Only the first day of a workspace comes to them, so no cold start waits for what closes hours.
const importTasks = () => import("../tasks/import-past.ts");

const importOperations = (
  parts: Parts,
  log: Log,
): Pick<V1Operations, "openImport" | "finishImport" | "abandonImport"> => ({
  openImport: inWorkspace(async ({ workspace, caller, body }) => {
    const { openImport } = await importTasks();
    const { id } = await openImport(parts)(workspace.id, openingOf(jsonOf(body.bytes)), nameOf(caller.credential));
    return jsonAnswer(JSON.stringify({ id }), UNKEPT, CREATED);
  }),
  finishImport: inWorkspace(async (asked) => {
    const through = throughOf(jsonOf(asked.body.bytes));
    const { finishImport } = await importTasks();
    const { hours, remaining } = await finishImport(tellingOf(parts, log))(
      asked.workspace,
      importOf(asked),
      through,
      nameOf(asked.caller.credential),
    );
    return jsonAnswer(JSON.stringify({ hours, remaining }), UNKEPT);
  }),
  abandonImport: inWorkspace(async (asked) => {
    const { abandonImport } = await importTasks();
    await abandonImport(parts)(asked.workspace.id, importOf(asked), nameOf(asked.caller.credential));
    return { status: NO_CONTENT, headers: UNKEPT };
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
      ...eventOperations(parts, log),
      ...statisticsOperations(parts),
      ...snapshotOperations(parts),
      ...importOperations(parts, log),
      ...seenOperations(parts),
      ...reporterOperations(parts),
      ...directoryOperations(parts),
      ...healthOperations(parts),
      ...trendOperations(parts),
      ...anomalyOperations(parts),
    },
    renderFailure,
    newRequestId: () => parts.secret(REQUEST_ID_CHARACTERS),
    log,
  });
