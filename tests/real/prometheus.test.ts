import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { event, HOUR_ZERO, message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { minutes } from "../support/scene.ts";
import type { Server } from "./moto.ts";
import { checkMetrics, startPrometheus } from "./prometheus.ts";

const PATIENCE_MS = 30_000;
const POLL_MS = 100;

/**
 * The linter takes «hours» for the unit of a duration, of which Prometheus wants seconds; here they are what is
 * counted, and the name is a promise of the API.
 */
const COUNTED_HOURS = 'tidemark_missing_hours_total use base unit "seconds" instead of "hours"';

describe("Prometheus", () => {
  let runtime: DrillRuntime;
  let prometheus: Server;

  beforeAll(async () => {
    const missing = inject("missing")["Prometheus"];
    if (missing !== undefined) throw new Error(missing);
    runtime = await startDrill(new Date(HOUR_ZERO).toISOString());
    await post("/local/clock", { advanceSeconds: 3_780 });
    await post("/v1/events", [
      event("user.changed", HOUR_ZERO, { id: "ann", kind: "user", active: true, status: "online" }),
      message(HOUR_ZERO + minutes(30)),
      event("upload.added", HOUR_ZERO + minutes(2), { bytes: 4_096 }),
      event(
        "instance.reported",
        HOUR_ZERO + minutes(62),
        { id: 'a "b" \\ c', version: "8.6.1", uptime: 60, os: { totalmem: 2, freemem: 1 }, connections: 3 },
        { source: "chat-1" },
      ),
    ]);
    await post("/local/close-hours", {});
    await post("/v1/statistics/refresh", {});
    prometheus = await startPrometheus({
      baseUrl: runtime.baseUrl,
      path: "/v1/metrics",
      key: runtime.credentials.apiKey,
    });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await runtime?.remove();
  });

  const post = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${runtime.baseUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  const exposition = async (accept: string): Promise<string> => {
    const headers = { authorization: `Bearer ${runtime.credentials.apiKey}`, accept };
    return (await fetch(`${runtime.baseUrl}/v1/metrics`, { headers })).text();
  };
  const asked = async (path: string): Promise<unknown> =>
    ((await (await fetch(`${prometheus.endpoint}/api/v1/${path}`)).json()) as { readonly data: unknown }).data;
  /** What a query comes to, by labels, once the first scrape is in. */
  const queried = async (query: string): Promise<Record<string, number>> => {
    for (const giveUpAt = Date.now() + PATIENCE_MS; Date.now() < giveUpAt; await setTimeout(POLL_MS)) {
      const { result } = (await asked(`query?query=${encodeURIComponent(query)}`)) as {
        readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
      };
      if (result.length > 0)
        return Object.fromEntries(
          result.map(({ metric, value }) => [metric["instance_id"] ?? metric["workspace"] ?? "", Number(value[1])]),
        );
    }
    throw new Error(`${query} stayed empty: ${JSON.stringify(await asked("targets"))}`);
  };

  it.each([
    ["tidemark_users", { demo: 1 }],
    ["tidemark_messages_sent", { demo: 1 }],
    ["tidemark_uploads_bytes", { demo: 4_096 }],
    ["tidemark_missing_hours_total", { demo: 0 }],
    ["tidemark_last_success_timestamp_seconds", { demo: expect.closeTo(HOUR_ZERO / 1_000 + 3_780, -2) as number }],
    ["tidemark_instance_memory_free_bytes", { 'a "b" \\ c': 1 }],
  ])("scrapes %s", async (query, values) => {
    expect(await queried(query)).toEqual(values);
  });

  it("takes all of it, knows types and units, and names no error", async () => {
    await queried("tidemark_users");
    expect(await asked("targets")).toMatchObject({ activeTargets: [{ health: "up", lastError: "" }] });
    expect(await asked("metadata")).toMatchObject({
      tidemark_users: [{ type: "gauge", unit: "", help: "Everyone in the directory, active or not, of every kind." }],
      tidemark_uploads_bytes: [{ type: "gauge", unit: "bytes" }],
      tidemark_missing_hours: [{ type: "counter" }],
    });
    const lines = (await exposition("*/*")).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(await queried("scrape_samples_scraped{job='tidemark'}")).toEqual({ "": lines.length });
  });

  it("finds nothing wrong by promtool but the name that is promised", async () => {
    expect(await checkMetrics(await exposition("text/plain"))).toEqual({ code: 3, complaints: [COUNTED_HOURS] });
    // It reads OpenMetrics as the older format, in which a counter is described by its whole name.
    expect(await checkMetrics(await exposition("*/*"))).toEqual({
      code: 3,
      complaints: ["tidemark_missing_hours_total no help text", COUNTED_HOURS],
    });
  });
});
