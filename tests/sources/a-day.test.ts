import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { boundedOutbound } from "../../functions/adapters/dns/outbound.ts";
import { countImkitMessages } from "../../functions/adapters/imkit/messages.ts";
import { pollImkit } from "../../functions/adapters/imkit/stats.ts";
import { pollRocketchat } from "../../functions/adapters/rocketchat/statistics.ts";
import { HOUR_MS, hourName, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { originOf } from "../../functions/core/upstream.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { closingJob } from "../../functions/services/close-hours.ts";
import { readLedger } from "../../functions/tasks/read-ledger.ts";
import { workThrough } from "../../functions/tasks/work-through.ts";
import { HOUR_ZERO } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";
import {
  answering,
  cuttingOff,
  type Play,
  pouring,
  redirecting,
  stalling,
  stallingHalfWay,
  startUpstream,
  type UpstreamServer,
} from "../support/servers/upstream-server.ts";
import {
  IMKIT_KEY,
  imkitNew,
  imkitOld,
  playImkit,
  playRocketchat,
  ROCKETCHAT_TOKEN,
  ROCKETCHAT_USER,
  rocketchat8,
} from "../support/servers/vendors.ts";
import { queueInMemory } from "../support/work.ts";

/** What the server does in an hour: at its first try, and from its second on. */
interface Turn {
  readonly first: Play;
  readonly later?: Play;
  readonly status: string;
  readonly reasons: readonly string[];
  /** How often it was asked. */
  readonly tries: number;
}

const MOST_TRIES = 6;
const SECRETS = [ROCKETCHAT_TOKEN, IMKIT_KEY, "ck_of_the_app", "a-token-echoed"];

const down = answering({ error: "down" }, 503);
const text: Play = (_request, response) => {
  response.writeHead(200).end(`<html>token ${ROCKETCHAT_TOKEN}</html>`);
};

let now = HOUR_ZERO;
const at =
  (record: (end: number) => unknown, offMs = 0): Play =>
  (request, response) => {
    playImkit(() => record(now + offMs) as Record<string, unknown>)(request, response);
  };
const ok = at(imkitNew);

/** A day of an IMKit app: every way in which an hour can go. */
const IMKIT_DAY: readonly Turn[] = [
  { first: ok, status: "complete", reasons: [], tries: 1 },
  { first: down, later: ok, status: "complete", reasons: [], tries: 2 },
  { first: down, status: "missing", reasons: ["upstream-failed"], tries: MOST_TRIES },
  { first: stalling, later: ok, status: "complete", reasons: [], tries: 2 },
  { first: stallingHalfWay, later: ok, status: "complete", reasons: [], tries: 2 },
  // Left alone for 20 minutes, as it asked for, it has time for two tries more.
  {
    first: answering({ RC: 429 }, 429, { "retry-after": "1200" }),
    later: stalling,
    status: "missing",
    reasons: ["upstream-timeout"],
    tries: 3,
  },
  { first: cuttingOff, status: "missing", reasons: ["upstream-cut-off"], tries: MOST_TRIES },
  { first: pouring(1_000), status: "missing", reasons: ["upstream-too-large"], tries: MOST_TRIES },
  { first: pouring(Infinity), later: ok, status: "complete", reasons: [], tries: 2 },
  {
    first: redirecting("http://169.254.169.254/latest/meta-data"),
    status: "missing",
    reasons: ["upstream-redirected"],
    tries: 1,
  },
  { first: text, status: "missing", reasons: ["upstream-unreadable"], tries: MOST_TRIES },
  // Its window lies 20 minutes before the hour's: recorded, and said.
  { first: at(imkitNew, -20 * MINUTE_MS), status: "partial", reasons: ["misaligned"], tries: 1 },
  { first: at(imkitNew, -3 * HOUR_MS), status: "missing", reasons: ["upstream-stale"], tries: MOST_TRIES },
  { first: at(imkitNew, HOUR_MS), status: "missing", reasons: ["upstream-wrong-window"], tries: MOST_TRIES },
  {
    first: at((end) => ({ ...imkitNew(end), start: Math.floor(end / 1_000) - 31_539_600 })),
    status: "partial",
    reasons: ["clock-conflict"],
    tries: 1,
  },
  {
    first: at((end) => ({ ...imkitNew(end), freeMem: 1e13 })),
    status: "complete",
    reasons: ["upstream-inconsistent"],
    tries: 1,
  },
  { first: answering({ RC: 500, RM: "Error" }), status: "missing", reasons: ["upstream-failed"], tries: MOST_TRIES },
  {
    first: answering({ RC: 401, RM: "Unauthorized" }),
    status: "missing",
    reasons: ["upstream-unauthorized"],
    tries: 1,
  },
  { first: playImkit(() => ({}), "the changed key"), status: "missing", reasons: ["upstream-unauthorized"], tries: 1 },
  { first: answering({ RC: 403 }, 403), status: "missing", reasons: ["upstream-forbidden"], tries: 1 },
  {
    first: answering({ RC: 429 }, 429, { "retry-after": "600" }),
    later: ok,
    status: "partial",
    reasons: ["misaligned"],
    tries: 2,
  },
  {
    first: answering({ RC: 429 }, 429, { "retry-after": "3000" }),
    status: "missing",
    reasons: ["upstream-throttled"],
    tries: 1,
  },
  {
    first: at((end) => ({ ...imkitNew(end), userList: "everybody" })),
    status: "missing",
    reasons: ["upstream-unreadable"],
    tries: MOST_TRIES,
  },
  { first: at(imkitOld), status: "complete", reasons: [], tries: 1 },
];

let scene: Scene;
let server: UpstreamServer;
/** What the worker logged. */
const lines: object[] = [];
const tries = new Map<string, number>();

/** Answers of a server that is asked for an hour for the first time, or again. */
const playDay = (day: readonly Turn[]): void => {
  server.play((request, response) => {
    // An app of today, whose documents know no listing.
    if (request.url?.startsWith("/admin/messages") === true) return answering({ RC: 404 }, 404)(request, response);
    const hour = hourOf(now) - 1 - hourOf(HOUR_ZERO);
    const key = `${hour}`;
    const before = tries.get(key) ?? 0;
    tries.set(key, before + 1);
    const turn = day[hour];
    (before > 0 ? (turn?.later ?? turn?.first) : turn?.first)?.(request, response);
  });
};

const lived = async (source: "imkit" | "rocketchat", day: readonly Turn[]): Promise<void> => {
  server = await startUpstream();
  const ask = boundedOutbound({ deadlineMs: 1_200 });
  scene = await openScene({
    now: HOUR_ZERO,
    change: (parts) => ({
      ...parts,
      chance: () => 0,
      upstreams: {
        imkit: pollImkit(ask),
        rocketchat: pollRocketchat(ask),
        countMessages: countImkitMessages(ask),
      },
    }),
  });
  const upstream = { url: server.url, refresh: true, allowPrivate: true };
  await scene.parts.workspaces.change("demo", (workspace) => ({ ...workspace, source, upstream }));
  await scene.parts.upstreamCredentials.keep("demo", {
    origin: originOf(upstream),
    credential:
      source === "imkit"
        ? { kind: "imkit", apiKey: IMKIT_KEY }
        : { kind: "rocketchat", userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN },
  });
  tries.clear();
  lines.length = 0;
  playDay(day);
  const work = closingJob(scene.parts, (line) => lines.push(line));
  for (let hour = 1; hour <= day.length; hour++) {
    now = scene.clock.now = HOUR_ZERO + hour * HOUR_MS + 3 * MINUTE_MS;
    let run = await work("demo", { now });
    while (run.heldUntil !== undefined) {
      now = scene.clock.now = run.heldUntil;
      run = await work("demo", { now });
    }
  }
};

/** What the worker's log called each hour whose server told nothing at first or at all, once. */
const logged = (event: string): string[] => [
  ...new Set(
    (lines as { event: string; hour: string; reason: string }[])
      .filter((line) => line.event === event)
      .map(({ hour, reason }) => `${hour} ${reason}`),
  ),
];

/** Files that hold a secret, in all that a workspace leaves on a disk. */
const filesWithSecrets = async (): Promise<string[]> => {
  const found: string[] = [];
  for (const folder of [scene.archiveFolder, `${scene.archiveFolder}-upstreams`])
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const written = await readFile(path, "latin1");
      const mode = ((await stat(path)).mode & 0o777).toString(8);
      if (SECRETS.some((secret) => written.includes(secret))) found.push(`${entry.name} ${mode}`);
    }
  return found;
};

const ledger = async (): Promise<unknown[]> => {
  const workspace = (await scene.parts.workspaces.find("demo")) as Workspace;
  const { rows } = await readLedger(scene.parts)(workspace, { limit: 100 });
  return rows.map(({ hour, status, reasons }) => [hourName(hour), status, reasons]);
};

const expected = (day: readonly Turn[]): unknown[] =>
  day.map(({ status, reasons }, hour) => [hourName(hourOf(HOUR_ZERO) + hour), status, reasons]);

const everythingKept = async (): Promise<string> => {
  const client = dynamoClient(scene.engine.endpoint);
  const texts: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: scene.engine.table, ConsistentRead: true }))
    for (const item of Items)
      texts.push(
        JSON.stringify(unmarshall(item), (_name, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
        ),
      );
  client.destroy();
  for (const entry of await readdir(scene.archiveFolder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) texts.push(await readFile(join(entry.parentPath, entry.name), "utf8"));
  const { snapshots } = await scene.parts.snapshots.range("demo", hourOf(HOUR_ZERO), hourOf(HOUR_ZERO) + 30, 100);
  for (const { bytes } of snapshots) texts.push(Buffer.from(bytes).toString());
  for (let hour = 0; hour < 24; hour++)
    texts.push(JSON.stringify((await scene.parts.reports.find("demo", hourOf(HOUR_ZERO) + hour, "poll")) ?? null));
  return texts.join("\n");
};

describe("24 hours of an IMKit app that goes wrong in every way", () => {
  beforeAll(() => lived("imkit", IMKIT_DAY), 60_000);
  afterAll(async () => {
    await scene.close();
    await server.close();
  });

  it("end in a ledger that tells the truth about each", async () => {
    expect(await ledger()).toEqual(expected(IMKIT_DAY));
  });

  it("asked as often as was of use: again within the hour, and not where somebody has to change a setting", () => {
    expect(IMKIT_DAY.map((_turn, hour) => tries.get(`${hour}`))).toEqual(IMKIT_DAY.map((turn) => turn.tries));
  });

  it("left no secret in the table, the archive, the log or what is kept of the server's words", async () => {
    const kept = `${await everythingKept()}${JSON.stringify(lines)}`;
    expect(kept.length).toBeGreaterThan(10_000);
    for (const secret of SECRETS) expect(kept).not.toContain(secret);
  });

  it("left one in the file that is for it, which its owner alone may read", async () => {
    expect(await filesWithSecrets()).toEqual(["demo.json 600"]);
  });

  it("told in the log which hours somebody has to mend a setting for, and which passed by", () => {
    const hourAt = (hour: number): string => hourName(hourOf(HOUR_ZERO) + hour);
    expect(logged("UpstreamMisconfigured")).toEqual([
      `${hourAt(9)} upstream-redirected`,
      `${hourAt(17)} upstream-unauthorized`,
      `${hourAt(18)} upstream-unauthorized`,
      `${hourAt(19)} upstream-forbidden`,
    ]);
    expect(logged("UpstreamUntold")).toContain(`${hourAt(21)} upstream-throttled`);
  });
});

const rc =
  (counted: { readonly messages?: number } = {}): Play =>
  (request, response) =>
    playRocketchat(() => rocketchat8(now, counted))(request, response);

const ROCKETCHAT_DAY: readonly Turn[] = [
  { first: rc(), status: "complete", reasons: [], tries: 1 },
  { first: down, later: rc({ messages: 5_100 }), status: "complete", reasons: [], tries: 2 },
  {
    first: playRocketchat(() => rocketchat8(now), "the changed token"),
    status: "missing",
    reasons: ["upstream-unauthorized"],
    tries: 1,
  },
  {
    first: answering({ success: false, error: "error-not-allowed" }, 400),
    status: "missing",
    reasons: ["upstream-forbidden"],
    tries: 1,
  },
  { first: answering({ success: true }), status: "missing", reasons: ["upstream-unreadable"], tries: MOST_TRIES },
  {
    first: (request, response) =>
      playRocketchat(() => ({ ...rocketchat8(now), createdAt: "2020-01-01T00:00:00.000Z" }))(request, response),
    status: "partial",
    reasons: ["clock-conflict"],
    tries: 1,
  },
  {
    first: (request, response) =>
      playRocketchat(() => ({
        ...rocketchat8(now),
        totalMessages: 1,
        echo: { [`x${ROCKETCHAT_TOKEN}`]: 1, said: `token ${ROCKETCHAT_TOKEN}` },
      }))(request, response),
    status: "complete",
    reasons: ["upstream-inconsistent"],
    tries: 1,
  },
  { first: rc(), status: "complete", reasons: [], tries: 1 },
];

describe("a day of a Rocket.Chat server that changes its token and says nonsense", () => {
  beforeAll(() => lived("rocketchat", ROCKETCHAT_DAY), 60_000);
  afterAll(async () => {
    await scene.close();
    await server.close();
  });

  it("ends in a ledger that tells the truth about each hour", async () => {
    expect(await ledger()).toEqual(expected(ROCKETCHAT_DAY));
    expect(ROCKETCHAT_DAY.map((_turn, hour) => tries.get(`${hour}`))).toEqual(ROCKETCHAT_DAY.map((turn) => turn.tries));
  });

  it("derives what was sent in an hour from the totals at its ends", async () => {
    expect(await scene.published("2026-03-02T10")).toMatchObject({
      messages: { sent: 100, sentByKind: { channels: 100, direct: 0 } },
    });
  });

  it("left no secret anywhere, although the server repeated it", async () => {
    const kept = `${await everythingKept()}${JSON.stringify(lines)}`;
    for (const secret of SECRETS) expect(kept).not.toContain(secret);
    expect(await filesWithSecrets()).toEqual(["demo.json 600"]);
  });
});

describe("the worker in the cloud", () => {
  it("puts a workspace that waits for its server back into the queue, for then", async () => {
    await lived("imkit", []);
    try {
      playDay([{ first: down, later: ok, status: "", reasons: [], tries: 2 }]);
      now = scene.clock.now = HOUR_ZERO + HOUR_MS + 3 * MINUTE_MS;
      const queue = queueInMemory();
      const delays: (number | undefined)[] = [];
      const work = {
        send: (...[shares, delay]: Parameters<typeof queue.send>) => {
          delays.push(delay);
          return queue.send(shares, delay);
        },
      };
      const share = { workspaces: ["demo"], now, attempt: 1 };
      const time = { given: 60_000, left: () => 60_000 };
      const worked = await workThrough(
        { ...scene.parts, work },
        closingJob(scene.parts, () => undefined),
      )(share, time, {
        isAgain: false,
      });
      expect(worked).toMatchObject({ counts: { closed: 0 }, queued: 1, failures: [] });
      expect(delays).toEqual([30]);
      now = scene.clock.now += 30_000;
      expect(
        await workThrough(
          { ...scene.parts, work },
          closingJob(scene.parts, () => undefined),
        )(share, time, { isAgain: false }),
      ).toMatchObject({
        counts: { closed: 1 },
        queued: 0,
      });
    } finally {
      await scene.close();
      await server.close();
    }
  });
});
