import { documentIn } from "../core/snapshot.ts";
import { isId } from "../core/event.ts";
import { Failure } from "../core/failure.ts";
import type { Workspace } from "../core/workspace.ts";
import { definitionsBody, historyBody, problemPage, snapshotsBody, statisticsBody } from "../dialects/v1/body.ts";
import { renderFailure } from "../dialects/v1/failure.ts";
import { PROBLEMS } from "../dialects/v1/problems.ts";
import {
  cursorOf,
  historyQuery,
  historyRange,
  hourOfPath,
  importQuery,
  listQuery,
  revisionQuery,
} from "../dialects/v1/query.ts";
import { newWorkspaceOf, openingOf, throughOf } from "../dialects/v1/request.ts";
import { ROUTES } from "../dialects/v1/routes.ts";
import { type Answer, etagOf, jsonAnswer } from "../edge/answer.ts";
import { type HttpHandler, httpHandler, type Request, type Service } from "../edge/http.ts";
import { jsonOf } from "../edge/json-body.ts";
import type { RequestBody } from "../edge/request-body.ts";
import { createWorkspace } from "../tasks/create-workspace.ts";
import { abandonImport, finishImport, openImport } from "../tasks/import-past.ts";
import type { Parts } from "../tasks/parts.ts";
import { defaultRange, readHistory } from "../tasks/read-history.ts";
import {
  type LatestDocument,
  listSnapshots,
  nextRunAt,
  readLatest,
  readReporter,
  readSnapshot,
} from "../tasks/read-statistics.ts";
import { refreshStatistics } from "../tasks/refresh-statistics.ts";
import { baseUrlOf } from "./base-url.ts";
import { ingestBatch } from "./ingest-batch.ts";
import { type Caller, v1Caller } from "./v1-caller.ts";

type Operation = (typeof ROUTES)[number]["operation"];
type Operations = Service<Operation, Caller | undefined>["operations"];

/** What an operation within a workspace is given. */
interface Asked {
  readonly request: Request;
  readonly workspace: Workspace;
  readonly caller: Caller;
  readonly body: RequestBody;
}

const inWorkspace =
  (serve: (asked: Asked) => Promise<Answer>) =>
  (request: Request, caller: Caller | undefined, body: RequestBody): Promise<Answer> => {
    const workspace = caller?.workspace;
    // Only a route whose scope says otherwise than its operation comes here without one.
    if (caller === undefined || workspace === undefined)
      throw new Error(`${request.route.path} is about a workspace and got none`);
    return serve({ request, workspace, caller, body });
  };

/** Answers that nobody should keep: secrets, and what a POST did. */
const UNKEPT = { "cache-control": "no-store" } as const;

const MS = 1_000;

/** A document with what tells how old it is; `Age` counts from when its levels held. */
const statisticsAnswer = (
  parts: Parts,
  { document, takenAt }: LatestDocument,
  headers: Record<string, string>,
): Answer => {
  const body = statisticsBody(document, nextRunAt(parts)());
  return jsonAnswer(body, {
    etag: etagOf(body),
    "last-modified": new Date(takenAt).toUTCString(),
    age: String(Math.max(Math.floor((parts.clock() - takenAt) / MS), 0)),
    ...headers,
  });
};

const statisticsOperations = (parts: Parts): Pick<Operations, "readStatistics" | "refreshStatistics"> => ({
  readStatistics: inWorkspace(async ({ workspace }) => statisticsAnswer(parts, await readLatest(parts)(workspace), {})),
  refreshStatistics: inWorkspace(async ({ workspace }) => {
    const refreshed = await refreshStatistics(parts)(workspace);
    return statisticsAnswer(parts, refreshed, { ...UNKEPT, "x-refresh-status": refreshed.state });
  }),
});

const snapshotOperations = (parts: Parts): Pick<Operations, "listSnapshots" | "readSnapshot" | "readHistory"> => ({
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
    const { statistics, ...asked } = historyQuery(request.query);
    const range = historyRange(asked, await defaultRange(parts)(workspace.id));
    const { rows } = await readHistory(parts)(workspace.id, { statistics, ...range });
    return jsonAnswer(historyBody({ workspace: workspace.id, ...range, statistics, rows }));
  }),
});

const eventOperations = (parts: Parts): Pick<Operations, "ingestEvents" | "readReporter"> => {
  const ingest = ingestBatch(parts);
  return {
    ingestEvents: inWorkspace(async ({ request, workspace, caller, body }) => {
      const answer = await ingest({
        workspace: workspace.id,
        credential: caller.credential,
        idempotencyKey: request.headers["idempotency-key"],
        import: importQuery(request.query),
        body,
      });
      return jsonAnswer(JSON.stringify(answer), UNKEPT);
    }),
    readReporter: inWorkspace(async ({ request, workspace }) => {
      const source = request.path["source"] ?? "";
      if (!isId(source))
        throw new Failure("parameter.invalid", "The source is not the id of a reporter.", { parameter: "source" });
      const { next } = await readReporter(parts)(workspace.id, source);
      return jsonAnswer(JSON.stringify({ source, next }));
    }),
  };
};

const importOf = ({ request }: Asked): string => {
  const id = request.path["id"] ?? "";
  if (!isId(id)) throw new Failure("import.missing", "There is no import of this id.");
  return id;
};

const CREATED = 201;
const NO_CONTENT = 204;

const importOperations = (parts: Parts): Pick<Operations, "openImport" | "finishImport" | "abandonImport"> => ({
  openImport: inWorkspace(async ({ workspace, body }) => {
    const { id } = await openImport(parts)(workspace.id, openingOf(jsonOf(body.bytes)));
    return jsonAnswer(JSON.stringify({ id }), UNKEPT, CREATED);
  }),
  finishImport: inWorkspace(async (asked) => {
    const through = throughOf(jsonOf(asked.body.bytes));
    const { hours, remaining } = await finishImport(parts)(asked.workspace, importOf(asked), through);
    return jsonAnswer(JSON.stringify({ hours, remaining }), UNKEPT);
  }),
  abandonImport: inWorkspace(async (asked) => {
    await abandonImport(parts)(asked.workspace.id, importOf(asked));
    return { status: NO_CONTENT, headers: UNKEPT };
  }),
});

const HOUR_OF_CACHE = { "cache-control": "public, max-age=3600" } as const;

const deploymentOperations = (
  parts: Parts,
): Pick<Operations, "createWorkspace" | "readDefinitions" | "checkHealth" | "explainProblem"> => ({
  createWorkspace: async (request, _caller, body) => {
    const { credentials } = await createWorkspace(parts)(newWorkspaceOf(jsonOf(body.bytes)));
    const { workspace, ...secrets } = credentials;
    return jsonAnswer(JSON.stringify({ workspace, baseUrl: baseUrlOf(request.headers), ...secrets }), UNKEPT, CREATED);
  },
  readDefinitions: () => jsonAnswer(definitionsBody(), HOUR_OF_CACHE),
  checkHealth: () => jsonAnswer(JSON.stringify({ status: "ok" }), UNKEPT),
  explainProblem: (request) => {
    const problem = PROBLEMS.get(request.path["slug"] ?? "");
    if (problem === undefined) throw new Failure("route.unknown", "There is no problem of this name.");
    return {
      status: 200,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'",
        ...HOUR_OF_CACHE,
      },
      body: problemPage(problem),
    };
  },
});

const REQUEST_ID_CHARACTERS = 20;

/** Our own dialect, on `/v1/…`, with its problem pages and the health check. */
export const serveV1 = (parts: Parts, log: (line: object) => void): HttpHandler =>
  httpHandler<Operation, Caller | undefined>({
    routes: ROUTES,
    headers: { "cache-control": "private" },
    authenticate: v1Caller(parts),
    operations: {
      ...eventOperations(parts),
      ...statisticsOperations(parts),
      ...snapshotOperations(parts),
      ...importOperations(parts),
      ...deploymentOperations(parts),
    },
    renderFailure,
    newRequestId: () => parts.secret(REQUEST_ID_CHARACTERS),
    log,
  });
