import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ARCHIVE } from "../../functions/contract.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { type Ran, runCommand } from "../support/command.ts";
import { message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const START = Date.parse("2026-03-02T09:00:00.000Z");
const HOUR_SECONDS = 3_600;

let runtime: DrillRuntime;
const post = async (path: string, body: unknown): Promise<void> => {
  const response = await fetch(`${runtime.baseUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
};

beforeAll(async () => {
  runtime = await startDrill(isoOf(START));
  for (let hour = 0; hour < 3; hour++) {
    await post("/v1/events", [message(START + hour * HOUR_SECONDS * 1_000 + 60_000)]);
    await post("/local/clock", { advanceSeconds: HOUR_SECONDS });
  }
  await post("/local/close-hours", {});
});
afterAll(() => runtime.remove());

const runTidemark = (...args: string[]): Promise<Ran> => runCommand(args, { cwd: runtime.dataFolder, env: {} });
const verify = (...more: string[]): Promise<Ran> => runTidemark("verify", "--data", runtime.dataFolder, ...more);
const archived = (name: string): string => join(runtime.dataFolder, "archive", ARCHIVE.statistics("demo", name));

describe("tidemark verify", () => {
  it("finds that all fits beside a running runtime", async () => {
    expect(await verify()).toMatchObject({
      code: 0,
      stdout: "3 publications of demo fit: table, archive and chain agree.\n",
    });
  });

  it("says so as JSON, too", async () => {
    const { stdout } = await verify("--json");
    expect(JSON.parse(stdout)).toEqual({ workspace: "demo", checked: 3, unarchived: 0, flaws: [], isWhole: true });
  });

  it("fails by name when an archived byte was changed, and only where it was", async () => {
    const path = archived("2026-03-02T10");
    const bytes = await readFile(path);
    await writeFile(path, bytes.toString().replace('"revision":0', '"revision":1'));
    try {
      const { code, stdout } = await verify();
      expect(code).toBe(1);
      expect(stdout).toContain("publication 2 (2026-03-02T10), archive: the archived bytes are not the committed ones");
      expect(await verify("--hour", "2026-03-02T10")).toMatchObject({ code: 1 });
      expect(await verify("--hour", "2026-03-02T11")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("1 publication of demo in that range fits"),
      });
    } finally {
      await writeFile(path, bytes);
    }
  });

  it.each([
    [["--hour", "yesterday"], "2026-11-21T09"],
    [["--bucket", "b"], "--table"],
  ])("refuses %j with what to give instead", async (flags, remedy) => {
    const { code, stderr } = await runTidemark("verify", ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(remedy)]);
  });

  it("says that there is no workspace of a name, and no data in a folder", async () => {
    expect(await verify("--workspace", "nobody")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There is no workspace nobody"),
    });
    expect(await runTidemark("verify", "--data", join(runtime.dataFolder, "nowhere"))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There is no data of a local runtime"),
    });
  });

  it("works as well when the runtime is stopped", async () => {
    await runtime.stop();
    expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringContaining("3 publications of demo fit") });
  });
});
