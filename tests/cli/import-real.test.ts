import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importExport } from "../../cli/import/import-export.ts";
import { zulipExport } from "../../cli/import/zulip.ts";
import { terminal } from "../../local/terminal.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { countedHours, publishedHours, rowsOfYear } from "../support/recounts/year.ts";
import { writeZulipExport } from "../support/zulip-export.ts";

const COMMAND = fileURLToPath(new URL("../../cli/tidemark.mjs", import.meta.url));
const HOURS = 4 * 24;
const THROUGH = "2024-01-04T23";

let folder: string;
let runtime: DrillRuntime;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-real-import-"));
  runtime = await startDrill("2024-06-01T00:30:00Z");
});
afterAll(async () => {
  await runtime.remove();
  await rm(folder, { recursive: true, force: true });
});

const makeWorkspace = async (id: string) => {
  const key = runtime.credentials.operatorKey;
  const answer = await fetch(`${runtime.baseUrl}/v1/workspaces`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ id, name: id }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return { baseUrl: runtime.baseUrl, key, workspace: id };
};
const expected = async () => (await countedHours(HOURS)).map((hour) => ({ ...hour, status: "imported" }));

describe("the first days of a real year", () => {
  it("exported as Zulip does and imported, give for every hour the numbers of an independent count", async () => {
    const api = await makeWorkspace("zulip");
    const path = join(folder, "zulip");
    const rows = await writeZulipExport(path, rowsOfYear(HOURS));
    const imported = await importExport({
      api,
      from: await zulipExport(path),
      through: THROUGH,
      terminal: terminal({ write: () => true }),
    });
    expect(imported).toMatchObject({ rows: expect.any(Number), refusedCount: 0, passedOver: {}, hours: HOURS });
    expect(imported.rows).toBeGreaterThan(rows);
    expect(await publishedHours(api, HOURS)).toEqual(await expected());
  });

  it("imported by a command that is killed again and again, end in the same numbers", async () => {
    const api = await makeWorkspace("killed");
    const lines = ["timestamp\tmessage\tsender\tchannel\ttopic"];
    for await (const { time, message, sender, channel, topic } of rowsOfYear(HOURS))
      lines.push([time, message, sender, channel, topic].join("\t"));
    const file = join(folder, "days.tsv");
    await writeFile(file, `${lines.join("\n")}\n`);
    const flags = ["--data", runtime.dataFolder, "--workspace", "killed", "--through", THROUGH];
    /** One run of the command, ended after so many milliseconds unless it ends by itself. */
    const run = async (patience: number): Promise<{ readonly isKilled: boolean; readonly told: string }> => {
      const command = spawn(process.execPath, [COMMAND, "import", "lean-zulip", file, ...flags]);
      const killing = setTimeout(() => command.kill("SIGKILL"), patience);
      const [told, [code]] = await Promise.all([text(command.stderr), once(command, "exit")]);
      clearTimeout(killing);
      return { isKilled: code === null, told: code === 0 ? "done" : told };
    };
    let patience = 400;
    let last = await run(patience);
    const kills: number[] = [];
    while (last.isKilled) {
      kills.push(patience);
      patience *= 1.35;
      last = await run(patience);
    }
    // The server may have finished after the client that asked was killed: then the past is settled already.
    expect(last.told).toMatch(/^done$|closed hours/);
    expect(kills.length).toBeGreaterThan(1);
    expect(await publishedHours(api, HOURS)).toEqual(await expected());
  }, 90_000);
});
