import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS, hourOf, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { type Ran, runCommand } from "../support/command.ts";
import { message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

// The command has the real clock, so the drill begins a few hours before now.
const START = startOf(hourOf(Date.now()) - 5);

let runtime: DrillRuntime;
beforeAll(async () => {
  runtime = await startDrill(isoOf(START));
  const response = await fetch(`${runtime.baseUrl}/v1/events`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
    body: JSON.stringify([message(START + 60_000)]),
  });
  if (!response.ok) throw new Error(await response.text());
});
afterAll(() => runtime.remove());

const tidemark = (...args: string[]): Promise<Ran> =>
  runCommand([...args, "--data", runtime.dataFolder], { cwd: runtime.dataFolder, env: {} });

describe("tidemark doctor and tidemark close", () => {
  it("find that nothing was closed for too long, say what to do, and do it", async () => {
    const before = await tidemark("doctor");
    expect(before).toMatchObject({ code: 1, stdout: expect.stringContaining("critical  demo: no hour was closed") });
    expect(before.stdout).toContain("tidemark close closes what is due now");

    const closed = await tidemark("close", "--json");
    expect(closed.code).toBe(0);
    const hours = (JSON.parse(closed.stdout) as { closed: number }).closed;
    expect(Math.abs(hours - 5)).toBeLessThanOrEqual(1);

    expect(await tidemark("doctor")).toMatchObject({ code: 0, stdout: "demo: all is as it should be.\n" });
    expect(await tidemark("close")).toMatchObject({ code: 0, stdout: "demo: 0 hours closed, 0 restated.\n" });
  });

  it("find a clock that was set back", async () => {
    await fetch(`${runtime.baseUrl}/local/clock`, {
      method: "POST",
      body: JSON.stringify({ advanceSeconds: (7 * HOUR_MS) / 1_000 }),
    });
    await fetch(`${runtime.baseUrl}/v1/statistics/refresh`, {
      method: "POST",
      headers: { "x-api-key": runtime.credentials.apiKey },
    });
    const { code, stdout } = await tidemark("doctor", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      workspaces: ["demo"],
      findings: [{ severity: "critical", what: expect.stringContaining("this machine's clock says") }],
    });
  });
});
