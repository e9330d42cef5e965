import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { event } from "../support/events.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");
const PATH = "/api/v1/statistics";

let open: OpenParts;
let handler: HttpHandler;
let credentials: FirstCredentials;
const lines: object[] = [];

const headersOf = ({ userId, authToken }: { readonly userId: string; readonly authToken: string }) => ({
  "X-Auth-Token": authToken,
  "X-User-Id": userId,
});
const get = (target = PATH, headers: Record<string, string> = headersOf(credentials.rocketchat)) =>
  handler(sending("GET", target, { headers }));

beforeAll(async () => {
  open = await openParts({ now: NOW });
  handler = serveRocketchat(open.parts, (line) => lines.push(line));
  ({ credentials } = await createWorkspace(open.parts)({ id: "acme", name: "Acme" }));
});
afterAll(() => open.close());
afterEach(() => {
  // Each test calls as if the last one were long ago: a token has ten calls a minute on a route.
  open.clock.now += 60_000;
  // Nothing in here may crash, not even once it is answered well.
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

describe("GET /api/v1/statistics", () => {
  it("answers in the classic shape, as Rocket.Chat's clients compare it", async () => {
    const result = await get();

    expect(result.statusCode).toBe(200);
    expect(result.headers).toMatchObject({
      "content-type": "application/json",
      "cache-control": "no-store",
      pragma: "no-cache",
      "x-request-id": "request-1",
      "x-statistics-age": "0",
    });
    expect(result.headers).not.toHaveProperty("x-refresh-status");
    expect(jsonIn(result)).toMatchObject({
      statistics: { uniqueId: expect.any(String) as string, totalUsers: 0, createdAt: "2026-11-21T09:30:20.500Z" },
      success: true,
    });
  });

  it("refreshes on refresh=true alone, and says how it went and how old it is", async () => {
    await ingestEvents(open.parts)({
      workspace: "acme",
      id: "1",
      bodyHash: "1",
      events: [event("room.changed", NOW, { id: "r1", kind: "channel" })],
      mayAdjust: false,
      import: undefined,
    });
    const rooms = async (target: string) =>
      (jsonIn(await get(target)) as { statistics: { totalRooms: number } }).statistics.totalRooms;

    expect(await rooms(`${PATH}?refresh=1`)).toBe(0);
    expect(await rooms(`${PATH}?refresh=true&refresh=true`)).toBe(0);
    const fresh = await get(`${PATH}?refresh=true`);
    expect(jsonIn(fresh)).toMatchObject({ statistics: { totalRooms: 1, totalChannels: 1 } });
    expect(fresh.headers).toMatchObject({ "x-refresh-status": "fresh", "x-statistics-age": "0" });
    open.clock.now += 2_999;
    expect((await get(`${PATH}?refresh=true`)).headers).toMatchObject({
      "x-refresh-status": "cooldown",
      "x-statistics-age": "2",
    });
    expect(await rooms(PATH)).toBe(1);
  });

  it("answers flat for a workspace whose clients are today's", async () => {
    const find = open.parts.workspaces.find.bind(open.parts.workspaces);
    const flat = serveRocketchat(
      {
        ...open.parts,
        workspaces: {
          ...open.parts.workspaces,
          find: async (id) => {
            const workspace = await find(id);
            return workspace === undefined
              ? undefined
              : { ...workspace, rocketchat: { ...workspace.rocketchat, shape: "flat" as const } };
          },
        },
      },
      () => {},
    );
    const result = await flat(sending("GET", PATH, { headers: headersOf(credentials.rocketchat) }));

    expect(jsonIn(result)).toMatchObject({ totalUsers: 0, success: true });
    expect(jsonIn(result)).not.toHaveProperty("statistics");
  });

  it("turns everybody away alike who is not logged in", async () => {
    const { userId, authToken } = credentials.rocketchat;
    const strangers = [
      {},
      { "X-Auth-Token": authToken },
      { "X-User-Id": userId },
      { "X-Auth-Token": "", "X-User-Id": userId },
      { "X-Auth-Token": "wrong", "X-User-Id": userId },
      { "X-Auth-Token": authToken, "X-User-Id": credentials.viewer.userId },
      { "X-Auth-Token": credentials.apiKey, "X-User-Id": "null" },
      { "X-Auth-Token": credentials.imkit.apiKey, "X-User-Id": userId },
    ];
    const answers = await Promise.all(strangers.map((headers) => get(PATH, headers)));

    for (const answer of answers)
      expect([answer.statusCode, textIn(answer)]).toEqual([
        401,
        '{"success":false,"error":"You must be logged in to do this.","status":"error","message":"You must be logged in to do this."}',
      ]);
  });

  it("needs the permission, and answers 400 without it, as upstream", async () => {
    const result = await get(PATH, headersOf(credentials.viewer));

    expect([result.statusCode, textIn(result)]).toEqual([400, '{"success":false,"error":"error-not-allowed"}']);
    expect(result.headers).toMatchObject({
      "content-type": "application/json",
      "cache-control": "no-store",
      pragma: "no-cache",
    });
  });

  it("words everything else as Rocket.Chat, too", async () => {
    expect(await handler(sending("GET", "/api/v1/nothing"))).toMatchObject({
      statusCode: 404,
      headers: { "content-type": "application/json", pragma: "no-cache" },
    });
    expect(await handler(sending("POST", PATH))).toMatchObject({ statusCode: 405, headers: { allow: "GET, HEAD" } });
    expect(await handler(sending("HEAD", PATH, { headers: headersOf(credentials.rocketchat) }))).toMatchObject({
      statusCode: 200,
      body: "",
    });
  });
});
