import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ran, runCommand } from "../support/command.ts";
import { message } from "../support/events.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";

const START = "2026-03-02T09:10:00.000Z";

let runtime: DrillRuntime;
beforeAll(async () => {
  runtime = await startDrill(START);
});
afterAll(() => runtime.remove());

const tidemark = (...args: string[]): Promise<Ran> =>
  runCommand(args, { cwd: runtime.dataFolder, env: { TIDEMARK_DATA: runtime.dataFolder } });
const jsonOf = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await tidemark(...args, "--json");
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
};
const ask = (path: string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${runtime.baseUrl}${path}`, { headers });

describe("tidemark key", () => {
  it("makes a key that works, lists it without its secret, rotates and revokes it", async () => {
    const { id, secret } = (await jsonOf("key", "create", "--label", "reports", "--scope", "statistics:read")) as {
      id: string;
      secret: string;
    };
    expect((await ask("/v1/statistics", { "x-api-key": secret })).status).toBe(200);
    const listed = await tidemark("key", "list");
    expect(listed.stdout).toMatch(/^ID +KIND +LABEL/);
    expect(listed.stdout).toContain(id.slice(0, 12));
    expect(listed.stdout).not.toContain(secret);
    const rotated = (await jsonOf("key", "rotate", id.slice(0, 12), "--overlap", "60")) as {
      id: string;
      secret: string;
    };
    expect((await ask("/v1/statistics", { "x-api-key": rotated.secret })).status).toBe(200);
    await jsonOf("key", "revoke", rotated.id.slice(0, 12));
    expect((await ask("/v1/statistics", { "x-api-key": rotated.secret })).status).toBe(401);
  });

  it("puts a secret into a file of its own, and shows it nowhere else", async () => {
    const out = join(runtime.dataFolder, "imkit.json");
    const { stdout } = await tidemark("key", "create", "--label", "app", "--kind", "imkit", "--out", out);
    const { secret } = JSON.parse(await readFile(out, "utf8")) as { secret: string };
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    expect(stdout).not.toContain(secret);
    expect((await ask("/admin/stats", { "im-api-key": secret })).status).toBe(200);
  });
});

describe("tidemark user and tidemark token", () => {
  it("make a user who logs in, a token of theirs, a new password, and an end of all", async () => {
    const made = (await jsonOf("user", "create", "grace")) as { id: string; password: string };
    const logIn = (password: string) =>
      fetch(`${runtime.baseUrl}/api/v1/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ user: "grace", password }),
      });
    expect((await logIn(made.password)).status).toBe(200);
    const token = (await jsonOf("token", "create", "grace", "--name", "dashboards")) as { id: string; secret: string };
    const headers = { "x-auth-token": token.secret, "x-user-id": made.id };
    expect((await ask("/api/v1/statistics", headers)).status).toBe(200);
    expect((await tidemark("token", "list")).stdout).toContain("dashboards");

    const reset = (await jsonOf("user", "reset-password", "grace")) as { password: string };
    expect((await logIn(made.password)).status).toBe(401);
    expect((await logIn(reset.password)).status).toBe(200);
    await jsonOf("token", "revoke", token.id.slice(0, 12));
    expect((await ask("/api/v1/statistics", headers)).status).toBe(401);
    expect(await tidemark("user", "remove", "grace")).toMatchObject({ code: 0 });
    expect((await tidemark("user", "list")).stdout).not.toContain("grace");
    expect(await tidemark("user", "remove", "grace")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("user list"),
    });
  }, 60_000);
});

describe("tidemark workspace", () => {
  it("shows settings, changes those that are named, and refuses what can't be", async () => {
    expect((await tidemark("workspace", "show")).stdout).toMatch(/time zone +UTC/);
    const changed = await jsonOf(
      "workspace",
      "set",
      "--time-zone",
      "Europe/Berlin",
      "--shape",
      "flat",
      "--calls-per-minute",
      "none",
      "--people",
      "counts",
      "--people-days",
      "90",
    );
    expect(changed).toMatchObject({
      timeZone: "Europe/Berlin",
      rocketchat: { shape: "flat", callsPerMinute: null },
      imkit: { echoKeys: true },
      retention: { people: "counts", afterDays: 90 },
    });
    expect(await tidemark("workspace", "set")).toMatchObject({ code: 2, stderr: expect.stringContaining("--help") });
    expect(await tidemark("workspace", "set", "--time-zone", "Mars/Olympus")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("time zone such as Europe/Berlin"),
    });
  });

  it("pauses and resumes one", async () => {
    const send = () =>
      fetch(`${runtime.baseUrl}/v1/events`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": runtime.credentials.apiKey },
        body: JSON.stringify([message(Date.parse(START) + 1_000)]),
      });
    expect(await tidemark("workspace", "pause")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("is paused"),
    });
    expect((await send()).status).toBe(409);
    await jsonOf("workspace", "resume");
    expect((await send()).status).toBe(200);
  });

  it("ends one after its id was said again, once it was exported", async () => {
    await jsonOf("workspace", "create", "old", "--name", "Old", "--data", runtime.dataFolder);
    expect((await tidemark("workspace", "list")).stdout).toMatch(/^old +active/m);
    expect((await tidemark("export", "old")).stdout).toContain('"kind":"workspace"');
    expect(await tidemark("workspace", "end", "old")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--confirm old"),
    });
    expect(await jsonOf("workspace", "end", "old", "--confirm", "old")).toMatchObject({ state: "ended" });
    expect((await tidemark("workspace", "list")).stdout).not.toMatch(/^old/m);
  }, 60_000);
});

describe("tidemark refresh and tidemark export", () => {
  it("show the statistics with every event in", async () => {
    const { stdout } = await tidemark("refresh");
    expect(stdout).toMatch(/^demo as of 2026-03-02T/);
    expect(stdout).toMatch(/Messages +1 +messages\.total/);
  });

  it("write all that was published, a snapshot to a line, and over no other file", async () => {
    for (const [path, body] of [
      ["/local/clock", { advanceSeconds: 7_200 }],
      ["/local/close-hours", {}],
    ] as const)
      await fetch(`${runtime.baseUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
    const out = join(runtime.dataFolder, "demo.ndjson");
    expect(await tidemark("export", "demo", "--out", out)).toMatchObject({ code: 0 });
    const lines = (await readFile(out, "utf8")).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
      "workspace",
      "snapshot",
      "snapshot",
    ]);
    expect(await tidemark("export", "demo", "--out", out)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is there already"),
    });
  });
});
