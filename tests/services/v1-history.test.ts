import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../functions/core/hour.ts";
import { STATISTICS } from "../../functions/core/statistic.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { changeWorkspace } from "../../functions/tasks/change-workspace.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { described } from "../support/described.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { message } from "../support/events.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { withoutScrypt } from "../support/scene.ts";

/** 23:00 in Berlin, where the workspace is. */
const START = Date.parse("2026-03-02T22:00:00.000Z");
const HOURS = 4;

let open: OpenParts;
let handler: HttpHandler;
let key: string;

beforeAll(async () => {
  open = await openParts({ now: START });
  const parts = withoutScrypt(open.parts);
  handler = described(serveV1(parts, () => {}));
  key = (await createWorkspace(parts)({ id: "acme", name: "Acme", startsAt: START })).credentials.apiKey;
  await changeWorkspace(parts)("acme", { timeZone: "Europe/Berlin" });
  // One message in the first hour, two in the third; ann in both.
  for (const [at, user] of [
    [0, "ann"],
    [2, "ann"],
    [2, "bob"],
  ] as const) {
    open.clock.now = START + at * HOUR_MS + 600_000;
    await handler(
      sending("POST", "/v1/events", {
        headers: { "x-api-key": key, "content-type": "application/json" },
        body: JSON.stringify([message(open.clock.now, user)]),
      }),
    );
  }
  open.clock.now = START + HOURS * HOUR_MS;
  await closeDueHours(parts)("acme");
});
afterAll(() => open.close());

const get = (query: string) =>
  handler(sending("GET", `/v1/history?metrics=messages.sent,users.seen${query}`, { headers: { "x-api-key": key } }));
const history = async (query: string) => jsonIn(await get(query)) as { rows: { start: string }[] };
const RANGE = "&from=2026-03-02T20&to=2026-03-03T02";

describe("GET /v1/history", () => {
  it("tells days of the workspace's own time zone, and counts who was seen once", async () => {
    expect(await history(`${RANGE}&interval=day`)).toEqual({
      workspace: "acme",
      interval: "day",
      from: "2026-03-02T20:00:00.000Z",
      to: "2026-03-03T02:00:00.000Z",
      tz: "Europe/Berlin",
      statistics: ["messages.sent", "users.seen"],
      rows: [
        expect.objectContaining({ start: "2026-03-01T23:00:00.000Z", "messages.sent": 1, "users.seen": 1 }),
        expect.objectContaining({ start: "2026-03-02T23:00:00.000Z", "messages.sent": 2, "users.seen": 2 }),
      ],
    });
  });

  it("tells hours in UTC, and every length in the zone that is asked for", async () => {
    expect(await history(RANGE)).toMatchObject({ interval: "hour", tz: "UTC" });
    for (const interval of ["day", "week", "month"]) {
      const told = await history(`${RANGE}&interval=${interval}&tz=Asia/Tokyo`);
      expect(told).toMatchObject({ interval, tz: "Asia/Tokyo" });
    }
    expect((await history(`${RANGE}&interval=week&tz=UTC`)).rows).toEqual([
      expect.objectContaining({ start: "2026-03-02T00:00:00.000Z", "messages.sent": 3, "users.seen": 2 }),
    ]);
    expect((await history(`${RANGE}&interval=month&tz=UTC`)).rows).toEqual([
      expect.objectContaining({ start: "2026-03-01T00:00:00.000Z", "messages.sent": 3, "users.seen": 2 }),
    ]);
  });

  it("is of the last whole days by default", async () => {
    const { rows } = await history("&interval=day");
    expect(rows.at(-1)?.start).toBe("2026-03-02T23:00:00.000Z");
    expect(rows).toHaveLength(31);
  });

  it("fills gaps with zero when told to", async () => {
    const gap = { start: "2026-03-02T20:00:00.000Z", status: "missing", coverage: null };
    expect((await history(RANGE)).rows[0]).toEqual({ ...gap, "messages.sent": null, "users.seen": null });
    expect((await history(`${RANGE}&fill=zero`)).rows[0]).toEqual({ ...gap, "messages.sent": 0, "users.seen": 0 });
  });

  it("is a table or lines as well", async () => {
    const csv = await get(`${RANGE}&format=csv`);
    expect(csv.headers).toMatchObject({ "content-type": "text/csv; charset=utf-8", "cache-control": "private" });
    expect(textIn(csv).split("\r\n").slice(0, 3)).toEqual([
      "start,status,coverage,messages.sent,users.seen",
      "2026-03-02T20:00:00.000Z,missing,,,",
      "2026-03-02T21:00:00.000Z,missing,,,",
    ]);
    const lines = await get(`${RANGE}&format=ndjson`);
    expect(lines.headers).toMatchObject({ "content-type": "application/x-ndjson" });
    const rows = textIn(lines)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(rows).toEqual((await history(RANGE)).rows);
  });

  it("links to the rest of what is over 4 MB, in each form, until all is told once", async () => {
    const metrics = STATISTICS.map(({ name }) => name).join(",");
    for (const format of ["json", "csv", "ndjson"]) {
      const starts: string[] = [];
      let pages = 0;
      let target: string | undefined =
        `/v1/history?metrics=${metrics}&from=2025-03-03T02&to=2026-03-03T02&format=${format}`;
      while (target !== undefined) {
        const result = await handler(sending("GET", target, { headers: { "x-api-key": key } }));
        const text = textIn(result);
        expect(text.length).toBeLessThan(4_200_000);
        starts.push(
          ...[...text.matchAll(/"?(?:start":"|\n)(2\d{3}-\d\d-\d\dT\d\d:00:00\.000Z)/g)].map(([, at]) => at ?? ""),
        );
        target = /^<(.+)>; rel="next"$/.exec(String(result.headers?.["link"] ?? ""))?.[1];
        pages++;
      }
      expect(pages).toBeGreaterThan(format === "csv" ? 0 : 1);
      expect([new Set(starts).size, starts.length]).toEqual([8_760, 8_760]);
    }
  }, 60_000);

  it.each(["interval=year", "tz=Nowhere", "fill=one", "format=xml"])("refuses %s", async (query) => {
    const result = await get(`&${query}`);
    expect([result.statusCode, jsonIn(result)]).toMatchObject([400, { type: "/problems/parameter-invalid" }]);
  });
});
