import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { originOf } from "../../functions/core/upstream.ts";
import type { Workspace } from "../../functions/core/workspace.ts";
import { readHistory } from "../../functions/tasks/read-history.ts";
import { readLedger } from "../../functions/tasks/read-ledger.ts";
import { verifyPublications } from "../../functions/tasks/verify-publications.ts";
import { HOUR_ZERO } from "../support/events.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { answering, type Play, startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";
import { IMKIT_KEY, imkitNew, playImkit } from "../support/servers/vendors.ts";

/** Messages of an app's every minute. */
const A_MINUTE = 7;
const FIRST = hourOf(HOUR_ZERO);

let scene: Scene;
let server: UpstreamServer;
beforeEach(async () => {
  server = await startUpstream();
  scene = await openScene({ now: HOUR_ZERO, change: (parts) => ({ ...parts, chance: () => 0 }) });
  const upstream = { url: server.url, refresh: true, allowPrivate: true };
  await scene.parts.workspaces.change("demo", (workspace) => ({ ...workspace, source: "imkit", upstream }));
  const credential = { kind: "imkit", apiKey: IMKIT_KEY } as const;
  await scene.parts.upstreamCredentials.keep("demo", { origin: originOf(upstream), credential });
});
afterEach(async () => {
  await scene.close();
  await server.close();
});

/** Answers the listing as the older documents have it: how many there are in the range, and one of them. */
const listing =
  (aMinute: number): Play =>
  (request, response) => {
    const { searchParams } = new URL(request.url ?? "", server.url);
    const [start, end] = ["startDate", "endDate"].map((name) => Date.parse(searchParams.get(name) ?? ""));
    const totalCount = (((end ?? 0) - (start ?? 0)) / MINUTE_MS) * aMinute;
    answering({ RC: 0, RM: "OK", result: { totalCount, data: [{ message: "private words" }] } })(request, response);
  };

/** An app whose listing answers so; it is down in some hours. */
const play = (list: Play, isDown: (hour: number) => boolean): void => {
  server.play((request, response) => {
    const hour = hourOf(scene.clock.now) - 1 - FIRST;
    if (isDown(hour)) answering({}, 503)(request, response);
    else if (request.url?.startsWith("/admin/messages") === true) list(request, response);
    else playImkit(() => imkitNew(scene.clock.now, 60 * A_MINUTE))(request, response);
  });
};

const live = async (hours: number): Promise<void> => {
  for (let hour = 1; hour <= hours; hour++) {
    scene.clock.now = HOUR_ZERO + hour * HOUR_MS + 3 * MINUTE_MS;
    for (let run = await scene.work(); run.heldUntil !== undefined; run = await scene.work())
      scene.clock.now = run.heldUntil;
  }
};

const ledger = async (): Promise<unknown[]> => {
  const workspace = (await scene.parts.workspaces.find("demo")) as Workspace;
  const { rows } = await readLedger(scene.parts)(workspace, { limit: 100 });
  return rows.map(({ status, reasons }) => [status, reasons]);
};

const COMPLETE = ["complete", []];
const FILLED = ["partial", ["was-missing", "filled-in", "upstream-failed"]];
const MISSING = ["missing", ["upstream-failed"]];

describe("hours that an IMKit app did not tell of", () => {
  it("are filled in with the messages of its listing, marked, and unknown in all else", async () => {
    play(listing(A_MINUTE), (hour) => hour === 1 || hour === 2);
    await live(4);
    expect(await ledger()).toEqual([COMPLETE, FILLED, FILLED, COMPLETE]);
    const statistics = ["messages.sent", "users.seen", "connections.peak"];
    const { rows } = await readHistory(scene.parts)("demo", { statistics, from: FIRST, to: FIRST + 4 });
    expect(rows.map((row) => [row["messages.sent"], row["users.seen"], row["connections.peak"]])).toEqual([
      [420, 2, 1_893],
      [420, null, null],
      [420, null, null],
      [420, 2, 1_893],
    ]);
    expect(rows[1]).toMatchObject({ status: "partial", coverage: 0 });
    expect(await scene.published("2026-03-02T10")).toMatchObject({
      revision: 1,
      reportedWindow: { start: "2026-03-02T10:00:00.000Z", end: "2026-03-02T11:00:00.000Z" },
    });
    expect(await verifyPublications(scene.parts)("demo", {})).toMatchObject({ flaws: [] });
  });

  it("are filled in once, and not asked for again", async () => {
    play(listing(A_MINUTE), (hour) => hour === 1);
    await live(3);
    const asked = server.asked.length;
    expect(await scene.work()).toMatchObject({ closed: 0, restated: 0 });
    scene.clock.now = HOUR_ZERO + 4 * HOUR_MS + 3 * MINUTE_MS;
    expect(await scene.work()).toMatchObject({ closed: 1, restated: 0 });
    expect(server.asked.slice(asked).map(({ path }) => path)).toEqual(["/admin/stats"]);
  });

  it.each([
    ["contradicts what the app reports", () => listing(A_MINUTE + 1)],
    ["is none", () => answering({ RC: 404, RM: "Not Found" }, 404)],
    ["says no number", () => answering({ RC: 0, result: { totalCount: "many" } })],
    ["is no JSON", () => answering("<html>")],
  ])("stay missing when the listing %s", async (_how, list) => {
    play(list(), (hour) => hour === 1);
    await live(3);
    expect(await ledger()).toEqual([COMPLETE, MISSING, COMPLETE]);
  });

  it("wait for the next run when the listing is slow, so that nobody else's closing waits", async () => {
    const slow: Play = (request, response) => {
      scene.clock.now += 6_000;
      listing(A_MINUTE)(request, response);
    };
    play(slow, (hour) => hour === 1 || hour === 2);
    await live(4);
    expect(await ledger()).toEqual([COMPLETE, MISSING, FILLED, COMPLETE]);
    scene.clock.now = HOUR_ZERO + 5 * HOUR_MS + 3 * MINUTE_MS;
    await scene.work();
    expect(await ledger()).toEqual([COMPLETE, FILLED, FILLED, COMPLETE, COMPLETE]);
  });

  it("stay missing after a day", async () => {
    play(listing(A_MINUTE), (hour) => hour > 0 && hour < 26);
    await live(27);
    const rows = await ledger();
    expect(rows.slice(0, 4)).toEqual([COMPLETE, MISSING, MISSING, FILLED]);
    expect(rows.slice(-2)).toEqual([FILLED, COMPLETE]);
  });
});
