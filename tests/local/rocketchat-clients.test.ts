import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const run = promisify(execFile);

const HOURS = 7;
const NOW = HOUR_ZERO + HOURS * HOUR_MS;
const MINUTE_SECONDS = 60;
const INSTANCE = "871f8be4-5fdb-45a8-868f-8d3e28a39148";

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Somebody logged in, or nobody. */
type Caller = { readonly userId: string; readonly authToken: string } | undefined;

/** A way of asking: what is sent besides the path, and how the record of an answer is found in it. */
interface Client {
  readonly shape: "flat" | "nested";
  readonly get: (url: string, caller: Caller) => Promise<Reply>;
  readonly recordIn: (body: Reply["body"]) => Readonly<Record<string, unknown>>;
}

const replyOf = (status: number, headers: Headers, text: string): Reply => ({
  status,
  headers,
  text,
  body: JSON.parse(text) as Reply["body"],
});

/** As Rocket.Chat's own clients ask today: fetch, with both headers, for answers without a wrapper. */
const ownClient: Client = {
  shape: "flat",
  get: async (url, caller) => {
    const headers = caller === undefined ? {} : { "X-User-Id": caller.userId, "X-Auth-Token": caller.authToken };
    const response = await fetch(url, { headers: { Accept: "*/*", ...headers } });
    return replyOf(response.status, response.headers, await response.text());
  },
  recordIn: (body) => body,
};

const hasCurl = await run("curl", ["--version"]).then(
  () => true,
  () => false,
);

/** As the classic documentation asks: curl with -H; where there is none, the same by fetch. */
const plainClient: Client = {
  shape: "nested",
  get: async (url, caller) => {
    if (!hasCurl) return ownClient.get(url, caller);
    const lines =
      caller === undefined ? [] : ["-H", `X-Auth-Token: ${caller.authToken}`, "-H", `X-User-Id: ${caller.userId}`];
    const { stdout } = await run("curl", ["-s", "-i", ...lines, url]);
    const [head = "", text = ""] = stdout.split("\r\n\r\n");
    const [start = "", ...fields] = head.split("\r\n");
    const headers = new Headers(
      fields.map((field): [string, string] => {
        const colon = field.indexOf(":");
        return [field.slice(0, colon), field.slice(colon + 1).trim()];
      }),
    );
    return replyOf(Number(start.split(" ")[1]), headers, text);
  },
  recordIn: ({ statistics }) => statistics as Readonly<Record<string, unknown>>,
};

describe.each([
  ["Rocket.Chat's own clients", ownClient],
  [hasCurl ? "curl, as classic documentation has it" : "fetch, as there is no curl here", plainClient],
])("Rocket.Chat's own cases, asked by %s", (_name, client) => {
  let runtime: DrillRuntime;
  let admin: Caller;
  let viewer: Caller;

  const send = async (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return replyOf(response.status, response.headers, await response.text());
  };
  const withKey = async (method: string, path: string, body: unknown): Promise<Reply> => {
    const reply = await send(method, path, body, { "x-api-key": runtime.credentials.apiKey });
    if (reply.status >= 300) throw new Error(`${method} ${path} answered ${reply.status}: ${reply.text}`);
    return reply;
  };
  const advance = (advanceSeconds: number): Promise<Reply> => send("POST", "/local/clock", { advanceSeconds });
  const get = (path: string, caller: Caller): Promise<Reply> => client.get(`${runtime.baseUrl}${path}`, caller);

  /** A minute of the chat server's life: it says that it is there. */
  const passMinute = async (): Promise<void> => {
    const now = String((await advance(MINUTE_SECONDS)).body["now"]);
    await withKey("POST", "/v1/events", [
      event("instance.reported", Date.parse(now), {
        id: INSTANCE,
        address: "10.1.0.4:3000",
        version: "8.6.1",
        appsEngineVersion: "1.61.0",
        nodeVersion: "v22.21.1",
        pid: 1,
        uptime: (Date.parse(now) - HOUR_ZERO) / 1_000,
        os: {
          platform: "linux",
          totalmem: 4_110_323_712,
          freemem: 198_479_872,
          cpus: [{ model: "a" }, { model: "a" }],
        },
        commit: { hash: "8d36c0b", branch: "master" },
        connections: 1,
      }),
    ]);
  };

  beforeAll(async () => {
    runtime = await startDrill(new Date(HOUR_ZERO).toISOString());
    await withKey("PATCH", "/v1/workspace", { rocketchat: { shape: client.shape } });
    const { username, password } = runtime.credentials.rocketchat;
    const loggedIn = await send("POST", "/api/v1/login", { user: username, password });
    admin = loggedIn.body["data"] as Caller;
    ({ viewer } = runtime.credentials);
    await advance((HOURS * HOUR_MS) / 1_000);
    await withKey("POST", "/v1/events", [
      message(HOUR_ZERO + 1, "ann"),
      event("user.changed", HOUR_ZERO + 2, {
        id: "ann",
        kind: "user",
        active: true,
        status: "online",
        lastLogin: "2026-03-02T08:59:00.000Z",
      }),
      event("room.changed", HOUR_ZERO + 3, { id: "general", kind: "channel" }),
    ]);
    await send("POST", "/local/close-hours", {});
    await passMinute();
    await get("/api/v1/statistics?refresh=true", admin);
  });
  // Ten calls a minute are what a token has, and a refresh is taken anew after some seconds.
  beforeEach(() => passMinute());
  afterAll(() => runtime.remove());

  it("1. statistics, without the permission", async () => {
    const { status, text } = await get("/api/v1/statistics", viewer);

    expect([status, text]).toEqual([400, '{"success":false,"error":"error-not-allowed"}']);
  });

  it("2. statistics, for an administrator", async () => {
    const { status, headers, body } = await get("/api/v1/statistics", admin);

    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json");
    expect(body).toMatchObject({ success: true });
    expect(client.recordIn(body)).toMatchObject({
      _id: expect.any(String) as string,
      version: "8.6.1",
      totalUsers: 1,
      onlineUsers: 1,
      totalConnectedUsers: 1,
      totalRooms: 1,
      totalChannels: 1,
      totalMessages: 1,
      lastLogin:
        client.shape === "flat"
          ? "Mon Mar 02 2026 08:59:00 GMT+0000 (Coordinated Universal Time)"
          : "2026-03-02T08:59:00.000Z",
      process: { nodeVersion: "v22.21.1", pid: 1, uptime: expect.any(Number) as number },
      apps: { engineVersion: "1.61.0" },
    });
    expect("statistics" in body).toBe(client.shape === "nested");
  });

  it("3. statistics, refreshed: another uptime", async () => {
    const uptimeIn = ({ body }: Reply): unknown => (client.recordIn(body)["process"] as { uptime?: unknown }).uptime;
    const before = await get("/api/v1/statistics", admin);
    const after = await get("/api/v1/statistics?refresh=true", admin);

    expect([after.status, after.headers.get("x-refresh-status")]).toEqual([200, "fresh"]);
    expect(uptimeIn(after)).toBeGreaterThan(Number(uptimeIn(before)));
    expect(client.recordIn(after.body)["_id"]).not.toBe(client.recordIn(before.body)["_id"]);
    // No word of the instance came in between, and yet its process has been running on.
    await advance(MINUTE_SECONDS);
    expect(uptimeIn(await get("/api/v1/statistics?refresh=true", admin))).toBeGreaterThan(Number(uptimeIn(after)));
  });

  it("4. statistics.list, without the permission", async () => {
    const { status, text } = await get("/api/v1/statistics.list", viewer);

    expect([status, text]).toEqual([400, '{"success":false,"error":"error-not-allowed"}']);
  });

  it("5. statistics.list, for an administrator", async () => {
    const { status, body } = await get("/api/v1/statistics.list", admin);

    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, offset: 0, total: HOURS, count: HOURS });
    expect(body["statistics"]).toHaveLength(HOURS);
  });

  it("6. statistics.list, a page of it", async () => {
    const { status, body } = await get("/api/v1/statistics.list?count=5&offset=0", admin);

    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, offset: 0, total: HOURS, count: 5 });
    expect(body["statistics"]).toHaveLength(5);
    const sort = encodeURIComponent('{"createdAt":1}');
    const oldest = await get(`/api/v1/statistics.list?count=1&sort=${sort}`, admin);
    expect(oldest.body["statistics"]).toMatchObject([{ createdAt: "2026-03-02T10:00:00.000Z", totalMessages: 1 }]);
  });

  it("info, logged in and not", async () => {
    const { status, headers, body } = await get("/api/info", admin);
    expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(body).toMatchObject({
      success: true,
      version: "8.6.1",
      info: { version: "8.6.1", build: { cpus: 2 }, commit: { hash: "8d36c0b" }, marketplaceApiVersion: "1.61.0" },
    });
    for (const caller of [undefined, viewer])
      expect((await get("/api/info", caller)).body).toEqual({ success: true, version: "8.6" });
  });

  it("instances.get, with the permission, without it, and without a login", async () => {
    const denied = await get("/api/v1/instances.get", viewer);
    expect([denied.status, denied.body]).toEqual([
      403,
      {
        success: false,
        error: "User does not have the permissions required for this action [error-unauthorized]",
      },
    ]);
    const anonymous = await get("/api/v1/instances.get", undefined);
    expect([anonymous.status, anonymous.body]).toEqual([
      401,
      {
        success: false,
        error: "You must be logged in to do this.",
        status: "error",
        message: "You must be logged in to do this.",
      },
    ]);
    const { status, body } = await get("/api/v1/instances.get", admin);
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true });
    expect(body["instances"]).toMatchObject([
      {
        address: "10.1.0.4",
        currentStatus: { connected: true, lastHeartbeatTime: expect.any(Number) as number, local: false },
        instanceRecord: {
          _id: INSTANCE,
          _createdAt: new Date(HOUR_ZERO).toISOString(),
          name: "rocket.chat",
          pid: 1,
          extraInformation: { host: "10.1.0.4", port: "3000", os: { cpus: 2 }, nodeVersion: "v22.21.1", conns: 1 },
        },
        broadcastAuth: true,
      },
    ]);
  });

  it("the limit: the eleventh call within a minute waits, and other routes and people do not", async () => {
    for (let call = 0; call < 10; call++) expect((await get("/api/v1/me", admin)).status).toBe(200);
    const { status, headers, body } = await get("/api/v1/me", admin);
    const seconds = Number(headers.get("retry-after"));

    expect(status).toBe(429);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(MINUTE_SECONDS);
    expect(body).toEqual({
      success: false,
      error: `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying this endpoint again. [error-too-many-requests]`,
    });
    expect([headers.get("x-ratelimit-limit"), headers.get("x-ratelimit-remaining")]).toEqual(["10", "0"]);
    expect(Number(headers.get("x-ratelimit-reset"))).toBeGreaterThan(NOW);
    expect((await get("/api/v1/statistics", admin)).status).toBe(200);
    await advance(seconds);
    expect((await get("/api/v1/me", admin)).status).toBe(200);
  });
});
