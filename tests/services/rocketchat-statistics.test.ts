import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hashOf, type Scope } from "../../functions/core/credential.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const LIST = "/api/v1/statistics.list";
const HOURS = 60;

let scene: Scene;
let handler: HttpHandler;
let credentials: FirstCredentials;
let admin: Record<string, string>;
let viewer: Record<string, string>;
const lines: object[] = [];

const headersOf = ({ userId, authToken }: { readonly userId: string; readonly authToken: string }) => ({
  "X-Auth-Token": authToken,
  "X-User-Id": userId,
});
const get = (target: string, headers: Record<string, string> = admin) => handler(sending("GET", target, { headers }));
const post = (target: string, body: string, headers: Record<string, string> = admin) =>
  handler(sending("POST", target, { headers: { "content-type": "application/json", ...headers }, body }));

/** A token of its own, so that its calls are counted by themselves. */
const tokenWith = async (workspace: string, scopes: readonly Scope[]): Promise<Record<string, string>> => {
  const secret = scene.parts.secret(43);
  await scene.parts.credentials.put({
    hash: hashOf(secret),
    workspace,
    kind: "token",
    scopes,
    userId: "u1",
    label: "",
    lastCharacters: "",
    createdAt: scene.clock.now,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  });
  return { "X-Auth-Token": secret, "X-User-Id": "u1" };
};

const report = (id: string, at: number, data: object = {}) =>
  event(
    "instance.reported",
    at,
    { id, version: "8.6.1", os: { totalmem: 100, freemem: 50, cpus: [{}, {}] }, ...data },
    { source: id },
  );

beforeAll(async () => {
  scene = await openScene({ now: HOUR_ZERO, id: "acme" });
  handler = serveRocketchat(scene.parts, (line) => lines.push(line));
  ({ credentials } = await createWorkspace(scene.parts)({ id: "other", name: "Other" }));
  admin = await tokenWith("acme", ["view-statistics"]);
  viewer = await tokenWith("acme", []);
  await scene.send([message(HOUR_ZERO), event("room.changed", HOUR_ZERO, { id: "general", kind: "channel" })]);
  scene.clock.now = HOUR_ZERO + minutes(60 * HOURS) + 1;
  await scene.send([message(scene.clock.now - minutes(90))]);
  await scene.work();
});
afterAll(() => scene.close());
afterEach(() => {
  // Each test calls as if the last one were long ago.
  scene.clock.now += minutes(1);
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

interface ListAnswer {
  readonly statistics: readonly { readonly _id: string; readonly createdAt: string; readonly totalMessages: number }[];
  readonly count: number;
  readonly offset: number;
  readonly total: number;
}
const list = async (query = "", headers = admin): Promise<ListAnswer> =>
  jsonIn(await get(`${LIST}?${query}`, headers)) as ListAnswer;

describe("GET /api/v1/statistics.list", () => {
  it("gives the newest fifty, and exactly upstream's keys", async () => {
    const result = await get(LIST);
    const body = jsonIn(result) as ListAnswer;

    expect(result).toMatchObject({
      statusCode: 200,
      headers: { "content-type": "application/json", pragma: "no-cache" },
    });
    expect(Object.keys(body)).toEqual(["statistics", "count", "offset", "total", "success"]);
    expect(body).toMatchObject({ count: 50, offset: 0, total: HOURS, success: true });
    expect(body.statistics.map(({ createdAt }) => createdAt)).toEqual(
      body.statistics.map((_, at) => new Date(HOUR_ZERO + minutes(60 * (HOURS - at))).toISOString()),
    );
    expect(new Set(body.statistics.map(({ _id }) => _id)).size).toBe(50);
  });

  it("gives the page asked for, in the order asked for", async () => {
    expect(await list("count=5&offset=58")).toMatchObject({ count: 2, offset: 58, total: HOURS });
    expect(await list("offset=60")).toMatchObject({ statistics: [], count: 0, offset: 60, total: HOURS });
    expect(await list(`count=0`)).toMatchObject({ count: HOURS });
    const oldest = await list(`count=1&sort=${encodeURIComponent('{"createdAt":1}')}`);
    expect(oldest.statistics[0]).toMatchObject({ createdAt: "2026-03-02T10:00:00.000Z", totalMessages: 1 });
  });

  it("sorts by any field, and projects", async () => {
    const sort = encodeURIComponent('{"totalMessages":-1,"createdAt":1}');
    const fields = encodeURIComponent('{"totalMessages":1,"_id":0}');
    const { statistics } = await list(`count=3&sort=${sort}&fields=${fields}`);

    expect(statistics).toEqual([{ totalMessages: 2 }, { totalMessages: 2 }, { totalMessages: 1 }]);
  });

  it("words what it refuses as upstream, and refuses a filter", async () => {
    const sort = await get(`${LIST}?sort=${encodeURIComponent('{"createdAt":"down"}')}`);
    expect([sort.statusCode, textIn(sort)]).toEqual([
      400,
      String.raw`{"success":false,"error":"Invalid sort parameter provided: \"{\"createdAt\":\"down\"}\" [error-invalid-sort]","errorType":"error-invalid-sort","details":{"helperMethod":"parseJsonQuery"}}`,
    ]);
    const query = await get(`${LIST}?query=${encodeURIComponent('{"version":"8"}')}`);
    expect(query.statusCode).toBe(400);
    expect(jsonIn(query)).toMatchObject({ errorType: "error-invalid-query" });
    expect((await get(`${LIST}?query=%7B%7D`)).statusCode).toBe(200);
  });

  it("is for who is logged in and may see statistics, and of their own workspace", async () => {
    expect((await get(LIST, {})).statusCode).toBe(401);
    const denied = await get(`${LIST}?sort=nonsense`, viewer);
    expect([denied.statusCode, textIn(denied)]).toEqual([400, '{"success":false,"error":"error-not-allowed"}']);
    expect(await list("", headersOf(credentials.rocketchat))).toMatchObject({ total: 0, statistics: [] });
  });
});

describe("GET /api/v1/instances.get", () => {
  it("tells of instances as they reported last, folded or not, and of who fell silent", async () => {
    const now = scene.clock.now;
    await scene.send([
      report("gone", now - minutes(50), { address: "10.0.0.9" }),
      report("old", now - minutes(2), { uptime: 9_000, connections: 3 }),
      report("new", now - minutes(2), { uptime: 10, connections: 1 }),
      report("new", now - minutes(1), {
        uptime: 70,
        connections: 2,
        address: "10.0.0.2:3000",
        pid: 7,
        nodeVersion: "v22",
      }),
    ]);
    const result = await get("/api/v1/instances.get");
    const { instances, success } = jsonIn(result) as { instances: object[]; success: boolean };

    expect([result.statusCode, success, instances.length]).toEqual([200, true, 3]);
    expect(instances).toMatchObject([
      {
        address: "10.0.0.2",
        currentStatus: { connected: true, lastHeartbeatTime: now - minutes(1), local: false },
        instanceRecord: {
          _id: "new",
          name: "rocket.chat",
          pid: 7,
          extraInformation: { host: "10.0.0.2", port: "3000", nodeVersion: "v22", conns: 2, os: { cpus: 2 } },
        },
      },
      { currentStatus: { connected: true }, instanceRecord: { _id: "old", extraInformation: { conns: 3 } } },
      { address: "10.0.0.9", currentStatus: { connected: false }, instanceRecord: { _id: "gone" } },
    ]);
    scene.clock.now += minutes(15);
    const later = jsonIn(await get("/api/v1/instances.get")) as {
      instances: { currentStatus: { connected: boolean } }[];
    };
    expect(later.instances.map(({ currentStatus }) => currentStatus.connected)).toEqual([false, false]);
  });

  it("answers 403 without the permission and 401 without a login", async () => {
    const denied = await get("/api/v1/instances.get", viewer);
    expect([denied.statusCode, textIn(denied)]).toEqual([
      403,
      '{"success":false,"error":"User does not have the permissions required for this action [error-unauthorized]"}',
    ]);
    expect((await get("/api/v1/instances.get", {})).statusCode).toBe(401);
  });
});

describe("GET /api/info", () => {
  it("tells the version whole with the permission, and short without it", async () => {
    await scene.send([report("new", scene.clock.now, { commit: { hash: "abc" }, appsEngineVersion: "1.55.0" })]);
    await get("/api/v1/statistics?refresh=true");

    expect(jsonIn(await get("/api/info"))).toMatchObject({
      version: "8.6.1",
      info: { version: "8.6.1", build: { cpus: 2 }, commit: { hash: "abc" }, marketplaceApiVersion: "1.55.0" },
      success: true,
    });
    expect(textIn(await get("/api/info", viewer))).toBe('{"version":"8.6","success":true}');
  });

  it("tells strangers of Tidemark where there are several workspaces, and of the server where there is one", async () => {
    const wrong = { "X-Auth-Token": "wrong", "X-User-Id": "u1" };
    for (const headers of [{}, wrong]) {
      const result = await get("/api/info", headers);
      expect([result.statusCode, textIn(result)]).toEqual([200, '{"version":"0.1","success":true}']);
    }
    const { workspaces } = scene.parts;
    let asked = 0;
    const alone = serveRocketchat(
      {
        ...scene.parts,
        workspaces: {
          ...workspaces,
          list: (after) => {
            asked++;
            return Promise.resolve(
              after === undefined ? { ids: [], next: "1" } : { ids: after === "1" ? ["acme"] : [], next: undefined },
            );
          },
        },
      },
      (line) => lines.push(line),
    );
    const stranger = () => alone(sending("GET", "/api/info"));
    expect(textIn(await stranger())).toBe('{"version":"8.6","success":true}');
    await Promise.all([stranger(), stranger()]);
    expect(asked).toBe(2);
    scene.clock.now += 30_000;
    await stranger();
    expect(asked).toBe(4);
  });
});

describe("POST /api/v1/statistics.telemetry", () => {
  it("takes what upstream takes from any user, and changes nothing", async () => {
    const before = await scene.parts.workspaces.find("acme");
    const body = JSON.stringify({ params: [{ eventName: "updateCounter", settingsId: "Jitsi_Click_To_Join_Count" }] });
    const result = await post("/api/v1/statistics.telemetry", body, viewer);

    expect([result.statusCode, textIn(result)]).toEqual([200, '{"success":true}']);
    expect(await scene.parts.workspaces.find("acme")).toEqual(before);
  });

  it.each([
    ["{}", 400, `{"success":false,"errorType":"invalid-params","error":"must have required property 'params'"}`],
    ["", 400, `{"success":false,"errorType":"invalid-params","error":"must have required property 'params'"}`],
    ['{"params":[{"eventName":"otherEvent"}]}', 400, '{"success":false,"error":"event not found"}'],
  ])("refuses %j as upstream does", async (body, status, text) => {
    const result = await post("/api/v1/statistics.telemetry", body);

    expect([result.statusCode, textIn(result)]).toEqual([status, text]);
  });

  it("is bounded, and for users alone", async () => {
    const large = JSON.stringify({ params: Array.from({ length: 5_000 }, () => ({ eventName: "updateCounter" })) });

    expect((await post("/api/v1/statistics.telemetry", large)).statusCode).toBe(413);
    expect((await post("/api/v1/statistics.telemetry", "{}", {})).statusCode).toBe(401);
    expect((await post("/api/v1/statistics.telemetry", "{")).statusCode).toBe(400);
    expect(
      await handler(sending("POST", "/api/v1/statistics.telemetry", { headers: admin, body: "a=1" })),
    ).toMatchObject({
      statusCode: 415,
    });
  });
});

describe("the limit on calls", () => {
  const remaining = async (target: string, headers: Record<string, string>) => {
    const { statusCode, headers: answered } = await get(target, headers);
    return [statusCode, answered?.["x-ratelimit-remaining"]];
  };
  const withWorkspace = (change: (workspace: Workspace) => Workspace): HttpHandler =>
    serveRocketchat(
      {
        ...scene.parts,
        workspaces: {
          ...scene.parts.workspaces,
          find: async (id) => {
            const workspace = await scene.parts.workspaces.find(id);
            return workspace === undefined ? undefined : change(workspace);
          },
        },
      },
      (line) => lines.push(line),
    );

  it("is ten calls a minute of a token on a route, failures among them, and says so in every answer", async () => {
    const token = await tokenWith("acme", ["view-statistics"]);
    const resetAt = scene.clock.now + minutes(1);
    const first = await get("/api/v1/statistics", token);
    expect(first).toMatchObject({
      statusCode: 200,
      headers: { "x-ratelimit-limit": "10", "x-ratelimit-remaining": "9", "x-ratelimit-reset": String(resetAt) },
    });
    scene.clock.now += 20_500;
    for (let left = 8; left >= 0; left--)
      expect(await remaining("/api/v1/statistics", token)).toEqual([200, String(left)]);

    const result = await get("/api/v1/statistics", token);
    expect(result).toMatchObject({
      statusCode: 429,
      headers: {
        "content-type": "application/json",
        "retry-after": "40",
        "x-ratelimit-limit": "10",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(resetAt),
      },
    });
    expect(textIn(result)).toBe(
      '{"success":false,"error":"Error, too many requests. Please slow down. You must wait 40 seconds before trying this endpoint again. [error-too-many-requests]"}',
    );
    expect(await remaining(`${LIST}?sort=1`, token)).toEqual([400, "9"]);
    expect(await remaining("/api/v1/statistics", await tokenWith("acme", ["view-statistics"]))).toEqual([200, "9"]);
    scene.clock.now += 39_500;
    expect(await remaining("/api/v1/statistics", token)).toEqual([200, "9"]);
  });

  it("counts HEAD with GET, and neither who is unknown nor who may not", async () => {
    const token = await tokenWith("acme", ["view-statistics"]);
    await handler(sending("HEAD", LIST, { headers: token }));
    expect(await remaining(LIST, token)).toEqual([200, "8"]);
    expect(await remaining(LIST, viewer)).toEqual([400, undefined]);
    expect(await remaining(LIST, {})).toEqual([401, undefined]);
    expect(await remaining("/api/info", {})).toEqual([200, undefined]);
    expect(await remaining("/api/info", viewer)).toEqual([200, "9"]);
  });

  it("is not for who may pass it by, nor where the workspace has none", async () => {
    const free = await tokenWith("acme", ["view-statistics", "api-bypass-rate-limit"]);
    for (let call = 0; call < 12; call++) expect(await remaining("/api/info", free)).toEqual([200, undefined]);

    const off = withWorkspace((workspace) => ({
      ...workspace,
      rocketchat: { ...workspace.rocketchat, callsPerMinute: null },
    }));
    for (let call = 0; call < 12; call++)
      expect((await off(sending("GET", "/api/info", { headers: viewer }))).statusCode).toBe(200);
  });

  it("is the workspace's own", async () => {
    const two = withWorkspace((workspace) => ({
      ...workspace,
      rocketchat: { ...workspace.rocketchat, callsPerMinute: 2 },
    }));
    const statuses: unknown[] = [];
    for (let call = 0; call < 3; call++)
      statuses.push((await two(sending("GET", "/api/info", { headers: viewer }))).statusCode);

    expect(statuses).toEqual([200, 200, 429]);
  });
});
