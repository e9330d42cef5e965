import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gzipSync } from "node:zlib";
import { hashOf } from "../../functions/core/credential.ts";
import { HOUR_MS, hourOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { serveImkit } from "../../functions/services/serve-imkit.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { issueCredentials } from "../../functions/tasks/create-workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { brokenLinks } from "../support/chain.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const TOKEN = `push_${"x".repeat(43)}`;
const TAKEN = '{"RC":0,"RM":"OK"}';
const API_KEY = "ak_of-the-chat-server";

/** What a chat server reports of the hour that starts then, in the older generation of field types. */
const report = (start: number, changes: object = {}): object => ({
  clientKey: "ck_of-the-chat-server",
  apiKey: API_KEY,
  startTime: start,
  endTime: start + HOUR_MS,
  start: isoOf(start),
  end: isoOf(start + HOUR_MS),
  userList: ["bob", "ann"],
  roomCount: 12,
  totalRoomCount: 358,
  messageCount: 2_467,
  peakConnectionCount: 1_893,
  totalMem: 8_589_934_592,
  freeMem: 3_221_225_472,
  newUserCount: 1,
  totalUserCount: 900,
  monthlyAcitiveUserCount: 400,
  ...changes,
});

let scene: Scene;
let lines: object[];
let imkitKey: string;
let key: string;

const open = async (source: "events" | "imkit", change: (parts: Parts) => Parts = (same) => same): Promise<void> => {
  scene = await openScene({ now: HOUR_ZERO, change });
  const { parts } = scene;
  await parts.workspaces.change("demo", (workspace) => ({ ...workspace, source }));
  await parts.credentials.put({
    hash: hashOf(TOKEN),
    workspace: "demo",
    kind: "push",
    scopes: ["report"],
    userId: null,
    label: "chat server",
    lastCharacters: TOKEN.slice(-4),
    createdAt: HOUR_ZERO,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  });
  const credentials = await issueCredentials(parts)("demo");
  imkitKey = credentials.imkit.apiKey;
  key = credentials.apiKey;
};
beforeEach(() => {
  lines = [];
});
afterEach(async () => {
  await scene.close();
  if (lines.length > 0) throw new Error(JSON.stringify(lines));
});

const imkit = () => serveImkit(scene.parts, (line) => lines.push(line));
const push = (body: unknown, token = TOKEN) =>
  imkit()(
    sending("POST", `/ingest/imkit/${token}`, {
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );
const pushed = async (body: unknown): Promise<unknown> => {
  const result = await push(body);
  return [result.statusCode, textIn(result)];
};
const refused = async (body: unknown): Promise<unknown> => {
  const result = await push(body);
  return [result.statusCode, (jsonIn(result) as { error: { code: string } }).error.code];
};
const v1 = async (target: string): Promise<unknown> =>
  jsonIn(
    await serveV1(scene.parts, (line) => lines.push(line))(sending("GET", target, { headers: { "x-api-key": key } })),
  );
const stats = async (query = ""): Promise<unknown> =>
  (
    jsonIn(await imkit()(sending("GET", `/admin/stats${query}`, { headers: { "im-api-key": imkitKey } }))) as {
      result: unknown;
    }
  ).result;
const at = (hours: number, more = 0): void => {
  scene.clock.now = HOUR_ZERO + hours * HOUR_MS + minutes(more);
};

describe("reports that a chat server pushes", () => {
  beforeEach(() => open("imkit"));

  it("become the snapshots of their hours, and nothing that they do not tell is made up", async () => {
    at(1, 1);
    expect(await pushed(report(HOUR_ZERO))).toEqual([200, TAKEN]);
    at(1, 3);
    await scene.work();

    expect(await scene.published("2026-03-02T09")).toMatchObject({
      users: { total: 900, seen: 2, joined: 1, online: null },
      rooms: { total: 358, used: 12, channels: null },
      messages: { sent: 2_467, total: null },
      connections: { peak: 1_893, dayPeak: 1_893, current: null },
      memory: { total: 8_589_934_592, free: 3_221_225_472 },
      instances: { count: 0, list: [] },
      reportedWindow: { start: "2026-03-02T09:00:00.000Z", end: "2026-03-02T10:00:00.000Z" },
      ledger: { status: "complete", reasons: [], coverage: { heardMinutes: 60, of: 60 } },
      integrity: [],
    });
    expect(await stats(`?start=${HOUR_ZERO}&end=${HOUR_ZERO + HOUR_MS}`)).toMatchObject({
      userList: ["ann", "bob"],
      roomCount: 12,
      totalRoomCount: 358,
      messageCount: 2_467,
      peakConnectionCount: 1_893,
      freeMem: 3_221_225_472,
    });
    expect(await v1("/v1/statistics")).toMatchObject({ kind: "snapshot", users: { total: 900 } });
  });

  it("are added up over hours as far as that can be known, and an hour without one is missing", async () => {
    for (const hour of [0, 1, 3]) {
      at(hour + 1, 1);
      expect(await pushed(report(HOUR_ZERO + hour * HOUR_MS, { userList: [`u${hour}`, "ann"] }))).toEqual([200, TAKEN]);
      at(hour + 1, 3);
      await scene.work();
    }

    const hours = ((await v1("/v1/ledger")) as { hours: Record<string, unknown>[] }).hours;
    expect(hours.map(({ status, reasons }) => [status, reasons])).toEqual([
      ["complete", []],
      ["complete", []],
      ["missing", ["not-reported"]],
      ["complete", []],
    ]);
    expect(await stats(`?start=${HOUR_ZERO}&end=${HOUR_ZERO + 2 * HOUR_MS}`)).toMatchObject({
      userList: ["ann", "u0", "u1"],
      messageCount: 4_934,
      roomCount: null,
      totalRoomCount: 358,
    });
    expect(await stats(`?start=${HOUR_ZERO}&end=${HOUR_ZERO + 4 * HOUR_MS}`)).toMatchObject({ messageCount: null });
    expect(await stats(`?start=${HOUR_ZERO + minutes(10)}&end=${HOUR_ZERO + HOUR_MS}`)).toMatchObject({
      messageCount: null,
      userList: [],
    });
    expect(await brokenLinks(scene.parts, "demo")).toEqual([]);
  });

  it("give no day a number of different rooms, which was never told, and no zero either", async () => {
    const first = hourOf(HOUR_ZERO);
    const used = async (hours: number): Promise<unknown> =>
      (
        await readHistory(scene.parts)("demo", {
          statistics: ["rooms.used", "users.seen"],
          from: first,
          to: first + hours,
          interval: "day",
        })
      ).rows;
    for (const hour of [0, 1]) {
      at(hour + 1, 1);
      expect(await pushed(report(HOUR_ZERO + hour * HOUR_MS, { userList: [`u${hour}`, "ann"] }))).toEqual([200, TAKEN]);
      at(hour + 1, 3);
      await scene.work();
    }

    expect(await used(2)).toMatchObject([{ "rooms.used": null, "users.seen": 3 }]);
    expect(await used(1)).toMatchObject([{ "rooms.used": 12, "users.seen": 2 }]);
  });

  it("say nothing of the running hour, and it is not called empty", async () => {
    at(0, 30);
    expect(await stats()).toMatchObject({ userList: [], messageCount: null, totalRoomCount: null });
    expect(await v1("/v1/statistics")).toMatchObject({ kind: "reading", users: { total: null, seen: null } });
  });

  it("wait for an hour that closes late, and make it as they would have", async () => {
    for (const hour of [0, 1]) {
      at(hour + 1, 1);
      await push(report(HOUR_ZERO + hour * HOUR_MS));
    }
    at(9);
    await scene.work();

    expect(await scene.published("2026-03-02T10")).toMatchObject({ ledger: { status: "complete" } });
    expect(await v1("/v1/health")).toMatchObject({ missingHours: 7 });
  });

  it("say what is wrong with their window, and are recorded all the same", async () => {
    at(1, 40);
    await push(report(HOUR_ZERO + minutes(40), { start: undefined, end: undefined }));
    await push(
      report(HOUR_ZERO, { start: isoOf(HOUR_ZERO - 365 * 24 * HOUR_MS), end: isoOf(HOUR_ZERO - 364 * 24 * HOUR_MS) }),
    );
    at(2, 3);
    await scene.work();

    expect(await scene.published("2026-03-02T09")).toMatchObject({
      ledger: { status: "partial", reasons: ["clock-conflict"] },
    });
    expect(await scene.published("2026-03-02T10")).toMatchObject({
      reportedWindow: { start: "2026-03-02T09:40:00.000Z", end: "2026-03-02T10:40:00.000Z" },
      ledger: { status: "partial", reasons: ["misaligned"], coverage: { heardMinutes: 40, of: 60 } },
    });
  });

  it("count once, however often they come", async () => {
    at(1, 1);
    for (let times = 0; times < 3; times++) expect(await pushed(report(HOUR_ZERO))).toEqual([200, TAKEN]);
    expect(await pushed(report(HOUR_ZERO, { messageCount: 1 }))).toEqual([200, TAKEN]);
    at(1, 3);
    await scene.work();

    expect(await scene.published("2026-03-02T09")).toMatchObject({ revision: 0, messages: { sent: 2_467 } });
    expect(await pushed(report(HOUR_ZERO))).toEqual([200, TAKEN]);
    expect(await refused(report(HOUR_ZERO, { messageCount: 1 }))).toEqual([409, "REPORT_NOT_WANTED"]);
  });

  it("are refused for an hour that is closed without them, or lies before the first", async () => {
    at(1, 3);
    await scene.work();

    expect(await refused(report(HOUR_ZERO))).toEqual([409, "REPORT_NOT_WANTED"]);
    expect(await refused(report(HOUR_ZERO - HOUR_MS))).toEqual([409, "REPORT_NOT_WANTED"]);
  });

  it("are refused by a workspace that is paused", async () => {
    await scene.parts.workspaces.change("demo", (workspace) => ({ ...workspace, state: "paused" }));
    at(1, 1);
    expect(await refused(report(HOUR_ZERO))).toEqual([409, "WORKSPACE_PAUSED"]);
  });

  it.each([
    ["[]", 400, "INVALID_PARAMETER"],
    ["{", 400, "INVALID_PARAMETER"],
    ["", 400, "INVALID_PARAMETER"],
    [JSON.stringify(report(HOUR_ZERO, { messageCount: "many" })), 400, "INVALID_PARAMETER"],
  ])("are refused when they are %s", async (body, status, code) => {
    at(1, 1);
    expect(await refused(body)).toEqual([status, code]);
  });

  it("are not mixed with events", async () => {
    at(0, 1);
    await expect(scene.send([message(HOUR_ZERO)])).rejects.toMatchObject({ code: "events.unwanted" });
  });

  it("need their own address, and no other secret opens it", async () => {
    const unauthorized =
      '{"RC":401,"RM":"Unauthorized","error":{"code":"INVALID_API_KEY","message":"Invalid or missing API key"}}';

    const unknown = await push(report(HOUR_ZERO), "nonsense");
    expect([unknown.statusCode, textIn(unknown)]).toEqual([401, unauthorized]);
    for (const other of [imkitKey, key])
      expect(await push(report(HOUR_ZERO), other)).toMatchObject({ statusCode: 403 });
    const asKey = await imkit()(sending("GET", "/admin/stats", { headers: { "im-api-key": TOKEN } }));
    expect(asKey.statusCode).toBe(403);
  });

  it("leave none of their keys in any answer, table or archive", async () => {
    at(1, 1);
    const result = await push(report(HOUR_ZERO));
    at(1, 3);
    await scene.work();
    const kept = await scene.parts.reports.find("demo", Math.floor(HOUR_ZERO / HOUR_MS));
    const told = [textIn(result), JSON.stringify(kept), JSON.stringify(await scene.published("2026-03-02T09"))];

    for (const text of told) expect(text).not.toMatch(/ck_of|ak_of/);
  });

  it("may come packed", async () => {
    at(1, 1);
    const result = await imkit()(
      sending("POST", `/ingest/imkit/${TOKEN}`, {
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
        body: gzipSync(JSON.stringify(report(HOUR_ZERO))),
      }),
    );
    expect(textIn(result)).toBe(TAKEN);
  });
});

describe("a report that comes while its hour closes", () => {
  it("is in the snapshot once it is acknowledged, although the closer had looked before", async () => {
    let onFind: (() => Promise<unknown>) | undefined;
    await open("imkit", (parts) => ({
      ...parts,
      reports: {
        ...parts.reports,
        find: async (...what) => {
          const found = await parts.reports.find(...what);
          const once = onFind;
          onFind = undefined;
          await once?.();
          return found;
        },
      },
    }));
    at(1, 3);
    onFind = async () => expect(await pushed(report(HOUR_ZERO))).toEqual([200, TAKEN]);
    await scene.work();

    expect(await scene.published("2026-03-02T09")).toMatchObject({ messages: { sent: 2_467 } });
  });

  it("is refused when the hour closed with another one meanwhile, better as it may be", async () => {
    let onKeep: (() => Promise<unknown>) | undefined;
    await open("imkit", (parts) => ({
      ...parts,
      reports: {
        ...parts.reports,
        keep: async (...what) => {
          const once = onKeep;
          onKeep = undefined;
          await once?.();
          return parts.reports.keep(...what);
        },
      },
    }));
    at(1, 3);
    expect(await pushed(report(HOUR_ZERO + minutes(1), { messageCount: 1 }))).toEqual([200, TAKEN]);
    onKeep = () => scene.work();
    expect(await refused(report(HOUR_ZERO))).toEqual([409, "REPORT_NOT_WANTED"]);

    expect(await scene.published("2026-03-02T09")).toMatchObject({ messages: { sent: 1 } });
  });
});

describe("a report to a workspace that counts events", () => {
  it("is refused, and told what to do", async () => {
    await open("events");
    at(1, 1);
    const result = await push(report(HOUR_ZERO));

    expect(result.statusCode).toBe(409);
    expect(jsonIn(result)).toEqual({
      RC: 409,
      RM: "Conflict",
      error: { code: "REPORT_NOT_WANTED", message: expect.stringContaining("set its source to imkit") as string },
    });
    expect(await scene.parts.reports.find("demo", Math.floor(HOUR_ZERO / HOUR_MS))).toBeUndefined();
  });
});

describe("the address of a report", () => {
  it("is in no log, not even when something fails", async () => {
    await open("imkit");
    at(1, 1);
    const broken = serveImkit(
      {
        ...scene.parts,
        reports: { ...scene.parts.reports, keep: () => Promise.reject(new Error("the store is on fire")) },
      },
      (line) => lines.push(line),
    );
    const result = await broken(
      sending("POST", `/ingest/imkit/${TOKEN}`, {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(report(HOUR_ZERO)),
      }),
    );
    const logged = JSON.stringify(lines.splice(0));

    expect(result.statusCode).toBe(500);
    expect(logged).toContain("POST /ingest/imkit/{token}");
    for (const text of [logged, textIn(result)]) expect(text).not.toMatch(/push_|ck_of|ak_of/);
  });
});
