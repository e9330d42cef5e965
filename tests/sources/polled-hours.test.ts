import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { Failure } from "../../functions/core/failure.ts";
import { type UpstreamCredential, originOf } from "../../functions/core/upstream.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { statisticsBody } from "../../functions/dialects/rocketchat/body.ts";
import { diagnoseWorkspace } from "../../functions/tasks/diagnose-workspace.ts";
import { readHealth } from "../../functions/tasks/read-health.ts";
import { readLedger } from "../../functions/tasks/read-ledger.ts";
import { readSeen } from "../../functions/tasks/read-seen.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import { HOUR_ZERO } from "../support/events.ts";
import { instead } from "../support/instead.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { answering, startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";
import {
  IMKIT_KEY,
  imkitNew,
  imkitOld,
  playImkit,
  playRocketchat,
  ROCKETCHAT_TOKEN,
  ROCKETCHAT_USER,
  rocketchat061,
  rocketchat8,
} from "../support/servers/vendors.ts";

let scene: Scene;
let server: UpstreamServer;

const open = async (source: "rocketchat" | "imkit"): Promise<void> => {
  scene = await openScene({ now: HOUR_ZERO, cooldownSeconds: 10, change: (parts) => ({ ...parts, chance: () => 0 }) });
  const upstream = { url: server.url, refresh: true, allowPrivate: true };
  await scene.parts.workspaces.change("demo", (workspace) => ({ ...workspace, source, upstream }));
  const credential: UpstreamCredential =
    source === "imkit"
      ? { kind: "imkit", apiKey: IMKIT_KEY }
      : { kind: "rocketchat", userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN };
  await scene.parts.upstreamCredentials.keep("demo", { origin: originOf(upstream), credential });
};

const at = (hours: number, minutes: number): number =>
  (scene.clock.now = HOUR_ZERO + hours * HOUR_MS + minutes * MINUTE_MS);

const workspace = async (): Promise<Workspace> => (await scene.parts.workspaces.find("demo")) as Workspace;

const ledger = async (): Promise<unknown[]> =>
  (await readLedger(scene.parts)(await workspace(), { limit: 100 })).rows.map(({ status, reasons }) => [
    status,
    reasons,
  ]);

beforeEach(async () => {
  server = await startUpstream();
});
afterEach(async () => {
  await scene.close();
  await server.close();
});

describe.each([
  ["0.61", rocketchat061, 2_624, 88],
  ["8.x", rocketchat8, 7_310, 120],
] as const)("an hour of a Rocket.Chat server %s", (_version, record, messages, users) => {
  beforeEach(() => open("rocketchat"));

  it("is what the server tells, with flows from the difference of its totals marked as derived", async () => {
    server.play(playRocketchat(() => record(scene.clock.now)));
    at(1, 3);
    expect(await scene.work()).toEqual({ closed: 1, restated: 0, remaining: 0 });
    const first = await scene.published("2026-03-02T09");
    expect(first).toMatchObject({
      users: { total: users, joined: null },
      messages: { total: messages, sent: null },
      reportedWindow: { start: "2026-03-02T09:03:00.000Z", end: "2026-03-02T10:03:00.000Z" },
      ledger: { status: "complete" },
    });
    expect(first).not.toHaveProperty("derived");

    server.play(playRocketchat(() => record(scene.clock.now, { users: users + 3, messages: 7_000 })));
    at(2, 3);
    await scene.work();
    const second = await scene.published("2026-03-02T10");
    expect(second).toMatchObject({ users: { total: users + 3, joined: 3 }, rooms: { opened: 0 } });
    expect(second["derived"]).toEqual(expect.arrayContaining(["users.joined", "messages.sent", "rooms.opened"]));
    expect(server.asked.map(({ path }) => path)).toEqual(Array(2).fill("/api/v1/statistics?refresh=true"));
  });

  it("derives nothing over a gap, nor from a total that fell", async () => {
    server.play(playRocketchat(() => record(scene.clock.now)));
    at(1, 3);
    await scene.work();
    at(3, 3);
    server.play(playRocketchat(() => record(scene.clock.now, { messages: 9_000 })));
    await scene.work();
    expect(await scene.published("2026-03-02T11")).toMatchObject({ messages: { sent: null } });
    at(4, 3);
    server.play(playRocketchat(() => record(scene.clock.now, { messages: 10 })));
    await scene.work();
    expect(await scene.published("2026-03-02T12")).toMatchObject({ messages: { sent: null }, rooms: { opened: 0 } });
    expect(await ledger()).toEqual([
      ["complete", []],
      ["missing", ["not-asked"]],
      ["complete", []],
      ["complete", []],
    ]);
  });
});

describe("a Rocket.Chat server of today", () => {
  beforeEach(async () => {
    await open("rocketchat");
    server.play(playRocketchat(() => rocketchat8(scene.clock.now)));
    at(1, 3);
    await scene.work();
  });

  it("has its unknown fields passed through, its own deployment told, and people's addresses dropped", async () => {
    const document = await scene.published("2026-03-02T09");
    const told = JSON.parse(statisticsBody(document, "flat")) as Record<string, unknown>;
    expect(told).toMatchObject({
      userLanguages: { en: 40, de: 30, none: 50 },
      apps: { engineVersion: "1.50.0", totalInstalled: 3 },
      version: "8.6.1",
      uniqueId: "a1b2c3d4-0000-4000-8000-1234567890ab",
      totalUsers: 120,
      instanceCount: 2,
      dailyPeakConnections: 41,
      maxMonthlyPeakConnections: 60,
      lastLogin: "Fri Nov 20 2026 18:00:00 GMT+0000 (Coordinated Universal Time)",
      success: true,
    });
    expect(told).not.toHaveProperty("lastSeenSubscription");
    expect(document).toMatchObject({
      deployment: { version: "8.6.1", nodeVersion: "v22.16.0", database: { version: "7.0.14", engine: "wiredTiger" } },
      connections: { current: null, peak: null, dayPeak: 41 },
    });
    expect(JSON.stringify(document)).not.toMatch(/Ann Example|ann@chat|receipt-nobody|totalUsers/);
  });

  it("is asked once for an hour, however often the worker runs", async () => {
    for (let runs = 0; runs < 3; runs++) expect(await scene.work()).toEqual({ closed: 0, restated: 0, remaining: 0 });
    expect(server.asked).toHaveLength(1);
  });

  it("is asked by a refresh, one at a time and with a cooldown, which makes no point of the history", async () => {
    at(1, 30);
    const refresh = refreshStatistics(scene.parts);
    server.play(playRocketchat(() => rocketchat8(scene.clock.now, { messages: 6_000 })));
    const states = await Promise.all([refresh(await workspace()), refresh(await workspace())]);
    expect(states.map(({ state }) => state).toSorted()).toEqual(["coalesced", "fresh"]);
    expect(states[0]?.document).toMatchObject({
      kind: "reading",
      messages: { total: 8_310 },
      ledger: { status: "open" },
    });
    expect(await refresh(await workspace())).toMatchObject({ state: "cooldown" });
    expect(server.asked).toHaveLength(2);
    server.play(answering({}, 500));
    at(1, 40);
    await expect(refresh(await workspace())).rejects.toMatchObject({
      code: "upstream.failed",
      details: { reason: "upstream-failed" },
    });
    expect(await ledger()).toHaveLength(1);
  });
});

describe("the health of a polled workspace", () => {
  it("says what its server's operator has to mend, until it is mended", async () => {
    await open("rocketchat");
    server.play(playRocketchat(() => rocketchat8(scene.clock.now), "the changed token"));
    at(1, 3);
    await scene.work();
    expect(await readHealth(scene.parts)(await workspace())).toMatchObject({
      status: "critical",
      reasons: ["upstream-unauthorized"],
      missingHours: 1,
    });
    expect(await diagnoseWorkspace(scene.parts)("demo")).toMatchObject([
      { severity: "critical", remedy: expect.stringContaining("tidemark source add") as string },
    ]);
    server.play(playRocketchat(() => rocketchat8(scene.clock.now)));
    at(2, 3);
    await scene.work();
    expect(await readHealth(scene.parts)(await workspace())).toMatchObject({ status: "ok", reasons: [] });
  });

  it("warns while a server is asked again, and of what was told in the end nothing is left", async () => {
    await open("imkit");
    server.play(answering({}, 503));
    at(1, 3);
    const { heldUntil } = await scene.work();
    expect(heldUntil).toBe(scene.clock.now + 30_000);
    expect(await readHealth(scene.parts)(await workspace())).toMatchObject({
      status: "warn",
      reasons: ["upstream-failed"],
    });
    server.play(playImkit(() => imkitNew(scene.clock.now)));
    expect(await scene.work()).toMatchObject({ closed: 0, heldUntil });
    scene.clock.now = heldUntil ?? 0;
    expect(await scene.work()).toEqual({ closed: 1, restated: 0, remaining: 0 });
    expect(await readHealth(scene.parts)(await workspace())).toMatchObject({ status: "ok", reasons: [] });
  });
});

describe.each([
  ["today's", imkitNew],
  ["the older", imkitOld],
] as const)("an hour of an IMKit app in %s field types", (_generation, result) => {
  beforeEach(() => open("imkit"));

  it("is what the app tells, without its keys", async () => {
    server.play(playImkit(() => result(scene.clock.now)));
    at(1, 3);
    await scene.work();
    const document = await scene.published("2026-03-02T09");
    expect(document).toMatchObject({
      users: { seen: 2 },
      messages: { sent: 2_467 },
      memory: { total: 8_589_934_592 },
      reportedWindow: { start: "2026-03-02T09:03:00.000Z", end: "2026-03-02T10:03:00.000Z" },
      ledger: { status: "complete", reasons: [], coverage: { heardMinutes: 57, of: 60 } },
    });
    // Who was seen is kept beside it, for unions over days; what is published names nobody.
    expect(JSON.stringify(document)).not.toMatch(/ck_of|ak_|user00/);
    const seen = await readSeen(scene.parts)("demo", hourOf(HOUR_ZERO), { limit: 10, after: undefined });
    expect(seen.users).toEqual(["user001", "user002"]);
  });

  it("merges what was pushed and what was asked for into one snapshot", async () => {
    const { takeReport } = await import("../../functions/tasks/take-report.ts");
    const { parseImkitReport } = await import("../../functions/core/imkit-report.ts");
    const polled = { ...result(HOUR_ZERO + HOUR_MS + 3 * MINUTE_MS, 99), totalUserCount: 7 };
    server.play(playImkit(() => polled));
    at(1, 1);
    await takeReport(scene.parts)(
      await workspace(),
      parseImkitReport({ ...result(HOUR_ZERO + HOUR_MS, 2_000), newUserCount: 4 }, scene.clock.now),
    );
    at(1, 3);
    await scene.work();
    expect(await scene.published("2026-03-02T09")).toMatchObject({
      messages: { sent: 2_000 },
      users: { joined: 4, total: 7 },
      ledger: { coverage: { heardMinutes: 60, of: 60 } },
    });
    expect(hourOf(HOUR_ZERO)).toBe((await scene.parts.reports.find("demo", hourOf(HOUR_ZERO), "poll"))?.hour);
    // Its server did not hear that it was taken, and sends it again.
    const again = parseImkitReport({ ...result(HOUR_ZERO + HOUR_MS, 2_000), newUserCount: 4 }, scene.clock.now);
    await takeReport(scene.parts)(await workspace(), again);
  });
});

it("is not passed over because the store was too busy to tell what was reported of it", async () => {
  await open("rocketchat");
  server.play(playRocketchat(() => rocketchat8(scene.clock.now)));
  at(1, 3);
  const { reports } = scene.parts;
  const busy = instead(reports, {
    find: (workspaceId, hour, via) =>
      via === undefined
        ? Promise.reject(new Failure("store.busy", "The store has too much to do; try again."))
        : reports.find(workspaceId, hour, via),
  });
  // One run more than an hour is tried in that can't be closed.
  for (let run = 0; run < 4; run++)
    await expect(closeDueHours({ ...scene.parts, reports: busy })("demo")).rejects.toMatchObject({
      code: "store.busy",
    });

  expect(await scene.work()).toEqual({ closed: 1, restated: 0, remaining: 0 });
  expect(await ledger()).toEqual([["complete", expect.anything()]]);
});
