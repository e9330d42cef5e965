import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { countedHours, importYear, publishedHours } from "../support/year.ts";

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

  it("lies in the archive under the workspace, the date and the hour, one line each", async () => {
    const path = join(runtime.dataFolder, "archive", "workspace=demo", "date=2024-01-03", "hour=17", "statistics.json");
    const text = await readFile(path, "utf8");
    expect(text.indexOf("\n")).toBe(text.length - 1);
    const api = `${runtime.baseUrl}/v1/snapshots/2024-01-03T17/statistics.json`;
    const response = await fetch(api, { headers: { "x-api-key": runtime.credentials.apiKey } });
    expect(await response.text()).toBe(text);
  });
});
