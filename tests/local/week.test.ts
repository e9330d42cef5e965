import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../local/import/api.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { differentIn, written } from "../support/recounts/written.ts";
import { countedHours, importYear, publishedHours } from "../support/recounts/year.ts";

const HOURS = 7 * 24;

describe("a week of a real year, imported over HTTP", () => {
  let runtime: DrillRuntime;
  beforeAll(async () => {
    runtime = await startDrill("2024-06-01T00:30:00Z");
  });
  afterAll(() => runtime.remove());

  it("gives for every hour the numbers of an independent count", async () => {
    const api = { baseUrl: runtime.baseUrl, key: runtime.credentials.apiKey };
    const imported = await importYear(api, HOURS);
    expect(imported.hours).toBe(HOURS);
    const counted = await countedHours(HOURS);
    expect(counted.at(-1)?.messages).toBeGreaterThan(2_000);
    expect(await publishedHours(api, HOURS)).toEqual(counted.map((hour) => ({ ...hour, status: "imported" })));
  });

  it("has as many active users and rooms by day and week as an independent count of the table", async () => {
    const api = { baseUrl: runtime.baseUrl, key: runtime.credentials.apiKey };
    const rows = written().filter(({ date }) => date < "2024-01-08");
    for (const interval of ["day", "week"]) {
      const { rows: told } = await ask<{ rows: Record<string, unknown>[] }>(
        api,
        "GET",
        `/v1/history?metrics=users.seen,rooms.used&from=2024-01-01T00&to=2024-01-08T00&interval=${interval}`,
      );
      expect(
        told.map((row) => [String(row["start"]).slice(0, 10), { users: row["users.seen"], rooms: row["rooms.used"] }]),
      ).toEqual([...differentIn(rows, interval)]);
    }
    const { activeUsers, users } = await ask<{ activeUsers: object; users: object }>(
      api,
      "GET",
      "/v1/activity?from=2024-01-01T00&to=2024-01-08T00&tz=UTC",
    );
    const week = differentIn(rows, "week").get("2024-01-01")?.users;
    // The last day that is over lies in May, of which nobody observed anything.
    expect(activeUsers).toMatchObject({ day: { from: "2024-05-31T00:00:00.000Z", status: "missing", users: null } });
    expect(users).toMatchObject({ active: week, new: week, returning: null });
  });

  it("lies in the archive under the workspace, the date and the hour, one line each", async () => {
    const path = join(runtime.dataFolder, "archive", "workspace=demo", "date=2024-01-03", "hour=17", "statistics.json");
    const text = await readFile(path, "utf8");
    expect(text.indexOf("\n")).toBe(text.length - 1);
    const api = `${runtime.baseUrl}/v1/snapshots/2024-01-03T17/statistics.json`;
    const response = await fetch(api, { headers: { "x-api-key": runtime.credentials.apiKey } });
    expect(await response.text()).toBe(text);
  });
});
