import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { dashboard, queriesOf } from "../support/dashboards.ts";
import { HOUR_ZERO } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { commandIn } from "./debian.ts";
import type { Server } from "./moto.ts";
import { bringPrometheus, startPrometheus } from "./prometheus.ts";

const run = promisify(execFile);
const EXAMPLES = fileURLToPath(new URL("../../examples/prometheus", import.meta.url));

/** What promtool says of the examples, from a folder in which they lie with a key. */
const promtool = async (folder: string, ...args: readonly string[]): Promise<string> => {
  const { file, args: all, env } = commandIn(await bringPrometheus(), "promtool", args);
  const { stdout, stderr } = await run(file, [...all], { env, cwd: folder });
  return stdout + stderr;
};

describe("the examples, with Prometheus itself,", () => {
  let folder: string;
  let runtime: DrillRuntime;
  let prometheus: Server;
  beforeAll(async () => {
    const missing = inject("missing")["Prometheus"];
    if (missing !== undefined) throw new Error(missing);
    folder = await mkdtemp(join(tmpdir(), "tidemark-examples-"));
    await cp(EXAMPLES, folder, { recursive: true });
    await writeFile(join(folder, "tidemark.key"), "key\n");
    runtime = await startDrill(new Date(HOUR_ZERO).toISOString());
    const { baseUrl, credentials } = runtime;
    prometheus = await startPrometheus({ baseUrl, path: "/v1/metrics", key: credentials.apiKey });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await runtime?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it("are a configuration and rules that promtool finds nothing wrong with", async () => {
    expect(await promtool(folder, "check", "config", "--lint=all", "--lint-fatal", "prometheus.yml")).toContain(
      "8 rules found",
    );
  });

  it("have rules that fire when they are to", async () => {
    expect(await promtool(folder, "test", "rules", "tidemark.rules.test.yml")).toContain("SUCCESS");
  });

  it.each(queriesOf(dashboard(), "demo"))("have a dashboard whose query Prometheus can read: %s", async (query) => {
    const response = await fetch(`${prometheus.endpoint}/api/v1/query?query=${encodeURIComponent(query)}`);
    expect(await response.json()).toMatchObject({ status: "success" });
  });
});
