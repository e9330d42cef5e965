import { readFile } from "node:fs/promises";
import { createTable } from "../functions/adapters/dynamodb/create-table.ts";
import { hourOf, MINUTE_MS, startOf } from "../functions/core/hour.ts";
import { keptJson } from "../functions/core/kept-json.ts";
import { errorOf } from "../functions/core/thrown.ts";
import type { PollNote } from "../functions/core/upstream.ts";
import { ADMIN_PREFIXES } from "../functions/dialects/v1/routes.ts";
import type { HttpHandler } from "../functions/edge/http.ts";
import { serveAdmin } from "../functions/services/serve-admin.ts";
import { serveImkit } from "../functions/services/serve-imkit.ts";
import { serveRocketchat } from "../functions/services/serve-rocketchat.ts";
import { serveV1 } from "../functions/services/serve-v1.ts";
import { tellingOf, withoutTrail } from "../functions/services/trail.ts";
import { untoldLine } from "../functions/services/untold-line.ts";
import type { Parts } from "../functions/tasks/parts.ts";
import { builtPage } from "./built-page.ts";
import { localClock, type LocalClock } from "./clock.ts";
import { type LocalCredentials, readCredentials, writeCredentials } from "./credentials-file.ts";
import { near, openFolder } from "./data-folder.ts";
import { drillRoutes } from "./drill.ts";
import { lockFolder } from "./folder-lock.ts";
import { goodCredentials, makeFirst } from "./first-credentials.ts";
import { type Gateway, openGateway } from "./gateway.ts";
import { hostInUrl, LOOPBACK, reachable, tellHowToGoOn } from "./greeting.ts";
import { type Api, ask } from "./import/api.ts";
import { instanceReport } from "./instance-report.ts";
import { startLife } from "./life.ts";
import { DEMO, engineFor, makeBucket, partsFor } from "./open-store.ts";
import { readPages } from "./pages.ts";
import { bucketIn, TABLE } from "./places.ts";
import type { RuntimeOptions, Watch } from "./runtime-options.ts";
import { Player } from "./sample/player.ts";
import { NOTHING_SENT, readSampleState, writeSampleState } from "./sample/state.ts";
import { catchUpBehind, doScheduledWork } from "./scheduled-work.ts";
import { type Terminal, terminal } from "./terminal.ts";
import { closeEverywhere, type Closings, nextClosing, startTicker } from "./ticker.ts";
import { Undoing } from "./undoing.ts";

/** A running Tidemark. */
export interface Runtime {
  readonly baseUrl: string;
  readonly credentials: LocalCredentials;
  /** Finishes requests, then ends everything that was started. */
  readonly stop: () => Promise<void>;
}

const logToStderr = (line: object): void => {
  process.stderr.write(`${JSON.stringify(line)}\n`);
};

/** Version of this Tidemark. */
export const readVersion = async (): Promise<string> =>
  keptJson<{ version: string }>(await readFile(new URL("../package.json", import.meta.url), "utf8")).version;

/**
 * The first start makes the workspace and its credentials; a later one finds them. Whatever a crash in between left,
 * there is a workspace with good credentials afterwards.
 */
const settleIn = async (
  parts: Parts,
  folder: string,
  isEmpty: boolean,
  startedAt: number,
): Promise<Omit<LocalCredentials, "baseUrl">> => {
  const known = await readCredentials(folder);
  const exists = (await parts.workspaces.find(DEMO)) !== undefined;
  if (exists) return goodCredentials(parts, DEMO, known, "admin");
  // Written before: a workspace that is there then says whether it is to be filled.
  if (!isEmpty) await writeSampleState(folder, NOTHING_SENT);
  return makeFirst(parts)({
    id: DEMO,
    name: "Demo",
    // The sample fills the running hour from its beginning; without it nobody observed what was before the start.
    startsAt: isEmpty ? startedAt : startOf(hourOf(startedAt)),
    username: "admin",
  });
};

/** A drill wants to know. */
const throwIt = (_workspace: string, error: unknown): never => {
  throw errorOf(error);
};

const watched =
  (handler: HttpHandler, watch: Watch): HttpHandler =>
  async (event, context) => {
    const result = await handler(event, context);
    watch(event, result);
    return result;
  };

const openDoor = async (
  parts: Parts,
  clock: LocalClock,
  options: RuntimeOptions,
  log: (line: object) => void,
): Promise<Gateway> => {
  const v1 = serveV1(parts, log);
  const admin = serveAdmin(parts, log);
  const imkit = serveImkit(parts, log);
  const rocketchat = serveRocketchat(parts, log);
  const mounts = [
    { path: "/api", handler: rocketchat },
    { path: "/ingest/rocketchat", handler: rocketchat },
    { path: "/admin", handler: imkit },
    { path: "/ingest/imkit", handler: imkit },
    ...ADMIN_PREFIXES.map((path) => ({ path, handler: admin })),
    ...["/v1", "/healthz"].map((path) => ({ path, handler: v1 })),
  ];
  const { watch } = options;
  return openGateway({
    host: options.host ?? LOOPBACK,
    port: options.port,
    mounts:
      watch === undefined ? mounts : mounts.map((mount) => ({ ...mount, handler: watched(mount.handler, watch) })),
    pages: await readPages(await builtPage()),
    extra: options.drill
      ? drillRoutes({ clock, close: (now) => doScheduledWork(parts, now, throwIt, log) })
      : undefined,
    log,
  });
};

/**
 * Starts Tidemark whole on this machine: engine, front door, sample, ticker.
 * @throws Mishap for what its user can mend; what was started by then is ended.
 */
export const startRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
  const undoing = new Undoing();
  try {
    return await start(options, undoing);
  } catch (error) {
    await undoing.run();
    throw error;
  }
};

const start = async (options: RuntimeOptions, undoing: Undoing): Promise<Runtime> => {
  const { drill, empty, log = withoutTrail(logToStderr) } = options;
  const told = terminal(options.out);
  const version = await readVersion();
  const folder = await openFolder(options.dataFolder);
  const lock = await lockFolder(folder);
  undoing.add(lock.release);
  told.line(`Tidemark ${version}, data in ${near(folder) === "" ? folder : near(folder)}`);

  const clock = localClock(options.now);
  const engine = await engineFor(folder, options);
  undoing.add(engine.stop);
  await createTable(engine.endpoint, TABLE);
  const { surroundings = {} } = options;
  const bucket = bucketIn(surroundings);
  if (bucket !== undefined && surroundings.s3Endpoint !== undefined) await makeBucket(surroundings.s3Endpoint, bucket);
  const parts = tellingOf(partsFor(folder, engine, clock, options), log);
  const secrets = await settleIn(parts, folder, empty, options.now ?? clock.now());

  const gateway = await openDoor(parts, clock, options, log);
  undoing.add(gateway.stop);
  const baseUrl = `http://${hostInUrl(reachable(options.host ?? LOOPBACK))}:${gateway.port}`;
  const credentials: LocalCredentials = { ...secrets, baseUrl };
  await writeCredentials(folder, credentials);

  const api: Api = { baseUrl, key: credentials.apiKey };
  const player = empty ? undefined : await beginSample(parts, api, folder, told);
  await player?.catchUp();
  const tellFailure = (workspace: string, error: unknown): void => {
    log({ event: "WorkspaceFailed", workspace, error: String(error), stack: errorOf(error).stack });
  };
  const tellUntold = (workspace: string, note: PollNote): void => log(untoldLine(workspace, note));
  const close = (at: number): Promise<Closings> => doScheduledWork(parts, at, tellFailure, log);
  const overBy = clock.now() - parts.graceSeconds * 1_000;
  await closeEverywhere(parts, overBy, tellFailure, tellUntold);
  if (!drill) {
    undoing.add(catchUpBehind(parts, overBy, tellFailure, log));
    const ticker = startTicker({
      clock: clock.now,
      graceSeconds: parts.graceSeconds,
      close,
      log,
    });
    undoing.add(ticker.stop);
  }
  if (!drill && player !== undefined) {
    const database = { version: engine.version, engine: engine.name };
    const life = await startLife({
      api,
      clock: clock.now,
      everyMs: MINUTE_MS,
      report: () => instanceReport({ version, database, connections: gateway.connections() }),
      play: () => player.catchUp(),
      log,
    });
    undoing.add(life.stop);
    // The last closed hour knows nothing of this instance yet; who looks now wants to see it.
    await ask(api, "POST", "/v1/statistics/refresh");
  }
  tellHowToGoOn(told, baseUrl, folder, drill ? undefined : nextClosing(parts.graceSeconds, clock.now()));
  told.line(`Tidemark is ready on ${baseUrl}`);
  return { baseUrl, credentials, stop: () => undoing.run() };
};

/** Only a workspace that was made to be filled is: the sample goes into nobody's own numbers. */
const beginSample = async (parts: Parts, api: Api, folder: string, told: Terminal): Promise<Player | undefined> => {
  const workspace = await parts.workspaces.find(DEMO);
  if (workspace === undefined || (await readSampleState(folder)) === undefined) return undefined;
  return Player.begin({
    api,
    folder,
    liveFrom: startOf(hourOf(workspace.startsAt)),
    clock: parts.clock,
    terminal: told,
  });
};
