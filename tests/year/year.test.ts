import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../local/import/api.ts";
import { equalHistories } from "../support/analysis.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { BEGINNINGS, differentIn, written } from "../support/recounts/written.ts";
import { countedHours, importYear, publishedHours } from "../support/recounts/year.ts";

/** 2024 was a leap year. */
const HOURS = 366 * 24;

describe("the real year 2024", () => {
  let runtime: DrillRuntime;
  beforeAll(async () => {
    runtime = await startDrill("2025-01-01T00:30:00Z");
  });
  afterAll(() => runtime.remove());

  it("goes in over HTTP and closes all its hours, each with the numbers of an independent count", async () => {
    const api = { baseUrl: runtime.baseUrl, key: runtime.credentials.apiKey };
    const imported = await importYear(api, HOURS);
    console.log(
      `${imported.events} events at ${imported.eventsPerSecond} a second, ${imported.hours} hours closed at ${imported.hoursPerSecond} a second`,
    );
    expect(imported.hours).toBe(8_784);
    const counted = await countedHours(HOURS);
    expect(counted.at(-1)?.messages).toBe(161_232);
    expect(await publishedHours(api, HOURS)).toEqual(counted.map((hour) => ({ ...hour, status: "imported" })));
  });

  it("is the same in the API, in DuckDB over the documents and in DuckDB over the tables", async () => {
    const told = {
      api: { baseUrl: runtime.baseUrl, key: runtime.credentials.apiKey },
      archive: join(runtime.dataFolder, "archive"),
      workspace: "demo",
      from: "2024-01-01T00:00:00Z",
      to: "2025-01-01T00:00:00Z",
    };
    const closed = await fetch(`${runtime.baseUrl}/local/close-hours`, { method: "POST" });
    expect(closed.status).toBe(200);
    expect(await equalHistories(told)).toBe(HOURS);
  });

  it.each(Object.keys(BEGINNINGS))(
    "has as many active users and rooms by %s as an independent count of the table",
    async (interval) => {
      const api = { baseUrl: runtime.baseUrl, key: runtime.credentials.apiKey };
      const counted = differentIn(written(), interval);
      const { rows } = await ask<{ rows: Record<string, unknown>[] }>(
        api,
        "GET",
        `/v1/history?metrics=users.seen,rooms.used&from=2024-01-01T00&to=2025-01-01T00&interval=${interval}`,
      );
      const told = rows.map((row) => [
        String(row["start"]).slice(0, 10),
        { users: row["users.seen"], rooms: row["rooms.used"] },
      ]);
      expect(told).toEqual([...counted].toSorted(([a], [b]) => (a < b ? -1 : 1)));
      expect(rows.length).toBe({ day: 366, week: 53, month: 12 }[interval]);
    },
  );

  it("knows of each month who was new, who came back and who stayed", async () => {
    const api = { baseUrl: runtime.baseUrl, key: runtime.credentials.apiKey };
    const all = written();
    for (const month of ["2024-03", "2024-08", "2024-12"]) {
      const from = `${month}-01`;
      const to = new Date(Date.UTC(2024, Number(month.slice(5)), 1)).toISOString().slice(0, 10);
      const span = Date.parse(to) - Date.parse(from);
      const before = new Date(Date.parse(from) - span).toISOString().slice(0, 10);
      const seen = (start: string, end: string): ReadonlySet<string> =>
        new Set(all.filter(({ date }) => date >= start && date < end).map(({ user }) => user));
      const [now, last, ever] = [seen(from, to), seen(before, from), seen("2024-01-01", from)];
      const { users } = await ask<{ users: Record<string, unknown> }>(
        api,
        "GET",
        `/v1/activity?from=${from}T00&to=${to}T00`,
      );
      expect(users).toMatchObject({
        active: now.size,
        new: [...now].filter((id) => !ever.has(id)).length,
        returning: [...now].filter((id) => ever.has(id) && !last.has(id)).length,
        retained: [...now].filter((id) => last.has(id)).length,
        lost: [...last].filter((id) => !now.has(id)).length,
      });
    }
  });
});
