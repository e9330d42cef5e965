import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { equalHistories } from "../support/analysis.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { countedHours, importYear, publishedHours } from "../support/year.ts";

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
});
