import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { refreshStatistics } from "../../functions/tasks/refresh-statistics.ts";
import { described } from "../support/described.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { message } from "../support/events.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { sha256, withoutScrypt } from "../support/scene.ts";

const START = Date.parse("2026-03-02T09:00:00.000Z");
const WEEK_MS = 168 * HOUR_MS;
const ODD = START + 4 * WEEK_MS;

let open: OpenParts;
let handler: HttpHandler;
let key: string;
beforeAll(async () => {
  open = await openParts({ now: START, cooldownSeconds: 0 });
  const parts = withoutScrypt(open.parts);
  handler = described(serveV1(parts, () => {}));
  const made = await createWorkspace(parts)({ id: "acme", name: "Acme", startsAt: START });
  key = made.credentials.apiKey;
  for (const [week, messages] of [20, 21, 22, 23, 400].entries()) {
    const at = START + week * WEEK_MS;
    open.clock.now = at + HOUR_MS / 2;
    const events = Array.from({ length: messages }, (_, more) => message(at + more * 1_000, `user-${more % 20}`));
    const [id, bodyHash] = [sha256(events), sha256(events)];
    await ingestEvents(parts)({ workspace: "acme", id, bodyHash, events, mayAdjust: false, import: undefined });
  }
  open.clock.now = ODD + HOUR_MS;
  while ((await closeDueHours(parts)("acme")).remaining > 0);
  await refreshStatistics(parts)(made.workspace);
});
afterAll(() => open.close());

const get = (target: string, headers: Record<string, string> = {}) =>
  handler(sending("GET", target, { headers: { "x-api-key": key, ...headers } }));

const UNUSUAL = { statistic: "messages.sent", value: 400, median: 21.5, direction: "above" };

describe("GET /v1/anomalies", () => {
  it("lists what was unusual, with its hour, its band and how far it is", async () => {
    const result = await get("/v1/anomalies");
    expect(result.statusCode).toBe(200);
    expect(jsonIn(result)).toMatchObject({
      workspace: "acme",
      from: "2026-03-02T10:00:00.000Z",
      to: "2026-03-30T10:00:00.000Z",
      anomalies: [{ ...UNUSUAL, hour: "2026-03-30T09", start: "2026-03-30T09:00:00.000Z", low: 0 }],
    });
    expect(jsonIn(await get("/v1/anomalies?from=2026-03-30T00&to=2026-03-30T09"))).toMatchObject({ anomalies: [] });
  });

  it("is paged by whole hours, has an etag, and a range of its own", async () => {
    const page = await get("/v1/anomalies?limit=1");
    expect(jsonIn(page)).not.toHaveProperty("next");
    expect((await get("/v1/anomalies", { "if-none-match": String(page.headers?.["etag"]) })).statusCode).toBe(304);
    expect(jsonIn(await get("/v1/anomalies?from=2025-01-01T00&to=2025-02-01T00"))).toMatchObject({ anomalies: [] });
  });
});

describe("GET /v1/baseline", () => {
  it("gives the band of each hour, into the future, and nulls where too little is known", async () => {
    const result = await get("/v1/baseline?statistic=messages.sent&from=2026-03-30T08&to=2026-04-06T11");
    expect(result.statusCode).toBe(200);
    const { hours, ...told } = jsonIn(result) as {
      hours: { hour: string; median: number | null; high: number | null }[];
    };
    expect(told).toMatchObject({ workspace: "acme", statistic: "messages.sent", weeks: 8 });
    expect(hours).toHaveLength(171);
    expect(hours[0]).toEqual({
      hour: "2026-03-30T08",
      start: "2026-03-30T08:00:00.000Z",
      median: null,
      low: null,
      high: null,
    });
    expect(hours[1]).toMatchObject({ hour: "2026-03-30T09", median: 21.5, low: 0, high: 94.81 });
    expect(hours.at(-2)).toMatchObject({ hour: "2026-04-06T09", median: 22 });
  });

  it("is of the last week by default", async () => {
    const { from, to } = jsonIn(await get("/v1/baseline?statistic=users.seen")) as Record<string, unknown>;
    expect([from, to]).toEqual(["2026-03-23T10:00:00.000Z", "2026-03-30T10:00:00.000Z"]);
  });

  it("holds in an hour that is to come the values that hour will be judged by", async () => {
    const { hours } = jsonIn(await get("/v1/baseline?statistic=messages.sent&from=2026-04-06T09&to=2026-04-06T10")) as {
      hours: { median: number }[];
    };
    expect(hours[0]?.median).toBe(22);
  });

  it.each([
    ["/v1/baseline", "parameter-invalid"],
    ["/v1/baseline?statistic=users.total", "parameter-invalid"],
    ["/v1/baseline?statistic=users.seen&from=2026-01-01T00&to=2026-03-01T00", "range-invalid"],
    ["/v1/anomalies?from=2026-03-02T10&to=2026-03-02T10", "range-invalid"],
    ["/v1/anomalies?from=2020-03-02T10&to=2026-03-02T10", "range-invalid"],
  ])("refuses %s by name", async (target, slug) => {
    const refused = await get(target);
    expect(refused.statusCode).toBe(400);
    expect(jsonIn(refused)).toMatchObject({ type: `/problems/${slug}` });
  });
});

describe("what is unusual now", () => {
  it("stands in the snapshot and in the health, and not in a reading", async () => {
    expect(jsonIn(await get("/v1/snapshots/2026-03-30T09"))).toMatchObject({ anomalies: [UNUSUAL] });
    expect(jsonIn(await get("/v1/health"))).toMatchObject({ anomalies: [UNUSUAL] });
    expect(jsonIn(await get("/v1/statistics"))).toMatchObject({ kind: "reading", anomalies: null });
  });

  it("is among the metrics", async () => {
    const metrics = textIn(await get("/v1/metrics"));
    expect(metrics).toContain('tidemark_anomalies{workspace="acme"} 1\n');
    expect(metrics).toMatch(/tidemark_anomaly_deviation\{workspace="acme",statistic="messages.sent"\} 25\.\d+\n/);
  });
});
