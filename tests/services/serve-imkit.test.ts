import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveImkit } from "../../functions/services/serve-imkit.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { event, message } from "../support/events.ts";
import { described } from "../support/described.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");

let open: OpenParts;
let handler: HttpHandler;
let credentials: FirstCredentials;
const lines: object[] = [];

const get = (target: string, key: string | undefined = credentials.imkit.apiKey) =>
  handler(sending("GET", target, { headers: key === undefined ? {} : { "IM-API-KEY": key } }));

beforeAll(async () => {
  open = await openParts({ now: NOW });
  handler = described(serveImkit(open.parts, (line) => lines.push(line)));
  ({ credentials } = await createWorkspace(open.parts)({ id: "acme", name: "Acme", startsAt: NOW - 7_200_000 }));
  await ingestEvents(open.parts)({
    workspace: "acme",
    id: "1",
    bodyHash: "1",
    events: [
      event("room.changed", NOW - 60_000, { id: "general", kind: "channel" }),
      message(NOW - 30_000, "bob"),
      message(NOW - 20_000, "ann"),
      event("connection.opened", NOW - 10_000, { connection: "c1" }),
    ],
    mayAdjust: false,
    import: undefined,
  });
});
afterAll(() => open.close());
afterEach(() => {
  // Nothing in here may crash, not even once it is answered well.
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

describe("GET /admin/stats", () => {
  it("reports the last hour, with every acknowledged event in", async () => {
    const result = await get("/admin/stats");

    expect(result.headers).toMatchObject({ "content-type": "application/json", "cache-control": "private" });
    expect(jsonIn(result)).toEqual({
      RC: 0,
      RM: "OK",
      result: {
        clientKey: credentials.imkit.clientKey,
        apiKey: credentials.imkit.apiKey,
        startTime: "2026-11-21T08:31:00.000Z",
        endTime: "2026-11-21T09:31:00.000Z",
        start: 1795249860,
        end: 1795253460,
        userList: ["ann", "bob"],
        roomCount: 1,
        totalRoomCount: 1,
        messageCount: 2,
        peakConnectionCount: 1,
        totalMem: null,
        freeMem: null,
      },
    });
  });

  it.each(["end=0", "start=1969-12-31T22:00:00Z&end=1969-12-31T23:00:00Z"])(
    "reports a window that begins before 1970 (%s) as it is described",
    async (window) => {
      expect(jsonIn(await get(`/admin/stats?${window}`))).toMatchObject({ RC: 0, result: { messageCount: null } });
    },
  );

  it("reports a window, by any of its clocks", async () => {
    const bodies = await Promise.all(
      [
        "/admin/stats?start=1795249800&end=1795253400",
        "/admin/stats?start=1795249800000&end=1795253400000",
        "/admin/stats?start=2026-11-21T08:30:00Z&end=2026-11-21T09:30:00.000Z",
      ].map(async (target) => textIn(await get(target))),
    );

    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({
      result: { start: 1795249800, end: 1795253400, messageCount: 1 },
    });
  });

  it("echoes no keys for a workspace that keeps them to itself", async () => {
    const workspaces: Parts["workspaces"] = {
      ...open.parts.workspaces,
      find: async (id) => {
        const workspace = await open.parts.workspaces.find(id);
        return workspace === undefined ? undefined : { ...workspace, imkit: { echoKeys: false } };
      },
    };
    const discreet = serveImkit({ ...open.parts, workspaces }, () => {});
    const text = textIn(
      await discreet(sending("GET", "/admin/stats", { headers: { "im-api-key": credentials.imkit.apiKey } })),
    );

    expect(text).not.toContain("Key");
    expect(text).not.toContain(credentials.imkit.apiKey);
  });

  it.each([
    "start=yesterday",
    "start=1795253400&end=1795249800",
    "start=1795249801",
    "start=1",
    "end=99999999999999",
    "start=0&end=999999999999999",
  ])("refuses the range %s", async (query) => {
    const result = await get(`/admin/stats?${query}`);

    expect(result.statusCode).toBe(400);
    expect(jsonIn(result)).toEqual({
      RC: 400,
      RM: "Bad Request",
      error: { code: "INVALID_PARAMETER", message: expect.any(String) as string },
    });
  });

  it("needs a key, and the right kind of key", async () => {
    const unauthorized =
      '{"RC":401,"RM":"Unauthorized","error":{"code":"INVALID_API_KEY","message":"Invalid or missing API key"}}';
    const answers = [
      await handler(sending("GET", "/admin/stats")),
      await get("/admin/stats", ""),
      await get("/admin/stats", "wrong"),
    ];

    for (const answer of answers) expect([answer.statusCode, textIn(answer)]).toEqual([401, unauthorized]);
    const forbidden = await get("/admin/stats", credentials.apiKey);
    expect([forbidden.statusCode, textIn(forbidden)]).toEqual([
      403,
      '{"RC":403,"RM":"Forbidden","error":{"code":"PERMISSION_DENIED","message":"Platform API permission required"}}',
    ]);
  });
});

describe("the rest of the IMKit dialect", () => {
  it("counts connections", async () => {
    expect(textIn(await get("/admin/connection-count"))).toBe('{"RC":0,"RM":"OK","result":{"connectionCount":1}}');
  });

  it("words what it does not know", async () => {
    expect(jsonIn(await get("/admin/nothing"))).toMatchObject({ RC: 404, error: { code: "NOT_FOUND" } });
    expect(await handler(sending("POST", "/admin/stats"))).toMatchObject({
      statusCode: 405,
      headers: { allow: "GET, HEAD" },
    });
  });
});
