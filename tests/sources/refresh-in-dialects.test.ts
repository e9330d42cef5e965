import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { originOf } from "../../functions/core/upstream.ts";
import { STATISTICS_SCHEMAS } from "../../functions/dialects/rocketchat/openapi/statistics.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { type FirstCredentials, issueCredentials } from "../../functions/tasks/create-workspace.ts";
import { described } from "../support/described.ts";
import { HOUR_ZERO } from "../support/events.ts";
import { jsonIn, sending } from "../support/http.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { answering, startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";
import { playRocketchat, ROCKETCHAT_TOKEN, ROCKETCHAT_USER, rocketchat8 } from "../support/servers/vendors.ts";

let scene: Scene;
let server: UpstreamServer;
let credentials: FirstCredentials;
const lines: object[] = [];

beforeEach(async () => {
  server = await startUpstream();
  scene = await openScene({ now: HOUR_ZERO });
  const upstream = { url: server.url, refresh: true, allowPrivate: true };
  await scene.parts.workspaces.change("demo", (workspace) => ({ ...workspace, source: "rocketchat", upstream }));
  await scene.parts.upstreamCredentials.keep("demo", {
    origin: originOf(upstream),
    credential: { kind: "rocketchat", userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN },
  });
  credentials = await issueCredentials(scene.parts)("demo", "admin-of-demo");
});
afterEach(async () => {
  await scene.close();
  await server.close();
});

const rocketchat = (): HttpHandler => described(serveRocketchat(scene.parts, (line) => lines.push(line)));
const refreshed = async (): Promise<[number | undefined, unknown]> => {
  const { userId, authToken } = credentials.rocketchat;
  const headers = { "x-user-id": userId, "x-auth-token": authToken };
  const answered = await rocketchat()(sending("GET", "/api/v1/statistics?refresh=true", { headers }));
  return [answered.statusCode, jsonIn(answered)];
};
const ownRefreshed = async (): Promise<[number | undefined, unknown]> => {
  const handler = described(serveV1(scene.parts, (line) => lines.push(line)));
  const answered = await handler(
    sending("POST", "/v1/statistics/refresh", { headers: { "x-api-key": credentials.apiKey } }),
  );
  return [answered.statusCode, jsonIn(answered)];
};

describe("a refresh of a polled workspace", () => {
  it("may hold what nobody described, and that of a workspace that counts events may not", async () => {
    const listed = Object.keys(STATISTICS_SCHEMAS["RocketchatRecord"]?.["properties"] as object);
    const undescribed = async (): Promise<string[]> => {
      const [, body] = await refreshed();
      return Object.keys((body as { statistics: object }).statistics).filter((field) => !listed.includes(field));
    };
    server.play(playRocketchat(() => rocketchat8(scene.clock.now)));
    expect(await undescribed()).toContain("userLanguages");
    await scene.parts.workspaces.change("demo", (workspace) => ({ ...workspace, source: "events", upstream: null }));
    scene.clock.now += 60_000;
    expect(await undescribed()).toEqual([]);
  });

  it("is what its server tells in this moment, in Rocket.Chat's words", async () => {
    server.play(playRocketchat(() => rocketchat8(scene.clock.now, { messages: 6_000 })));
    expect(await refreshed()).toMatchObject([
      200,
      { success: true, statistics: { totalMessages: 8_310, totalUsers: 120, version: "8.6.1" } },
    ]);
  });

  it.each([
    ["fails", answering({ error: "down" }, 500), "status 500"],
    ["no longer knows the token", answering({ success: false }, 401), "not with this user id"],
  ])("says so when its server %s, as no crash of ours and in each dialect's words", async (_what, play, why) => {
    server.play(play);
    expect(await refreshed()).toMatchObject([
      502,
      {
        success: false,
        error: expect.stringContaining(`${why}. [error-upstream-failed]`) as string,
        errorType: "error-upstream-failed",
      },
    ]);
    expect(await ownRefreshed()).toMatchObject([502, { type: "/problems/upstream-failed" }]);
    expect(lines).toEqual([]);
  });
});
