import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localParts } from "../../functions/adapters/compose.ts";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveImkit } from "../../functions/services/serve-imkit.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { type BusyEngine, type Fate, openBusyEngine } from "../support/servers/busy-engine.ts";
import { counted } from "../support/counted.ts";
import { described } from "../support/described.ts";
import { runs } from "../support/effort.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { jsonIn, sending } from "../support/http.ts";
import { minutes, withoutScrypt } from "../support/scene.ts";

const SUITE = "saturated engine";
const NOW = HOUR_ZERO + minutes(30);
/** Nobody here waits for as long as a deployment does. */
const PATIENCE = { connectionTimeout: 500, socketTimeout: 300 };

let open: OpenParts;
let busy: BusyEngine;
let credentials: FirstCredentials;
/** What becomes of the next call; all is well until a test says otherwise. */
let fateOf: (operation: string) => Fate;
let parts: Parts;
let handlers: Readonly<Record<"v1" | "admin" | "rocketchat" | "imkit", HttpHandler>>;
let told: object[];

beforeEach(async () => {
  open = await openParts({ now: NOW, expires: false, cooldownSeconds: 0 });
  fateOf = () => "pass";
  told = [];
  busy = await openBusyEngine(open.engine.endpoint, (operation) => fateOf(operation));
  ({ credentials } = await createWorkspace(withoutScrypt(open.parts))({
    id: "demo",
    name: "Demo",
    startsAt: HOUR_ZERO,
  }));
  parts = withoutScrypt(
    localParts({
      dynamodbEndpoint: busy.endpoint,
      dynamodbClient: dynamoClient(busy.endpoint, PATIENCE),
      table: open.engine.table,
      archiveFolder: open.archiveFolder,
      clock: () => open.clock.now,
      expires: false,
      graceSeconds: 180,
      cooldownSeconds: 0,
    }),
  );
  const log = (line: object): void => void told.push(line);
  handlers = {
    v1: described(serveV1(parts, log)),
    admin: described(serveAdmin(parts, log)),
    rocketchat: described(serveRocketchat(parts, log)),
    imkit: described(serveImkit(parts, log)),
  };
});
afterEach(async () => {
  await busy.close();
  await open.close();
});

const ours = (): Record<string, string> => ({ "x-api-key": credentials.apiKey, "content-type": "application/json" });
const theirs = (): Record<string, string> => ({
  "x-auth-token": credentials.rocketchat.authToken,
  "x-user-id": credentials.rocketchat.userId,
});

type Asked = readonly [
  handler: keyof typeof handlers,
  method: string,
  path: string,
  headers: () => Record<string, string>,
  body?: string,
];

/** One of each kind: sends, reads, refreshes, logs in, administers. */
const ASKED: readonly Asked[] = [
  ["v1", "POST", "/v1/events", ours, JSON.stringify([message(HOUR_ZERO)])],
  ["v1", "GET", "/v1/statistics", ours],
  ["v1", "POST", "/v1/statistics/refresh", ours, "{}"],
  ["v1", "GET", "/v1/history", ours],
  ["admin", "GET", "/v1/keys", ours],
  ["rocketchat", "GET", "/api/v1/statistics?refresh=true", theirs],
  [
    "rocketchat",
    "POST",
    "/api/v1/login",
    () => ({ "content-type": "application/json" }),
    '{"user":"admin","password":"wrong"}',
  ],
  ["imkit", "GET", "/admin/stats", () => ({ "im-api-key": credentials.imkit.apiKey })],
];

const ask = ([handler, method, path, headers, body]: Asked) =>
  handlers[handler](sending(method, path, { headers: headers(), ...(body === undefined ? {} : { body }) }));

const isTurnedAway = ({ statusCode, headers }: Awaited<ReturnType<HttpHandler>>): boolean =>
  statusCode === 503 && Number(headers?.["retry-after"]) >= 1;

describe("callers, when the engine answers nobody any more,", () => {
  it.each<Fate>(["ThrottlingException", "InternalServerError", "silent", "lost"])(
    "are told by 503 and when to come back, in every dialect: %s",
    async (fate) => {
      fateOf = () => fate;
      const answers = await Promise.all(ASKED.map(ask));

      expect(answers.filter((answer) => !isTurnedAway(answer))).toEqual([]);
      // Whoever runs it finds what lies behind each.
      expect(told).toHaveLength(ASKED.length);
      expect(told).toEqual(
        told.map(() => expect.objectContaining({ event: "RequestTurnedAway", why: expect.any(String) })),
      );
      counted(answers.length, `requests turned away (${fate})`, SUITE);
    },
  );

  it("are told so when it is not there at all", async () => {
    const { endpoint, close } = busy;
    await close();
    const answers = await Promise.all(ASKED.map(ask));
    busy = await openBusyEngine(open.engine.endpoint, () => "pass");

    expect(endpoint).not.toBe(busy.endpoint);
    expect(answers.filter((answer) => !isTurnedAway(answer))).toEqual([]);
    counted(answers.length, "requests turned away (no engine)", SUITE);
  });

  it("are told so when conflicts with other writers do not end", async () => {
    fateOf = (operation) => (operation === "TransactWriteItems" ? "TransactionConflict" : "pass");
    expect(isTurnedAway(await ask(ASKED[0] as Asked))).toBe(true);
  });

  it("are told so before Lambda ends the process", async () => {
    fateOf = () => "silent";
    const context = { getRemainingTimeInMillis: () => 600 } as Parameters<HttpHandler>[1];
    const event = sending("GET", "/v1/statistics", { headers: ours() });
    const answer = await handlers.v1(event, context);
    expect(isTurnedAway(answer)).toBe(true);
    expect(jsonIn(answer)).toMatchObject({ type: "/problems/store-busy", status: 503 });
  });
});

describe("an engine that has too much to do now and then", () => {
  const BATCHES = runs(40, 1_000);
  const SIZE = 50;
  const SENDERS = 30;
  /** Always the same chances. */
  const chance = (() => {
    let state = 20_261_121;
    return (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  })();
  const byChance = (): Fate => {
    const drawn = chance();
    if (drawn < 0.25) return "ThrottlingException";
    if (drawn < 0.4) return "InternalServerError";
    return drawn < 0.55 ? "lost" : "pass";
  };

  it("loses nothing that was acknowledged, and counts once what was turned away and is sent again", async () => {
    const batches = Array.from({ length: BATCHES }, (_, serial) => ({
      id: `batch-${serial}`,
      body: JSON.stringify(Array.from({ length: SIZE }, (__, at) => message(HOUR_ZERO + minutes(at % 30), `u${at}`))),
      status: 0,
    }));
    const send = ({ id, body }: (typeof batches)[number]) =>
      handlers.v1(sending("POST", "/v1/events", { headers: { ...ours(), "idempotency-key": id }, body }));
    // The credential is known by then; what is at stake is what comes after.
    await ask(ASKED[1] as Asked);
    fateOf = byChance;
    const waiting = [...batches];
    await Promise.all(
      Array.from({ length: SENDERS }, async () => {
        for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
          const answer = await send(batch);
          expect(answer.statusCode === 200 || isTurnedAway(answer)).toBe(true);
          batch.status = answer.statusCode ?? 0;
        }
      }),
    );
    const { all, troubled } = busy.calls();
    fateOf = () => "pass";
    let counts = 0;
    for (const batch of batches) {
      const { accepted, replayed } = jsonIn(await send(batch)) as { accepted: number; replayed: boolean };
      expect([batch.id, accepted, replayed || batch.status === 503]).toEqual([batch.id, SIZE, true]);
      if (replayed && batch.status === 503) counts++;
    }
    const workspace = await open.parts.workspaces.find("demo");
    if (workspace === undefined) throw new Error("the workspace is gone");
    expect((await takeReading(open.parts)(workspace, NOW)).document).toMatchObject({
      messages: { total: BATCHES * SIZE, sent: BATCHES * SIZE },
    });
    counted(all, `calls of the engine, ${troubled} of them in trouble`, SUITE);
    counted(batches.filter(({ status }) => status === 200).length, "batches acknowledged all the same", SUITE);
    counted(
      batches.filter(({ status }) => status === 503).length,
      `batches turned away and sent again (${counts} of them had been counted)`,
      SUITE,
    );
  }, 300_000);
});
