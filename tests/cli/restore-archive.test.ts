import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS, hourName, hourOf, startOf } from "../../functions/core/hour.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { type Ran, runCommand } from "../support/command.ts";
import { message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

// The command has the real clock, so the drill begins a few hours before now.
const START = hourOf(Date.now()) - 5;

let place: string;
let runtime: DrillRuntime;
const tidemark = (...args: string[]): Promise<Ran> => runCommand(args, { cwd: place, env: {} });
const ask = async (
  { baseUrl, credentials }: DrillRuntime,
  method: string,
  path: string,
  body?: unknown,
  key = credentials.apiKey,
): Promise<Record<string, unknown>> => {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: { "content-type": "application/json", "x-api-key": key },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
};
const ofHour = (hour: number): string =>
  join("workspace=demo", `date=${hourName(hour).slice(0, 10)}`, `hour=${hourName(hour).slice(11)}`, "statistics.json");

/** A data folder that has lost all but its archive. */
const lost = async (name: string): Promise<string> => {
  const folder = join(place, name);
  await mkdir(folder);
  await cp(join(runtime.dataFolder, "archive"), join(folder, "archive"), { recursive: true });
  return folder;
};

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "tidemark-archives-"));
  runtime = await startDrill(isoOf(startOf(START)));
  await ask(runtime, "POST", "/v1/workspaces", { id: "second", name: "Second" }, runtime.credentials.operatorKey);
  for (let hours = 0; hours < 4; hours++) {
    await ask(runtime, "POST", "/v1/events", [message(startOf(START + hours), `user ${hours}`)]);
    await ask(runtime, "POST", "/local/clock", { advanceSeconds: HOUR_MS / 1_000 });
    await ask(runtime, "POST", "/local/close-hours", {});
  }
});
afterAll(async () => {
  await runtime.remove();
  await rm(place, { recursive: true, force: true });
});

describe("tidemark restore --from-archive", () => {
  it("rebuilds a database of the archive, says what is gone, and what is next; that goes on", async () => {
    const folder = await lost("again");
    // The file outlives the database, and the database that is made anew knows nothing of it.
    await cp(join(runtime.dataFolder, "credentials.json"), join(folder, "credentials.json"));
    const { code, stdout } = await tidemark("restore", "--from-archive", "--data", "again");
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toContain(`demo: 4 hours through ${hourName(START + 3)} and 4 publications`);
    expect(stdout).toContain("second: 4 hours");
    for (const gone of ["the directory", "who was seen", "keys, tokens", "time zones"]) expect(stdout).toContain(gone);
    expect(stdout).toContain("Next: npm start -- --data again");

    const started = await startDrill(isoOf(Date.now()), folder);
    try {
      // New credentials, as the command says.
      expect(started.credentials.apiKey).not.toBe(runtime.credentials.apiKey);
      expect(await ask(started, "GET", `/v1/ledger?from=${hourName(START)}&to=${hourName(START + 5)}`)).toMatchObject({
        hours: [
          ...Array.from({ length: 4 }, () => ({ status: "complete" })),
          { status: "missing", reasons: ["restored"] },
        ],
      });
      expect(await ask(started, "GET", "/v1/health")).toMatchObject({ status: "ok" });
      await ask(started, "POST", "/v1/events", [message(Date.now(), "ann")]);
      await ask(started, "POST", "/local/clock", { advanceSeconds: HOUR_MS / 1_000 });
      await ask(started, "POST", "/local/close-hours", {});
      expect(await ask(started, "GET", "/v1/statistics")).toMatchObject({
        messages: { total: 5, sent: 1 },
        ledger: { status: "partial", reasons: ["restored"] },
      });
    } finally {
      await started.stop();
    }
    expect(await tidemark("verify", "--data", "again")).toMatchObject({ code: 0 });
    expect((await tidemark("restore", "--from-archive", "--data", "again")).stdout).toContain("demo stands already");
  });

  it("names what does not fit, restores the others, and goes around it when told to", async () => {
    const folder = await lost("broken");
    const path = join(folder, "archive", ofHour(START + 1));
    await writeFile(path, (await readFile(path, "utf8")).replace('"sent":1', '"sent":2'));
    const refused = await tidemark("restore", "--from-archive", "--data", "broken");
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stdout).toContain("demo is not restored.");
    expect(refused.stdout).toContain(`${ofHour(START + 1)} is not the publication 2 that`);
    expect(refused.stdout).toContain("second: 4 hours");

    const around = await tidemark("restore", "--from-archive", "--data", "broken", "--around", "--json");
    expect(around).toMatchObject({ code: 0 });
    expect(JSON.parse(around.stdout)).toMatchObject([
      { workspace: "demo", restored: true, hours: 3, unfit: [{ problem: expect.stringContaining("publication 2") }] },
      { workspace: "second", restored: true, wasThere: true },
    ]);
    expect(await tidemark("verify", "--data", "broken")).toMatchObject({ code: 1 });
  });

  it("restores one workspace alone", async () => {
    await lost("one");
    const { stdout } = await tidemark("restore", "--from-archive", "--data", "one", "--workspace", "second");
    expect(stdout).toContain("second: 4 hours");
    expect(stdout).not.toContain("demo:");
    expect(await tidemark("restore", "--from-archive", "--data", "one", "--workspace", "third")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("no documents of a workspace third"),
    });
  });

  it.each([
    [["restore", "--data", "x"], 2, "Name a backup; or say --from-archive"],
    [["restore", "backup", "--from-archive", "--data", "x"], 2, "A backup holds more than its archive"],
    [["restore", "backup", "--stack", "Tidemark"], 2, "A backup is restored whole, into a data folder"],
    [["restore", "backup", "--data", "x", "--around"], 2, "A backup is restored whole"],
    [["restore", "--from-archive"], 2, "Say whose archive"],
    [["restore", "--from-archive", "--data", "nowhere"], 1, "There is no archive in"],
  ])("takes no other for it: %j", async (args, code, said) => {
    expect(await tidemark(...args)).toMatchObject({ code, stderr: expect.stringContaining(said) });
    await expect(stat(join(place, "x"))).rejects.toThrow("ENOENT");
  });

  it("leaves a folder alone that a runtime has", async () => {
    expect(await tidemark("restore", "--from-archive", "--data", runtime.dataFolder)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("in use by another Tidemark"),
    });
  });
});
