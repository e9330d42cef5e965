import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import { described } from "../support/described.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { jsonIn, sending } from "../support/http.ts";
import { withoutScrypt } from "../support/scene.ts";
import { joinedHook, messageHook, roomHook, uploadHook, userHook } from "../support/webhooks.ts";

const NOW = Date.parse("2026-11-21T09:10:00Z");
const at = (minutes: number): string => isoOf(NOW + minutes * MINUTE_MS);

type Answered = readonly [status: number | undefined, body: Record<string, unknown>];

let open: OpenParts;
let serial = 0;
let id: string;
let credentials: FirstCredentials;
let rocketchat: HttpHandler;
let token: string;
const lines: object[] = [];

beforeAll(async () => {
  open = await openParts({ now: NOW, cooldownSeconds: 0 });
});
afterAll(() => open.close());

const posting = async (
  handler: HttpHandler,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> => {
  const answered = await handler(
    sending("POST", path, {
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );
  return [answered.statusCode, jsonIn(answered) as Record<string, unknown>];
};

const makeToken = async (label: string): Promise<string> => {
  const admin = described(serveAdmin(open.parts, (line) => lines.push(line)));
  const [status, body] = await posting(
    admin,
    "/v1/keys",
    { label, kind: "webhook" },
    { "x-api-key": credentials.apiKey },
  );
  expect([status, body["path"], body["scopes"]]).toEqual([201, "/ingest/rocketchat", ["feed"]]);
  return body["secret"] as string;
};

beforeEach(async () => {
  open.clock.now = NOW;
  lines.length = 0;
  id = `feed-${serial++}`;
  ({ credentials } = await createWorkspace(withoutScrypt(open.parts))({ id, name: "Feed" }));
  rocketchat = described(serveRocketchat(open.parts, (line) => lines.push(line)));
  token = await makeToken("chat.example.org");
});

const hook = (payload: object, query = "", by = token): Promise<Answered> =>
  posting(rocketchat, `/ingest/rocketchat${query}`, { token: by, ...payload });
const accepted = (count: number, replayed = false): unknown => [
  200,
  { success: true, accepted: count, replayed, refused: [] },
];
const statistics = async (): Promise<Record<string, Record<string, unknown>>> => {
  const workspace = await open.parts.workspaces.find(id);
  if (workspace === undefined) throw new Error("there is no such workspace");
  const { document } = await refreshStatistics(open.parts)(workspace);
  return document as unknown as Record<string, Record<string, unknown>>;
};

describe("a Rocket.Chat server's outgoing webhooks", () => {
  it("become events: messages, uploads, rooms and users", async () => {
    expect(await hook(messageHook("m1", at(-3)))).toEqual(accepted(1));
    expect(await hook(messageHook("m2", at(-2), { tmid: "m1" }), "?rooms=private")).toEqual(accepted(1));
    expect(await hook(uploadHook("m3", at(-2), { file: { size: 4_096 } }))).toEqual(accepted(3));
    expect(await hook(roomHook(at(-1)))).toEqual(accepted(2));
    expect(await hook(joinedHook(at(-1)))).toEqual(accepted(2));
    expect(await hook(userHook(at(-1), { _id: "bob", type: "bot", active: true }))).toEqual(accepted(1));
    expect(await statistics()).toMatchObject({
      users: { total: 2, seen: 1 },
      rooms: { total: 2 },
      messages: { total: 2, sent: 2, channels: 1, privateGroups: 1 },
      uploads: { total: 1, bytes: 4_096 },
    });
  });

  it("are counted once under every try, by whichever integration, edited or not, and when many come at once", async () => {
    const other = await makeToken("a second integration");
    const tries = await Promise.all(Array.from({ length: 6 }, () => hook(messageHook("m1", at(-3)))));
    expect(tries.filter(([, body]) => body["replayed"] === false)).toHaveLength(1);
    expect(tries.every(([status]) => status === 200)).toBe(true);
    open.clock.now += 28 * HOUR_MS;
    expect(await hook(messageHook("m1", at(-3)))).toEqual(accepted(1, true));
    expect(await hook(messageHook("m1", at(-3), { isEdited: true, text: "better" }), "", other)).toEqual(
      accepted(1, true),
    );
    expect(await hook(joinedHook(at(1)))).toEqual(accepted(2));
    expect(await hook(joinedHook(at(1)))).toEqual(accepted(2, true));
    expect(await statistics()).toMatchObject({ messages: { total: 1 }, rooms: { total: 1 } });
  });

  it("tell what somebody is now, though it was the same before and otherwise in between", async () => {
    const ann = (status: string, minutes: number): Promise<Answered> =>
      hook(userHook(at(minutes), { _id: "ann", type: "user", active: true, status }));
    await ann("away", -5);
    await ann("online", -4);
    await ann("away", -3);
    await ann("away", -2);
    expect(await statistics()).toMatchObject({ users: { total: 1, online: 0, away: 1 } });
  });

  it("are answered by 200 where sending them again would change nothing", async () => {
    const old = isoOf(NOW - 40 * 24 * HOUR_MS);
    expect(await hook(messageHook("m0", old))).toMatchObject([
      200,
      { accepted: 0, refused: [{ code: "event-too-old" }] },
    ]);
    expect(await hook({ bot: false })).toEqual(accepted(0));
  });

  it.each<readonly [string, () => unknown, number]>([
    ["without a token", () => messageHook("m1", at(-3)), 401],
    ["with a token that nobody has", () => ({ token: "rcwh_nobody", ...messageHook("m1", at(-3)) }), 401],
    ["with a key of another kind", () => ({ token: credentials.apiKey, ...messageHook("m1", at(-3)) }), 401],
    ["with an IMKit key", () => ({ token: credentials.imkit.apiKey, ...messageHook("m1", at(-3)) }), 401],
    ["that are no JSON", () => "{", 400],
    ["that lack what they tell of", () => ({ token, ...messageHook("m1", "yesterday") }), 400],
  ])("are refused %s", async (_what, payload, status) => {
    const [told, body] = await posting(rocketchat, "/ingest/rocketchat", payload());
    expect(told).toBe(status);
    expect(body["success"]).toBe(false);
    expect(JSON.stringify(body)).not.toContain(token);
    expect(lines).toEqual([]);
  });

  it("end with their token", async () => {
    const keys = await open.parts.credentials.list(id, 10, undefined, { group: "keys" });
    const mine = keys.credentials.find(({ kind }) => kind === "webhook");
    await open.parts.credentials.revoke(mine?.hash ?? "", NOW);
    expect((await hook(messageHook("m1", at(-3))))[0]).toBe(401);
  });

  it("are not mixed with the numbers of a polled server, and wait while a workspace is paused", async () => {
    await open.parts.workspaces.change(id, (workspace) => ({ ...workspace, source: "rocketchat" }));
    expect(await hook(messageHook("m1", at(-3)))).toMatchObject([409, { errorType: "error-events-unwanted" }]);
    await open.parts.workspaces.change(id, (workspace) => ({ ...workspace, source: "events", state: "paused" }));
    expect(await hook(messageHook("m1", at(-3)))).toMatchObject([409, { errorType: "error-workspace-paused" }]);
  });

  it("are tried again after a crash of ours, which is told to the log without what was sent", async () => {
    const broken = { ...open.parts, log: { ...open.parts.log, append: () => Promise.reject(new Error("disk full")) } };
    const handler = described(serveRocketchat(broken, (line) => lines.push(line)));
    const payload = { token, ...messageHook("m9", at(-3)) };
    expect((await posting(handler, "/ingest/rocketchat", payload))[0]).toBe(503);
    expect(lines).toMatchObject([
      { event: "RequestFailed", route: "POST /ingest/rocketchat", message: "disk full" },
      { event: "RequestTurnedAway", route: "POST /ingest/rocketchat" },
    ]);
    expect(JSON.stringify(lines)).not.toContain(token);
    expect(await posting(rocketchat, "/ingest/rocketchat", payload)).toEqual(accepted(1));
  });

  it("bring nothing back into the room: the answer holds no text and no attachments", async () => {
    const [, body] = await hook(messageHook("m1", at(-3)));
    expect(Object.keys(body)).toEqual(["success", "accepted", "replayed", "refused"]);
  });
});
