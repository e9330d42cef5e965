import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { described } from "../support/described.ts";
import { message } from "../support/events.ts";
import { jsonIn, sending } from "../support/http.ts";
import { withoutScrypt } from "../support/scene.ts";

const START = Date.parse("2026-03-02T09:00:00.000Z");

let open: OpenParts;
let handler: HttpHandler;
let key: string;
beforeAll(async () => {
  open = await openParts({ now: START });
  const parts = withoutScrypt(open.parts);
  handler = described(serveV1(parts, () => {}));
  key = (await createWorkspace(parts)({ id: "acme", name: "Acme", startsAt: START })).credentials.apiKey;
  const body = JSON.stringify([message(START + 60_000, "ann"), message(START + 120_000, "bob", "board")]);
  open.clock.now = START + 600_000;
  await handler(
    sending("POST", "/v1/events", { headers: { "x-api-key": key, "content-type": "application/json" }, body }),
  );
  open.clock.now = START + 3 * HOUR_MS;
  await closeDueHours(parts)("acme");
});
afterAll(() => open.close());

const get = (target: string, headers: Record<string, string> = {}) =>
  handler(sending("GET", target, { headers: { "x-api-key": key, ...headers } }));

describe("GET /v1/summary", () => {
  it("gives a period's headlines beside the period before", async () => {
    const result = await get("/v1/summary?period=24h");
    expect(result.statusCode).toBe(200);
    const { statistics, ...span } = jsonIn(result) as { statistics: { name: string; value: number | null }[] };
    expect(span).toMatchObject({
      workspace: "acme",
      period: "24h",
      from: "2026-03-01T12:00:00.000Z",
      to: "2026-03-02T12:00:00.000Z",
      previous: { status: "missing", coverage: null },
    });
    const values = Object.fromEntries(statistics.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ "messages.sent": 2, "users.seen": 2, "rooms.used": 2, "connections.peak": null });
  });

  it("is a week without a period, has an etag, and names what it does not know", async () => {
    const week = await get("/v1/summary");
    expect(jsonIn(week)).toMatchObject({ period: "7d" });
    const etag = String(week.headers?.["etag"]);
    expect((await get("/v1/summary", { "if-none-match": etag })).statusCode).toBe(304);
    const refused = await get("/v1/summary?period=fortnight");
    expect(refused.statusCode).toBe(400);
    expect(jsonIn(refused)).toMatchObject({ detail: "period is not one of 24h, 7d, 30d, 90d." });
  });
});

describe("GET /v1/activity", () => {
  it("gives the week's hours in a time zone, the busiest hours and rooms", async () => {
    const result = await get("/v1/activity?tz=Europe/Berlin");
    expect(result.statusCode).toBe(200);
    const { heatMap, ...told } = jsonIn(result) as { heatMap: { messages: number }[][] };
    expect(heatMap[0]?.[10]).toEqual({ hours: 1, messages: 2, mean: 2 });
    expect(told).toMatchObject({
      tz: "Europe/Berlin",
      to: "2026-03-02T12:00:00.000Z",
      busiestHours: [{ hour: "2026-03-02T09", messages: 2, users: 2 }],
      mostActiveRooms: [
        { id: "board", messages: 1 },
        { id: "general", messages: 1 },
      ],
      // No day is over yet, and there was nothing before.
      activeUsers: { day: { from: "2026-02-28T23:00:00.000Z", to: "2026-03-01T23:00:00.000Z", users: null } },
      users: { active: 2, new: 2, returning: null, previous: { to: "2026-02-02T12:00:00.000Z", status: "missing" } },
    });
  });

  it.each([
    ["/v1/activity?tz=Mars/Olympus", "parameter-invalid"],
    ["/v1/activity?from=2026-03-02T10&to=2026-03-02T10", "range-invalid"],
    ["/v1/activity?from=2025-02-02T10&to=2026-03-02T10", "range-invalid"],
  ])("refuses %s by name", async (target, slug) => {
    const refused = await get(target);
    expect(refused.statusCode).toBe(400);
    expect(jsonIn(refused)).toMatchObject({ type: `/problems/${slug}` });
  });
});
