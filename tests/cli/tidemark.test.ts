import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const COMMAND = fileURLToPath(new URL("../../cli/tidemark.mjs", import.meta.url));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = async (...args: string[]): Promise<Ran> => {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: code as number, stdout, stderr };
};

const HEADER = "timestamp\tmessage\tsender\tchannel\ttopic";
const AT = Date.parse("2024-03-04T05:59:00Z") / 1_000;
/** Two people in two channels over two hours; the last message replies to the first. */
const TABLE = [
  HEADER,
  `${AT}\t1\tada\tgeneral\talpha`,
  `${AT + 60}\t2\tbob\tgeneral\tbeta`,
  `${AT + 61}\t3\tada\trandom\talpha`,
  `${AT + 62}\t4\tbob\tgeneral\talpha`,
].join("\n");

let folder: string;
let runtime: DrillRuntime;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-cli-"));
  runtime = await startDrill("2024-06-01T00:30:00Z");
});
afterAll(async () => {
  await runtime.remove();
  await rm(folder, { recursive: true, force: true });
});

const fileOf = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const makeWorkspace = async (id: string): Promise<void> => {
  const answer = await fetch(`${runtime.baseUrl}/v1/workspaces`, {
    method: "POST",
    headers: { "x-api-key": runtime.credentials.operatorKey, "content-type": "application/json" },
    body: JSON.stringify({ id, name: id }),
  });
  if (!answer.ok) throw new Error(await answer.text());
};

const snapshotOf = async (workspace: string, hour: string): Promise<unknown> => {
  const headers = { "x-api-key": runtime.credentials.operatorKey, "x-tidemark-workspace": workspace };
  return (await fetch(`${runtime.baseUrl}/v1/snapshots/${hour}`, { headers })).json();
};

const importInto = (workspace: string, file: string, ...more: string[]): Promise<Ran> =>
  run("import", "lean-zulip", file, "--data", runtime.dataFolder, "--workspace", workspace, ...more);

describe("tidemark import lean-zulip", () => {
  it("imports a compressed table and closes its hours", async () => {
    await makeWorkspace("packed");
    const file = await fileOf("packed.tsv.gz", gzipSync(TABLE));

    const { code, stdout } = await importInto("packed", file, "--json");

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 4, events: 8, accepted: 8, refusedCount: 0, hours: 2 });
    expect(await snapshotOf("packed", "2024-03-04T05")).toMatchObject({
      ledger: { status: "imported" },
      users: { total: 1, seen: 1 },
      messages: { total: 1, threads: 1 },
    });
    expect(await snapshotOf("packed", "2024-03-04T06")).toMatchObject({
      users: { total: 2, seen: 2 },
      rooms: { total: 2, used: 2 },
      messages: { total: 4, threads: 3, sent: 3 },
    });
  });

  it("tells in words what it did, and goes through the hour that is asked for", async () => {
    await makeWorkspace("plain");
    const file = await fileOf("plain.tsv", `${TABLE}\n`);

    const { code, stdout } = await importInto("plain", file, "--through", "2024-03-04T08");

    expect(code).toBe(0);
    expect(stdout).toMatch(/^4 rows imported as 8 events, 4 hours closed, in \d+ s\.\n$/);
  });

  it("goes on with an import that was broken off, counting nothing twice", async () => {
    await makeWorkspace("broken");
    const bad = await fileOf("broken.tsv", `${TABLE}\nnot a row`);
    const broken = await importInto("broken", bad);
    const good = await fileOf("mended.tsv", TABLE);

    const mended = await importInto("broken", good, "--json");

    expect(broken).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("broken.tsv line 6: expected five columns"),
    });
    expect(JSON.parse(mended.stdout)).toMatchObject({ hours: 2 });
    expect(await snapshotOf("broken", "2024-03-04T06")).toMatchObject({ messages: { total: 4 } });
  });

  it("refuses a workspace that has a past", async () => {
    await makeWorkspace("settled");
    const file = await fileOf("settled.tsv", TABLE);
    await importInto("settled", file);

    expect(await importInto("settled", file)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/closed hours.* import into a new workspace/),
    });
  });

  it.each([
    ["nothing", "", /is empty/],
    ["other columns", "a,b\n1,2", /line 1: the columns must be timestamp, message/],
    ["no rows", HEADER, /holds no messages/],
  ])("names what is wrong with a table of %s", async (name, content, told) => {
    const { code, stderr } = await importInto("demo", await fileOf(`${name}.tsv`, content));

    expect(code).toBe(1);
    expect(stderr).toMatch(told);
    expect(stderr).not.toContain("    at ");
  });

  it.each([
    ["without a file", ["import", "lean-zulip"], /missing required argument 'file'/],
    ["with an hour that is none", ["import", "lean-zulip", "x", "--through", "yesterday"], /2024-12-31T23/],
    ["without credentials", ["import", "lean-zulip", "x", "--data", "/nonexistent"], /--url .*--key/],
    ["with an address that is none", ["import", "lean-zulip", "x", "--url", "nowhere", "--key", "k"], /is no URL/],
    ["with an unknown command", ["exprot"], /unknown command .*\n\(Did you mean export\?\)/],
  ])("called %s does nothing and ends with 2", async (_how, args, told) => {
    const { code, stderr } = await run(...args);

    expect(code).toBe(2);
    expect(stderr).toMatch(told);
  });

  it("says at once that a server can't be reached", async () => {
    const file = await fileOf("unsent.tsv", TABLE);

    const { code, stderr } = await run("import", "lean-zulip", file, "--url", "http://127.0.0.1:1", "--key", "tm_none");

    expect(code).toBe(1);
    expect(stderr).toContain("http://127.0.0.1:1 can't be reached");
  });

  it("says what a wrong key is answered with, and does not repeat it", async () => {
    const file = await fileOf("unknown.tsv", TABLE);

    const { code, stderr } = await run("import", "lean-zulip", file, "--url", runtime.baseUrl, "--key", "tm_wrong");

    expect(code).toBe(1);
    expect(stderr).toContain("answered with 401");
    expect(stderr).not.toContain("tm_wrong");
  });
});
