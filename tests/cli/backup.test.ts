import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isoOf } from "../../functions/core/instant.ts";
import { exampleIn, type Ran, runCommand } from "../support/command.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const HOUR_SECONDS = 3_600;
const HOUR_MS = HOUR_SECONDS * 1_000;

interface Manifest {
  readonly workspaces: readonly { readonly id: string; readonly publications: number }[];
  readonly files: readonly { readonly path: string }[];
}

let place: string;
let runtime: DrillRuntime;
const tidemark = (...args: string[]): Promise<Ran> =>
  runCommand(args, { cwd: place, env: { TIDEMARK_DATA: runtime.dataFolder } });
const ask = async ({ baseUrl, credentials }: DrillRuntime, method: string, path: string, body?: unknown) => {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: { "content-type": "application/json", "x-api-key": credentials.apiKey },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response;
};

let hours = 0;
/** An hour of use, and something late for the one before, which restates it. */
const passAnHour = async (): Promise<void> => {
  const now = HOUR_ZERO + hours * HOUR_MS;
  await ask(runtime, "POST", "/v1/events", [
    message(now, `user ${hours}`),
    ...(hours === 0 ? [] : [message(now - HOUR_MS, `late ${hours}`)]),
  ]);
  hours++;
  await ask(runtime, "POST", "/local/clock", { advanceSeconds: HOUR_SECONDS });
  await ask(runtime, "POST", "/local/close-hours", {});
};

const publishedIn = async (data: string): Promise<ReadonlyMap<string, string>> => {
  const archive = join(data, "archive");
  const found = new Map<string, string>();
  for (const entry of await readdir(archive, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(path.slice(archive.length + 1), await readFile(path, "utf8"));
  }
  return found;
};

const manifestOf = async (backup: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(backup, "manifest.json"), "utf8")) as Manifest;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "tidemark-backups-"));
  runtime = await startDrill(isoOf(HOUR_ZERO));
  for (let at = 0; at < 5; at++) await passAnHour();
});
afterAll(async () => {
  await runtime.remove();
  await rm(place, { recursive: true, force: true });
});

describe("tidemark backup and tidemark restore", () => {
  it("copy a runtime that works on, and make one of the copy that has all that was published before", async () => {
    const before = await publishedIn(runtime.dataFolder);
    const working = { isDone: false };
    const work = (async () => {
      while (!working.isDone) await passAnHour();
    })();
    const backedUp = await tidemark("backup", "busy", "--json");
    working.isDone = true;
    await work;
    expect(backedUp).toMatchObject({ code: 0 });
    expect((await stat(join(place, "busy"))).mode & 0o777).toBe(0o700);
    const { workspaces } = await manifestOf(join(place, "busy"));
    const publications = workspaces[0]?.publications ?? 0;
    expect(publications).toBeGreaterThanOrEqual(9);

    const restored = join(place, "restored");
    expect(await tidemark("restore", "busy", "--data", "restored")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("npm start -- --data restored"),
    });
    expect((await stat(join(restored, "credentials.json"))).mode & 0o777).toBe(0o600);
    const verified = await tidemark("verify", "--data", "restored", "--json");
    expect(JSON.parse(verified.stdout)).toMatchObject({ checked: publications, unarchived: 0, flaws: [] });

    const originals = await publishedIn(runtime.dataFolder);
    const known = new Set(originals.values());
    const copies = await publishedIn(restored);
    // What stood before the backup stands there, or has been superseded by the time.
    expect([...before.values()].filter((document) => ![...copies.values()].includes(document))).toEqual([]);
    expect([...copies.values()].filter((document) => !known.has(document))).toEqual([]);

    const other = await startDrill(isoOf(HOUR_ZERO + hours * HOUR_MS), restored);
    try {
      for (const [path, document] of copies) {
        const [, day, hour] = /^workspace=demo\/date=([^/]+)\/hour=(\d\d)\//.exec(path) ?? [];
        if (day === undefined) continue;
        // What was on its way when the moment came restates its hour once it goes on.
        const { revision } = JSON.parse(document) as { revision: number };
        const answer = await ask(other, "GET", `/v1/snapshots/${day}T${hour}/statistics.json?revision=${revision}`);
        expect(await answer.text()).toBe(document);
      }
      expect(other.credentials.apiKey).toBe(runtime.credentials.apiKey);
      // It goes on from there.
      await ask(other, "POST", "/local/close-hours", {});
    } finally {
      await other.stop();
    }
    expect(await tidemark("verify", "--data", "restored")).toMatchObject({ code: 0 });
  });

  it("run as their help shows them, of a runtime that is stopped", async () => {
    await runtime.stop();
    await mkdir(join(runtime.dataFolder, "upstreams"), { recursive: true });
    for (const name of ["demo.key", "demo.json"]) await writeFile(join(runtime.dataFolder, "upstreams", name), name);
    for (const command of ["backup", "restore"]) {
      const { stdout } = await tidemark(command, "--help");
      expect(stdout.split("\n").length).toBeLessThan(36);
      await rm(join(place, "restored"), { recursive: true, force: true });
      expect(await tidemark(...exampleIn(stdout))).toMatchObject({ code: 0, stderr: "" });
    }
    expect(await publishedIn(join(place, "restored"))).toEqual(await publishedIn(runtime.dataFolder));
    expect(await tidemark("verify", "--data", "restored")).toMatchObject({ code: 0 });
    expect((await readdir(join(place, "restored"))).toSorted()).toEqual([
      "archive",
      "credentials.json",
      "dynamodb.sqlite",
      "upstreams",
    ]);
    // What ids are hashed with, and no credential of another server.
    expect(await readdir(join(place, "restored", "upstreams"))).toEqual(["demo.key"]);
    expect((await stat(join(place, "restored", "upstreams", "demo.key"))).mode & 0o777).toBe(0o600);
  });

  it("write over nothing", async () => {
    await mkdir(join(place, "full"));
    await writeFile(join(place, "full", "mine"), "");
    expect(await tidemark("backup", "full")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("full is not empty"),
    });
    expect(await tidemark("restore", "tidemark-backup", "--data", "full")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("full is not empty"),
    });
    expect(await readdir(join(place, "full"))).toEqual(["mine"]);
  });

  it("restore nothing into a folder that a runtime has", async () => {
    const other = await startDrill(isoOf(HOUR_ZERO));
    try {
      expect(await tidemark("restore", "tidemark-backup", "--data", other.dataFolder)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("in use by another Tidemark"),
      });
    } finally {
      await other.remove();
    }
  });

  it.each([
    ["is gone", "archive/workspace=demo/date=2026-03-02/hour=09/statistics.json", undefined, "can't be read (ENOENT)"],
    ["is shorter", "dynamodb.sqlite", "short", "has 5 bytes instead of"],
    ["says something else", "credentials.json", "same length", "does not have its sha256"],
  ])("name the first file of a backup that %s", async (_how, path, content, problem) => {
    const file = join(place, "tidemark-backup", "data", path);
    const bytes = await readFile(file);
    if (content === undefined) await rm(file);
    else await writeFile(file, content === "same length" ? bytes.toString().replace("demo", "deme") : content);
    try {
      const { code, stderr } = await tidemark("restore", "tidemark-backup", "--data", "never");
      expect(code).toBe(1);
      expect(stderr).toContain(`${path} ${problem}`);
      await expect(stat(join(place, "never"))).rejects.toThrow("ENOENT");
    } finally {
      await writeFile(file, bytes);
    }
  });

  it("refuse what is no backup, no data, and a path that leads out of the folder", async () => {
    expect(await tidemark("restore", runtime.dataFolder, "--data", "never")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("it has no manifest.json"),
    });
    expect(await tidemark("backup", "nothing", "--data", join(place, "nowhere"))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There is no data of a local runtime"),
    });
    await expect(stat(join(place, "nothing"))).rejects.toThrow("ENOENT");
    const manifest = await manifestOf(join(place, "tidemark-backup"));
    await mkdir(join(place, "crafted"));
    await writeFile(
      join(place, "crafted", "manifest.json"),
      JSON.stringify({ ...manifest, files: manifest.files.map((file) => ({ ...file, path: `../${file.path}` })) }),
    );
    expect(await tidemark("restore", "crafted", "--data", "never")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is no manifest"),
    });
  });

  it("say so when the disk is full or the copy would lie in what is copied, and leave nothing", async () => {
    const env = { TIDEMARK_DATA: runtime.dataFolder };
    expect(await runCommand(["backup", "unlucky"], { cwd: place, env, isFull: true })).toMatchObject({ code: 1 });
    await expect(stat(join(place, "unlucky"))).rejects.toThrow("ENOENT");
    expect(await tidemark("backup", join(runtime.dataFolder, "archive", "inside"))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("lies in the data folder itself"),
    });
  });

  it("refuse to back up a database that is somewhere else", async () => {
    const env = { TIDEMARK_DATA: runtime.dataFolder, AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" };
    expect(await runCommand(["backup", "elsewhere"], { cwd: place, env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("on a server of your own"),
    });
  });
});
