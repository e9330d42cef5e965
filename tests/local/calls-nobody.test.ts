import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { counted } from "../support/counted.ts";
import { message } from "../support/events.ts";
import { Runtimes } from "../support/local-process.ts";

const GUARD = fileURLToPath(new URL("../support/no-calls-home.mjs", import.meta.url));
const COMMAND = fileURLToPath(new URL("../../cli/tidemark.mjs", import.meta.url));

const runtimes = new Runtimes(["--import", GUARD]);
let folder: string;
let notes: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-calls-"));
  notes = join(folder, "calls");
  await writeFile(notes, "");
  process.env["CALLS_NOTED"] = notes;
});
afterAll(async () => {
  delete process.env["CALLS_NOTED"];
  await runtimes.close();
  await rm(folder, { recursive: true, force: true });
});
const noted = async (): Promise<string> => readFile(notes, "utf8");

/** Processes that a process has started, and those that they have. */
const descendants = async (pid: number): Promise<readonly number[]> => {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ").filter(Boolean);
  const below = await Promise.all(children.map(async (child) => descendants(Number(child))));
  return [pid, ...below.flat()];
};

/** Far ends of a process's connections, in the words of Linux: an address in hexadecimal and a port. */
const farEnds = async (pid: number): Promise<readonly string[]> => {
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")),
  );
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(
    ["tcp", "tcp6", "udp", "udp6"].map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8")),
  );
  return tables.flatMap((table) =>
    table
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((words) => inodes.has(words[9] ?? ""))
      .map((words) => words[2] ?? ""),
  );
};

/** Nobody, or this machine; IPv4, IPv6, and IPv4 in IPv6. */
const HERE =
  /^(0{8}|0{32}|[0-9A-F]{6}7F|0{24}01000000|0{16}F{4}0{4}[0-9A-F]{6}7F|0000000000000000FFFF0000[0-9A-F]{6}7F):/;

describe("a run that may reach nobody", () => {
  it("is refused a connection and a name, and both are written down", async () => {
    const asks =
      "await fetch('http://192.0.2.1/').catch(() => {}); await fetch('http://tidemark.example/').catch(() => {});";
    await promisify(execFile)(process.execPath, ["--import", GUARD, "--input-type=module", "-e", asks]);
    expect(await noted()).toMatch(/connection to 192\.0\.2\.1 .*\n[^]*tidemark\.example/);
    await writeFile(notes, "");
  });

  it("of `npm start` does all that it does: counts, refreshes, serves", async () => {
    const data = await runtimes.folder();
    const runtime = await runtimes.start(data, "--empty");
    const headers = { "x-api-key": runtime.credentials.apiKey };
    const counting = await fetch(`${runtime.baseUrl}/v1/events`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify([message(Date.now())]),
    });
    expect(counting.status).toBe(200);
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/v1/statistics"],
      ["POST", "/v1/statistics/refresh"],
      ["GET", "/v1/ledger"],
      ["GET", "/openapi.json"],
    ] as const) {
      const { status } = await fetch(`${runtime.baseUrl}${path}`, { method, headers });
      expect([path, status]).toEqual([path, 200]);
    }
    const processes = await descendants(runtime.pid);
    const ends = (await Promise.all(processes.map(farEnds))).flat();
    await runtime.end();

    expect(ends.filter((end) => !HERE.test(end))).toEqual([]);
    counted(ends.length, `sockets of ${processes.length} processes`, "calling nobody");
    expect(await noted()).toBe("");
  });

  it("of the command's help does, too", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", GUARD, COMMAND, "--help"]);
    expect(stdout).toContain("Usage: tidemark");
    expect(await noted()).toBe("");
  });
});
