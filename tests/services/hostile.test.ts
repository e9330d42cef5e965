import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gunzipSync } from "node:zlib";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diskSigningSecrets } from "../../functions/adapters/disk/signing-secrets.ts";
import { hashOf } from "../../functions/core/credential.ts";
import { windowAt } from "../../functions/core/reading.ts";
import { type Document, valueIn } from "../../functions/core/document.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { withoutTrail } from "../../functions/services/trail.ts";
import { createOperatorKey, createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { issueCredential, type NewCredential } from "../../functions/tasks/issue-credential.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { counted } from "../support/counted.ts";
import { describedBehindDoor } from "../support/described.ts";
import { runs } from "../support/effort.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { anyQuietEvent, message, type RawEvent } from "../support/events.ts";
import { frontDoor } from "../support/front-door.ts";
import { type HostileRequest, hostileRequest, type Known } from "../support/hostile-requests.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { Recount } from "../support/recounts/oracle.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:00Z");
/** Between two requests: limits of so many calls a minute let most of them through. */
const STEP_MS = 100;
const SECONDS_OF_STORE = 30_000;
const HALF_AN_HOUR = 1_800_000;
/** What the process may grow by, from when everything is warm to the end. */
const MOST_GROWTH = 96 * 1_048_576;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const heap = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** Nothing here goes out into the world. */
const secluded = (parts: Parts, folder: string): Parts => ({
  ...parts,
  signingSecrets: diskSigningSecrets(folder),
  senders: {
    webhook: async () => ({ isTaken: false, why: "it is not sent", isFinal: false }),
    email: async () => ({ isTaken: true }),
    sns: async () => ({ isTaken: false, why: "it is not sent", isFinal: true }),
  },
  names: {
    services: async () => ({ missing: true }),
    texts: async () => ({ failed: "it is not asked" }),
    wellKnown: async () => ({ unreadable: "it is no JSON" }),
  },
  upstreams: {
    rocketchat: async () => ({ reason: "upstream-failed", why: "it is not asked" }),
    imkit: async () => ({ reason: "upstream-failed", why: "it is not asked" }),
    countMessages: async () => undefined,
  },
});

const LEVELS = STATISTICS.filter(
  (row) => row.kind === "level" && row.derive === undefined && !/^(connections|memory|instances)/.test(row.name),
).map((row) => row.name);
const FLOWS = STATISTICS.filter((row) => row.kind === "flow" || row.kind === "distinct").map((row) => row.name);

const pick = (document: Document, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, valueIn(document, name)]));
const fill = (numbers: Readonly<Record<string, number>>, names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, numbers[name] ?? 0]));

/** The events of a body as it was sent, in the order of their indexes; only of one that was taken. */
const eventsIn = ({ headers, body = "" }: HostileRequest): unknown[] => {
  const wire = Buffer.from(body);
  const encoding = (headers["content-encoding"] ?? "").trim().toLowerCase();
  const text = new TextDecoder().decode(["gzip", "x-gzip"].includes(encoding) ? gunzipSync(wire) : wire);
  if (!(headers["content-type"] ?? "").includes("ndjson")) return JSON.parse(text) as unknown[];
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      try {
        return JSON.parse(line) as unknown;
      } catch {
        return undefined;
      }
    });
};

interface Taken {
  readonly replayed: boolean;
  readonly accepted: number;
  readonly refused: readonly { readonly index: number }[];
}

let open: OpenParts;
let parts: Parts;
let door: HttpHandler;
let known: Known;
let senderKey: string;
let adminKey: string;
const recount = new Recount();
const lines: object[] = [];

const credentialIn = async (workspace: string, what: Omit<NewCredential, "workspace" | "label">): Promise<string> =>
  (await issueCredential(parts)({ workspace, label: "one of many", ...what })).secret;

beforeAll(async () => {
  open = await openParts({ now: NOW, cooldownSeconds: 0 });
  parts = secluded(withoutScrypt(open.parts), `${open.archiveFolder}-upstreams/signing`);
  door = describedBehindDoor(
    frontDoor(
      parts,
      withoutTrail((line) => lines.push(line)),
    ),
  );
  const { credentials } = await createWorkspace(parts)({
    id: "attacked",
    name: "Attacked",
    startsAt: NOW - HALF_AN_HOUR,
  });
  await createWorkspace(parts)({ id: "counted", name: "Counted", startsAt: NOW - HALF_AN_HOUR });
  adminKey = credentials.apiKey;
  senderKey = await credentialIn("counted", {
    kind: "key",
    scopes: ["events:write", "statistics:read", "statistics:refresh"],
  });
  const spare = await parts.credentials.list("attacked", 10);
  const push = await credentialIn("attacked", { kind: "push", scopes: ["report"] });
  const hook = await credentialIn("attacked", { kind: "webhook", scopes: ["feed"] });
  const { rocketchat, imkit, viewer } = credentials;
  const session = await credentialIn("attacked", {
    kind: "session",
    scopes: ["view-statistics"],
    userId: rocketchat.userId,
  });
  const expired = await credentialIn("attacked", { kind: "key", scopes: ["admin"], expiresAt: NOW - 1 });
  const ended = await credentialIn("attacked", { kind: "key", scopes: ["admin"] });
  await parts.credentials.revoke(hashOf(ended), NOW - 1);
  const everywhere = {
    "x-auth-token": rocketchat.authToken,
    "x-user-id": rocketchat.userId,
    "im-api-key": imkit.apiKey,
  };
  const operator = { "x-api-key": await createOperatorKey(parts)(), "x-tidemark-workspace": "attacked" };
  known = {
    credentials: [
      ...Array.from({ length: 6 }, () => ({ ...everywhere, authorization: `Bearer ${senderKey}` })),
      ...Array.from({ length: 4 }, () => ({ ...everywhere, authorization: `Bearer ${adminKey}` })),
      ...Array.from({ length: 4 }, () => ({ ...everywhere, ...operator })),
      { "x-api-key": adminKey },
      operator,
      { "x-auth-token": rocketchat.authToken, "x-user-id": rocketchat.userId },
      { "x-auth-token": session, "x-user-id": rocketchat.userId },
      { "x-auth-token": viewer.authToken, "x-user-id": viewer.userId },
      { "x-auth-token": rocketchat.authToken, "x-user-id": viewer.userId },
      { "im-api-key": imkit.apiKey },
      { "im-api-key": adminKey },
      { authorization: `Bearer ${expired}` },
      { authorization: `Bearer ${ended}` },
      { authorization: "Bearer tm_nobody", "x-api-key": adminKey },
      {},
    ],
    // All but those that are attacked with.
    ids: [
      push,
      hook,
      viewer.userId,
      ...spare.credentials.filter(({ kind }) => kind === "imkit").map(({ hash }) => `${hash}x`),
      "chat-1",
      "weekly:2026-W46",
    ],
    bodies: {
      "POST /v1/events": fc.array(
        anyQuietEvent(0, HALF_AN_HOUR).map((raw) => ({
          ...raw,
          time: new Date(open.clock.now - Date.parse(raw.time) - 1).toISOString(),
        })),
        { minLength: 1, maxLength: 5 },
      ),
    },
    bodyTokens: [hook],
  };
});
afterAll(() => open.close());

/** Logging out would end what the rest is asked with; a full list of people would change more than events do. */
const held = (request: HostileRequest): HostileRequest => {
  const isLogout = request.target.startsWith("/api/v1/logout");
  const isList =
    request.target.startsWith("/v1/directory") && request.headers["authorization"] === `Bearer ${senderKey}`;
  if (!isLogout && !isList) return request;
  const { authorization: _key, "x-auth-token": _token, ...headers } = request.headers;
  return { ...request, headers };
};

const send = (request: HostileRequest): Promise<APIGatewayProxyStructuredResultV2> =>
  door(
    sending(request.method, request.target, {
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
    }),
  );

/** Counts what was acknowledged, as plainly as it can be. */
const note = (request: HostileRequest, result: APIGatewayProxyStructuredResultV2): void => {
  const isCounted =
    result.statusCode === 200 &&
    request.method === "POST" &&
    request.target.startsWith("/v1/events") &&
    request.headers["authorization"] === `Bearer ${senderKey}`;
  if (!isCounted) return;
  const { replayed, accepted, refused } = jsonIn(result) as Taken;
  if (replayed) return;
  const refusedAt = new Set(refused.map(({ index }) => index));
  const taken = eventsIn(request).filter((_event, at) => !refusedAt.has(at));
  expect(taken).toHaveLength(accepted);
  for (const event of taken) recount.take(event as RawEvent);
};

const compare = async (): Promise<void> => {
  const { document } = await takeReading(parts)((await parts.workspaces.find("counted")) as Workspace, open.clock.now);
  const window = windowAt(open.clock.now);
  expect(pick(document, LEVELS)).toEqual(fill(recount.levels(Infinity, Infinity), LEVELS));
  expect(pick(document, FLOWS)).toEqual(fill(recount.flows(window.start, window.end), FLOWS));
};

const asked = async (method: string, target: string, key: string, body?: unknown): Promise<unknown> => {
  const result = await send({
    method,
    target,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  expect([result.statusCode, textIn(result)]).toEqual([
    expect.toSatisfy((status: number) => status < 300),
    expect.any(String),
  ]);
  return jsonIn(result);
};

describe("whatever is sent", () => {
  const REQUESTS = runs(20_000, 100_000);
  const statuses = new Map<number, number>();
  let before = 0;
  let after = 0;

  it(
    "is never our fault, and is answered as described",
    async () => {
      await asked("PATCH", "/v1/workspace", adminKey, { rocketchat: { callsPerMinute: null } });
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(hostileRequest(known).map(held), async (request) => {
          open.clock.now += STEP_MS;
          if (++sent === Math.floor(REQUESTS / 5)) before = heap();
          const result = await send(request);
          expect([lines.splice(0), result.statusCode]).toEqual([[], expect.any(Number)]);
          expect(result.statusCode).toBeLessThan(500);
          expect(result.headers?.["x-request-id"] ?? textIn(result)).toMatch(/^(request-1|\{"message":"Not Found"\})$/);
          statuses.set(result.statusCode ?? 0, (statuses.get(result.statusCode ?? 0) ?? 0) + 1);
          note(request, result);
        }),
        { numRuns: REQUESTS },
      );
      after = heap();
      counted(sent, "requests", "hostile input over every route");
      for (const [status, count] of [...statuses].toSorted(([a], [b]) => a - b))
        counted(count, `answers of status ${status}`, "hostile input over every route");
    },
    30 * 60_000,
  );

  it("got further than the door, and was refused in every way there is", () => {
    expect([...statuses.keys()]).toEqual(
      expect.arrayContaining([200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 415]),
    );
    expect(recount.taken).toBeGreaterThan(REQUESTS / 1_000);
  });

  it("leaves no memory behind", () => {
    expect(after - before).toBeLessThan(MOST_GROWTH);
  });

  it("was counted exactly as far as it was acknowledged", async () => {
    await compare();
    const events = Array.from({ length: 5 }, () => message(open.clock.now - 1_000));
    expect(await asked("POST", "/v1/events", senderKey, events)).toMatchObject({ accepted: 5, replayed: false });
    expect(await asked("POST", "/v1/events", senderKey, events)).toMatchObject({ accepted: 5, replayed: true });
    for (const event of events) recount.take(event);
    open.clock.now += 60_000;
    await compare();
    counted(recount.taken, "events recounted", "hostile input over every route");
  });

  it("leaves a workspace that its administrator can still use", async () => {
    open.clock.now += SECONDS_OF_STORE;
    await asked("PATCH", "/v1/workspace", adminKey, { source: "events" });
    await asked("POST", "/v1/workspace/resume", adminKey);
    const total = async (): Promise<number> =>
      ((await asked("POST", "/v1/statistics/refresh", adminKey)) as { messages: { total: number } }).messages.total;
    const messages = await total();
    await asked("POST", "/v1/events", adminKey, [message(open.clock.now - 1_000), message(open.clock.now - 900)]);
    open.clock.now += 60_000;
    expect(await total()).toBe(messages + 2);
  });
});
