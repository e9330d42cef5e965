import { afterEach, describe, expect, it } from "vitest";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

describe("the first hour of an empty local workspace", () => {
  let runtime: DrillRuntime | undefined;
  afterEach(() => runtime?.remove());

  const firstHour = async (now: string): Promise<unknown> => {
    runtime = await startDrill(now);
    const { baseUrl, credentials } = runtime;
    await fetch(`${baseUrl}/local/clock`, { method: "POST", body: JSON.stringify({ advanceSeconds: 3_600 }) });
    await fetch(`${baseUrl}/local/close-hours`, { method: "POST" });
    const response = await fetch(`${baseUrl}/v1/snapshots/2026-03-02T09`, {
      headers: { "x-api-key": credentials.apiKey },
    });
    return ((await response.json()) as { ledger: unknown }).ledger;
  };

  it("is complete when it was there from the beginning", async () => {
    expect(await firstHour("2026-03-02T09:00:00Z")).toMatchObject({ status: "complete", reasons: [] });
  });

  it("is partial when it began in the middle of it", async () => {
    expect(await firstHour("2026-03-02T09:17:00Z")).toMatchObject({ status: "partial", reasons: ["started"] });
  });
});
