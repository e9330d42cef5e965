import { execFile } from "node:child_process";
import { promisify } from "node:util";
import axios from "axios";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { minutes } from "../support/scene.ts";

const run = promisify(execFile);

/** Rocket.Chat's example is a call of curl; where there is none, the same request goes by fetch. */
const hasCurl = await run("curl", ["--version"]).then(
  () => true,
  () => false,
);
const get = async (url: string, headers: Readonly<Record<string, string>>): Promise<unknown> => {
  const lines = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  if (hasCurl) return JSON.parse((await run("curl", ["-s", ...lines, url])).stdout);
  return (await fetch(url, { headers })).json();
};

describe("clients of other servers, over real HTTP", () => {
  let runtime: DrillRuntime;
  beforeAll(async () => {
    runtime = await startDrill(new Date(HOUR_ZERO).toISOString());
    await post("/local/clock", { advanceSeconds: 3_000 });
    const report = (minute: number, source: string, connections: number, uptime: number): ReturnType<typeof event> =>
      event(
        "instance.reported",
        HOUR_ZERO + minutes(minute),
        {
          id: source,
          version: "0.61.0-develop",
          nodeVersion: "v8.9.4",
          pid: 11_736,
          uptime,
          os: {
            type: "Linux",
            platform: "linux",
            arch: "x64",
            release: "4.13",
            uptime: 76_242,
            loadavg: [0.1, 0.2, 0.3],
            totalmem: 8_589_934_592,
            freemem: 3_221_225_472,
            cpus: [],
          },
          deploy: { method: "tar", platform: "selfinstall" },
          migration: { _id: "control", version: 106, locked: false },
          connections,
        },
        { source },
      );
    const { accepted } = (await post("/v1/events", [
      ...[0, 2, 4, 6, 8].map((minute) => report(minute, "a", 100 + minute, 60 * minute)),
      ...[1, 3, 5].map((minute) => report(minute, "b", 10 * minute, 1)),
      event("user.changed", HOUR_ZERO + 1, {
        id: "user001",
        kind: "user",
        active: true,
        status: "away",
        lastLogin: "2026-03-02T08:00:00.000Z",
      }),
      event("room.changed", HOUR_ZERO + 2, { id: "r", kind: "private" }),
      event("subscription.seen", HOUR_ZERO + minutes(3)),
      message(HOUR_ZERO + minutes(4), "user001", "r", { data: { room: "r", roomKind: "private", user: "user001" } }),
      event("connection.opened", HOUR_ZERO + minutes(5) + 7_000, { connection: "c", user: "user002" }, { source: "b" }),
      event("user.active", HOUR_ZERO + minutes(49), { id: "user003" }),
    ])) as { accepted: number };
    if (accepted !== 14) throw new Error(`only ${accepted} of 14 events were accepted`);
  });
  afterAll(() => runtime.remove());

  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    return response.json();
  };

  it("IMKit's example with axios has the seed's shape, and exact people and peaks of two reporters", async () => {
    const { imkit } = runtime.credentials;
    const { status, data } = await axios.get(`${runtime.baseUrl}/admin/stats`, {
      headers: { "IM-API-KEY": imkit.apiKey },
    });
    expect(status).toBe(200);
    // From 8:00 to 8:06 a has 108 and b 51; at 8:07 b has been silent for three minutes.
    expect(data).toEqual({
      RC: 0,
      RM: "OK",
      result: {
        clientKey: imkit.clientKey,
        apiKey: imkit.apiKey,
        startTime: "2026-03-02T08:51:00.000Z",
        endTime: "2026-03-02T09:51:00.000Z",
        start: Date.parse("2026-03-02T08:51:00Z") / 1_000,
        end: Date.parse("2026-03-02T09:51:00Z") / 1_000,
        userList: ["user001", "user002", "user003"],
        roomCount: 1,
        totalRoomCount: 1,
        messageCount: 1,
        peakConnectionCount: 159,
        totalMem: null,
        freeMem: null,
      },
    });
    expect(Object.keys((data as { result: object }).result)).toEqual([
      "clientKey",
      "apiKey",
      "startTime",
      "endTime",
      "start",
      "end",
      "userList",
      "roomCount",
      "totalRoomCount",
      "messageCount",
      "peakConnectionCount",
      "totalMem",
      "freeMem",
    ]);
  });

  it("IMKit's example tells the memory of the instance that started last, while it is live", async () => {
    await post("/v1/events", [
      event(
        "instance.reported",
        HOUR_ZERO + minutes(50),
        { id: "old", version: "1", uptime: 90_000, os: { totalmem: 1, freemem: 1 } },
        { source: "old" },
      ),
      event(
        "instance.reported",
        HOUR_ZERO + minutes(50) - 10_000,
        { id: "new", version: "1", uptime: 60, os: { totalmem: 8_589_934_592, freemem: 3_221_225_472 } },
        { source: "new" },
      ),
    ]);
    const { data } = await axios.get(`${runtime.baseUrl}/admin/stats`, {
      headers: { "IM-API-KEY": runtime.credentials.imkit.apiKey },
    });
    expect(data).toMatchObject({ result: { totalMem: 8_589_934_592, freeMem: 3_221_225_472 } });
  });

  it("IMKit's errors are the seed's, to the letter", async () => {
    const ask = (headers: Record<string, string>): Promise<{ status: number; data: unknown }> =>
      axios.get(`${runtime.baseUrl}/admin/stats`, { headers, validateStatus: () => true });
    expect(await ask({ "IM-API-KEY": "wrong" })).toMatchObject({
      status: 401,
      data: { RC: 401, RM: "Unauthorized", error: { code: "INVALID_API_KEY", message: "Invalid or missing API key" } },
    });
    expect(await ask({ "IM-API-KEY": runtime.credentials.apiKey })).toMatchObject({
      status: 403,
      data: {
        RC: 403,
        RM: "Forbidden",
        error: { code: "PERMISSION_DENIED", message: "Platform API permission required" },
      },
    });
  });

  it(`Rocket.Chat's example with ${hasCurl ? "curl" : "fetch, as there is no curl here,"} has the seed's shape`, async () => {
    const { userId, authToken } = runtime.credentials.rocketchat;
    const body = (await get(`${runtime.baseUrl}/api/v1/statistics?refresh=true`, {
      "X-Auth-Token": authToken,
      "X-User-Id": userId,
    })) as {
      statistics: Record<string, unknown>;
      success: boolean;
    };
    expect(Object.keys(body)).toEqual(["statistics", "success"]);
    expect(body.statistics).toMatchObject({
      version: "1",
      totalUsers: 1,
      activeUsers: 1,
      nonActiveUsers: 0,
      onlineUsers: 0,
      awayUsers: 1,
      offlineUsers: 0,
      totalRooms: 1,
      totalChannels: 0,
      totalPrivateGroups: 1,
      totalDirect: 0,
      totlalLivechat: 0,
      totalMessages: 1,
      totalChannelMessages: 0,
      totalPrivateGroupMessages: 1,
      totalDirectMessages: 0,
      totalLivechatMessages: 0,
      lastLogin: "2026-03-02T08:00:00.000Z",
      lastMessageSentAt: "2026-03-02T09:04:00.000Z",
      lastSeenSubscription: "2026-03-02T09:03:00.000Z",
      instanceCount: 2,
      os: { totalmem: 8_589_934_592, freemem: 3_221_225_472 },
      process: { uptime: expect.any(Number) as number },
    });
    // It said 60 seconds, and its process has been running on since.
    const { uptime } = body.statistics["process"] as { uptime: number };
    expect(uptime).toBeGreaterThan(60);
    expect(uptime).toBeLessThan(240);
    for (const name of ["_id", "uniqueId", "installedAt", "createdAt", "_updatedAt"])
      expect(body.statistics).toHaveProperty(name);
  });

  it("Rocket.Chat's errors are the same for every way of not being logged in, and 400 without the permission", async () => {
    const { rocketchat, viewer } = runtime.credentials;
    const url = `${runtime.baseUrl}/api/v1/statistics`;
    const unknown = {
      success: false,
      error: "You must be logged in to do this.",
      status: "error",
      message: "You must be logged in to do this.",
    };
    for (const headers of [
      {},
      { "X-Auth-Token": rocketchat.authToken },
      { "X-User-Id": rocketchat.userId },
      { "X-Auth-Token": rocketchat.authToken, "X-User-Id": viewer.userId },
      { "X-Auth-Token": "wrong", "X-User-Id": rocketchat.userId },
    ]) {
      const response = await fetch(url, { headers: headers as Record<string, string> });
      expect([response.status, await response.json()]).toEqual([401, unknown]);
    }
    const response = await fetch(url, { headers: { "X-Auth-Token": viewer.authToken, "X-User-Id": viewer.userId } });
    expect([response.status, await response.text()]).toEqual([400, '{"success":false,"error":"error-not-allowed"}']);
  });
});
