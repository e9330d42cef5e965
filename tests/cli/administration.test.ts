import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actsFrom } from "../../cli/commands/audit.ts";
import type { Ask } from "../../cli/server.ts";
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

describe("an address to report to", () => {
  it("is told of as one, and what has its secret in it goes into the file alone", async () => {
    const out = join(runtime.dataFolder, "push.json");
    const made = await tidemark("key", "create", "--label", "reports", "--kind", "push", "--out", out, "--json");
    const { id, secret, path } = JSON.parse(await readFile(out, "utf8")) as Record<string, string>;
    expect(path).toBe(`/ingest/imkit/${secret}`);
    expect(made.stdout).not.toContain(secret);
    const rotated = join(runtime.dataFolder, "rotated.json");
    const { stdout } = await tidemark("key", "rotate", String(id), "--out", rotated, "--json");
    const { secret: fresh } = JSON.parse(await readFile(rotated, "utf8")) as Record<string, string>;
    expect([fresh?.startsWith("push_"), stdout.includes(String(fresh))]).toEqual([true, false]);
    expect((await tidemark("key", "create", "--label", "more", "--kind", "push")).stdout).toContain("REPORT_URL");
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

describe("tidemark channel", () => {
  it("adds a mailbox, and says that no mail goes out and what to do", async () => {
    const { code, stderr } = await tidemark("channel", "add", "email", "ops@example.org");
    expect([code, stderr]).toEqual([0, expect.stringMatching(/no address to send mail from.*TIDEMARK_MAIL_SENDER=/)]);
    expect((await tidemark("channel", "list")).stdout).toContain("(nothing is sent: this deployment has no address");
  });
});

describe("tidemark audit", () => {
  it("tells who did what, the latest first, and as many as are asked for", async () => {
    await jsonOf("key", "create", "--label", "first noted", "--scope", "statistics:read");
    await jsonOf("key", "create", "--label", "then noted", "--scope", "statistics:read");
    const { stdout } = await tidemark("audit");
    expect(stdout).toMatch(/^WHEN +WHO +WHAT +DETAILS\n\S+Z +key «first key» …\w{4} +key\.created .*then noted/);
    const { acts } = (await jsonOf("audit", "--limit", "1")) as { acts: readonly { details: { label: string } }[] };
    expect(acts.map(({ details }) => details.label)).toEqual(["then noted"]);
    expect((await tidemark("audit", "--to", "2026-01-01T00:00:00Z")).stdout).toBe("Nothing was done in that time.\n");
  });

  it("goes on over the pages of a long trail", async () => {
    const { acts: all } = (await jsonOf("audit")) as { acts: readonly { id: string }[] };
    const asked: string[] = [];
    const request: Ask = async (_method, path) => {
      asked.push(path);
      const [, after] = /cursor=(\d+)/.exec(path) ?? [];
      const at = Number(after ?? 0);
      return { acts: all.slice(at, at + 1), ...(at + 1 < all.length ? { next: String(at + 1) } : {}) } as never;
    };
    expect(await actsFrom(request, "/v1/audit", { limit: 2 })).toEqual(all.slice(0, 2));
    expect(asked).toEqual(["/v1/audit?limit=2", "/v1/audit?limit=1&cursor=1"]);
    expect(await actsFrom(request, "/v1/audit", { limit: 5_000 })).toEqual(all);
  });

  it("reads the trail of a workspace that has ended, and that of the deployment, as the operator", async () => {
    await tidemark("workspace", "create", "short", "--name", "Short", "--json");
    await tidemark("workspace", "end", "short", "--confirm", "short");
    expect((await tidemark("audit", "--workspace", "short")).stdout).toContain("workspace.ended");
    expect((await tidemark("audit", "--deployment")).code).toBe(0);
    expect((await tidemark("audit", "--deployment", "--workspace", "short")).code).toBe(2);
  });
});
