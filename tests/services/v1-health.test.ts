import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyHour, type HourDelta } from "../../functions/core/delta.ts";
import { HOUR_MS, hourName, hourOf } from "../../functions/core/hour.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { issueCredentials } from "../../functions/tasks/create-workspace.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import { finishImport, openImport } from "../../functions/tasks/import-past.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { pauseWorkspace, resumeWorkspace } from "../../functions/tasks/pause-workspace.ts";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { minutes, openScene, type Scene } from "../support/scene.ts";

const FIRST = hourOf(HOUR_ZERO);
const BROKEN = FIRST + 1;

let scene: Scene;
let key: string;
/** Whether the hour after the first can't be read. */
let isBroken: boolean;
const lines: object[] = [];

/** Parts in which one hour's delta makes the closing stumble, as a fault of its own would. */
const breakable = (parts: Parts): Parts => ({
  ...parts,
  hours: {
    ...parts.hours,
    deltas: async (workspace, hours) => {
      const deltas = new Map(await parts.hours.deltas(workspace, hours));
      if (isBroken && deltas.has(BROKEN)) deltas.set(BROKEN, { ...emptyHour(), levels: null } as unknown as HourDelta);
      return deltas;
    },
  },
});

beforeEach(async () => {
  isBroken = false;
  scene = await openScene({ now: HOUR_ZERO, change: breakable });
  key = (await issueCredentials(scene.parts)("demo")).apiKey;
});
afterEach(async () => {
  await scene.close();
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

const get = (target: string, headers: Record<string, string> = {}) =>
  serveV1(scene.parts, (line) => lines.push(line))(
    sending("GET", target, { headers: { "x-api-key": key, ...headers } }),
  );
const at = (hours: number, more = 0): void => {
  scene.clock.now = HOUR_ZERO + hours * HOUR_MS + minutes(more);
};

interface Ledger {
  readonly hours: readonly Record<string, unknown>[];
  readonly next?: string;
}
const ledger = async (query = ""): Promise<Ledger> => jsonIn(await get(`/v1/ledger${query}`)) as Ledger;
const told = ({ hours }: Ledger): unknown[] => hours.map(({ hour, status, reasons }) => [hour, status, reasons]);
const health = async (): Promise<unknown> => jsonIn(await get("/v1/health"));

describe("GET /v1/ledger", () => {
  it("tells of each hour how it was observed, what came late and how often it was restated", async () => {
    at(2, 5);
    await scene.send([message(HOUR_ZERO), message(HOUR_ZERO + HOUR_MS)]);
    await scene.work();
    await scene.send([event("room.changed", HOUR_ZERO + minutes(7), { id: "den", kind: "channel" })]);
    at(3, 5);
    await scene.work();

    const none = { bookedLate: {}, revision: 0 };
    expect(await ledger()).toEqual({
      workspace: "demo",
      hours: [
        {
          hour: "2026-03-02T09",
          start: "2026-03-02T09:00:00.000Z",
          status: "restated",
          reasons: [],
          coverage: { heardMinutes: 2, of: 60 },
          bookedLate: {},
          revision: 1,
        },
        {
          hour: "2026-03-02T10",
          start: "2026-03-02T10:00:00.000Z",
          status: "complete",
          reasons: [],
          coverage: { heardMinutes: 1, of: 60 },
          ...none,
        },
        {
          hour: "2026-03-02T11",
          start: "2026-03-02T11:00:00.000Z",
          status: "complete",
          reasons: [],
          coverage: { heardMinutes: 0, of: 60 },
          revision: 0,
          bookedLate: { "rooms.total": 1, "rooms.channels": 1 },
        },
      ],
    });
  });

  it("shows open hours only to who asks for them, and none that is to come", async () => {
    at(1, 5);
    await scene.work();
    at(2, 30);

    expect(told(await ledger())).toEqual([["2026-03-02T09", "complete", []]]);
    expect(told(await ledger("?to=2026-03-09T00"))).toEqual([
      ["2026-03-02T09", "complete", []],
      ["2026-03-02T10", "open", []],
      ["2026-03-02T11", "open", []],
    ]);
    expect(told(await ledger("?from=2020-01-01T00&to=2020-01-02T00"))).toEqual([]);
  });

  it("has a row for each hour that nobody observed, and says why", async () => {
    const { id } = await openImport(scene.parts)("demo", {});
    await scene.send([message(HOUR_ZERO - 3 * HOUR_MS)], { import: id });
    await finishImport(scene.parts)(scene.workspace, id);

    const gap = { status: "missing", reasons: ["not-observed"], coverage: null, bookedLate: {}, revision: null };
    expect(await ledger()).toMatchObject({
      hours: [
        { hour: "2026-03-02T06", status: "imported" },
        { hour: "2026-03-02T07", ...gap },
        { hour: "2026-03-02T08", ...gap },
      ],
    });
  });

  it("says of hours in which the workspace was paused that they were", async () => {
    at(1, 30);
    await pauseWorkspace(scene.parts)("demo");
    at(4, 30);
    await resumeWorkspace(scene.parts)("demo");
    at(5, 5);
    await scene.work();

    expect(told(await ledger())).toEqual([
      ["2026-03-02T09", "complete", []],
      ["2026-03-02T10", "partial", ["paused"]],
      ["2026-03-02T11", "missing", ["paused"]],
      ["2026-03-02T12", "missing", ["paused"]],
      ["2026-03-02T13", "partial", ["paused"]],
    ]);
    expect(await health()).toMatchObject({ status: "ok", missingHours: 2 });
  });

  it("names hours that could not be closed, until they are", async () => {
    isBroken = true;
    at(3, 5);
    await scene.send([message(HOUR_ZERO), message(HOUR_ZERO + HOUR_MS)]);
    // The closing reads the delta, and does not have it in hand.
    await foldLog(scene.parts)("demo");
    await scene.work().catch(() => {});
    await expect(scene.work()).rejects.toThrow("could not be closed");
    expect(told(await ledger("?to=2026-03-02T11"))).toEqual([
      ["2026-03-02T09", "complete", []],
      ["2026-03-02T10", "open", ["closing-failed"]],
    ]);

    await scene.work().catch(() => {});
    await scene.work();
    expect(told(await ledger())).toEqual([
      ["2026-03-02T09", "complete", []],
      ["2026-03-02T10", "failed", ["closing-failed"]],
      ["2026-03-02T11", "partial", ["levels-short"]],
    ]);
  });

  it("goes page by page through a long history, and repeats no hour", async () => {
    at(50, 5);
    await scene.work();

    const pages = [await ledger("?limit=20")];
    for (let { next } = pages[0] as Ledger; next !== undefined; { next } = pages.at(-1) as Ledger)
      pages.push(await ledger(`?limit=20&cursor=${next}`));
    const found = pages.flatMap(({ hours }) => hours.map(({ hour }) => hour));
    expect(pages.map(({ hours }) => hours.length)).toEqual([20, 20, 10]);
    expect(found).toEqual(Array.from({ length: 50 }, (_, hour) => hourName(FIRST + hour)));
  });

  it("answers nothing new with 304", async () => {
    at(1, 5);
    await scene.work();
    const { headers } = await get("/v1/ledger");

    expect(await get("/v1/ledger", { "if-none-match": String(headers?.["etag"]) })).toMatchObject({ statusCode: 304 });
    at(2, 5);
    await scene.work();
    expect(await get("/v1/ledger", { "if-none-match": String(headers?.["etag"]) })).toMatchObject({ statusCode: 200 });
  });

  it.each(["?from=yesterday", "?from=2026-03-02T10&to=2026-03-02T10", "?limit=1001", "?limit=0", "?cursor=x"])(
    "refuses %s",
    async (query) => {
      expect(await get(`/v1/ledger${query}`)).toMatchObject({ statusCode: 400 });
    },
  );
});

describe("GET /v1/health", () => {
  it("is ok of a workspace that was just made", async () => {
    at(0, 59);

    expect(await health()).toEqual({
      workspace: "demo",
      status: "ok",
      reasons: [],
      checkedAt: "2026-03-02T09:59:00.000Z",
      lastClosedHour: null,
      lastSuccess: null,
      ageSeconds: null,
      lagSeconds: 59 * 60,
      nextRunAt: "2026-03-02T10:03:00.000Z",
      warnAfterMinutes: 90,
      criticalAfterMinutes: 150,
      coverage: null,
      failing: null,
      failedHours: 0,
      failed: [],
      missingHours: 0,
      dirtyHours: 0,
      unarchived: 0,
      anomalies: null,
      deliveriesGivenUp: 0,
    });
  });

  it.each([
    [90, "ok", []],
    [91, "warn", ["no-recent-success"]],
    [150, "warn", ["no-recent-success"]],
    [151, "critical", ["no-recent-success"]],
  ])("is, %i minutes after the last success, %s", async (age, status, reasons) => {
    at(1, 3);
    await scene.work();
    at(1, 3 + age);

    expect(await health()).toMatchObject({
      status,
      reasons,
      lastClosedHour: "2026-03-02T09",
      lastSuccess: "2026-03-02T10:03:00.000Z",
      ageSeconds: age * 60,
      lagSeconds: (age + 3) * 60,
    });
  });

  it("is well again after a run has caught up", async () => {
    at(1, 3);
    await scene.work();
    at(9, 30);
    expect(await health()).toMatchObject({ status: "critical" });
    await scene.work();

    expect(await health()).toMatchObject({ status: "ok", lastClosedHour: "2026-03-02T17", lagSeconds: 30 * 60 });
  });

  it("warns of an hour that can't be closed, and is critical once it is passed over", async () => {
    isBroken = true;
    at(3, 5);
    await scene.send([message(HOUR_ZERO), message(HOUR_ZERO + HOUR_MS)]);
    // The closing reads the delta, and does not have it in hand.
    await foldLog(scene.parts)("demo");
    await scene.work().catch(() => {});
    await scene.work().catch(() => {});
    expect(await health()).toMatchObject({
      status: "warn",
      reasons: ["closing-failed"],
      failing: { hour: "2026-03-02T10" },
      lastClosedHour: "2026-03-02T09",
    });
    await scene.work().catch(() => {});
    await scene.work();
    expect(await health()).toMatchObject({
      status: "critical",
      reasons: ["hours-failed"],
      failedHours: 1,
      failed: ["2026-03-02T10"],
      lastClosedHour: "2026-03-02T11",
    });

    isBroken = false;
    await scene.work();
    expect(await health()).toMatchObject({ status: "ok", failed: [] });
  });

  it("warns of reporters that have fallen silent", async () => {
    at(2, 5);
    await scene.send(
      Array.from({ length: 60 }, (_, minute) =>
        event("instance.reported", HOUR_ZERO + minutes(minute), {
          id: "i",
          version: "1",
          os: { totalmem: 2, freemem: 1 },
        }),
      ),
    );
    await scene.work();

    expect(await health()).toMatchObject({
      status: "warn",
      reasons: ["reporters-silent"],
      lastClosedHour: "2026-03-02T10",
    });
  });

  it("expects nothing of a paused workspace, nor while an import is open", async () => {
    at(9);
    const { id } = await openImport(scene.parts)("demo", {});
    expect(await health()).toMatchObject({ status: "ok", reasons: ["import-open"] });
    await finishImport(scene.parts)(scene.workspace, id);
    await scene.parts.workspaces.change("demo", (workspace) => ({ ...workspace, state: "paused" }));

    expect(await health()).toMatchObject({ status: "ok", reasons: ["paused"] });
  });

  it("counts hours that are to be restated", async () => {
    at(1, 5);
    await scene.work();
    await scene.send([message(HOUR_ZERO)]);
    await foldLog(scene.parts)("demo");

    expect(await health()).toMatchObject({ dirtyHours: 1, unarchived: 0 });
  });
});

describe("GET /v1/metrics", () => {
  it("shows the latest reading in OpenMetrics, with how old the history is", async () => {
    await scene.send([
      event("user.changed", HOUR_ZERO, { id: "ann", kind: "user", active: true, status: "online" }),
      message(HOUR_ZERO),
    ]);
    at(1, 3);
    await scene.work();
    at(1, 33);
    const result = await get("/v1/metrics");

    expect(result.headers).toMatchObject({
      "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
      "cache-control": "private, no-store",
    });
    const text = textIn(result);
    for (const line of [
      'tidemark_users{workspace="demo"} 1',
      'tidemark_users_online{workspace="demo"} 1',
      'tidemark_messages_sent{workspace="demo"} 1',
      'tidemark_last_success_timestamp_seconds{workspace="demo"} 1772445780',
      'tidemark_hour_lag_seconds{workspace="demo"} 1980',
      'tidemark_missing_hours_total{workspace="demo"} 0',
    ])
      expect(text.split("\n")).toContain(line);
    expect(text).not.toContain("tidemark_memory_bytes");
    expect(text.endsWith("\n# EOF\n")).toBe(true);
  });

  it("answers in the older format who reads nothing else", async () => {
    const result = await get("/v1/metrics", { accept: "text/plain;version=0.0.4" });

    expect(result.headers).toMatchObject({
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      vary: expect.stringMatching(/\baccept\b(?!-)/) as string,
    });
    expect(textIn(result)).toContain("# TYPE tidemark_missing_hours_total counter\n");
  });

  it("needs a key", async () => {
    expect(await get("/v1/metrics", { "x-api-key": "wrong" })).toMatchObject({ statusCode: 401 });
  });
});
