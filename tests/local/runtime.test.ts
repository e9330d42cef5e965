import { readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Runtimes, type RunningRuntime } from "../support/local-process.ts";

const runtimes = new Runtimes();
afterAll(() => runtimes.close());

const NOW = "2026-03-04T10:20:00.000Z";

const event = (id: string, time: string): object => ({
  specversion: "1.0",
  id,
  source: "test",
  type: "message.sent",
  time,
  data: { room: "general", roomKind: "channel", user: "ada" },
});

const post = (runtime: RunningRuntime, path: string, body?: unknown): Promise<Response> =>
  fetch(`${runtime.baseUrl}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${runtime.credentials.apiKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const get = (runtime: RunningRuntime, path: string): Promise<Response> =>
  fetch(`${runtime.baseUrl}${path}`, { headers: { authorization: `Bearer ${runtime.credentials.apiKey}` } });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const enginePid = async (folder: string): Promise<number> =>
  (JSON.parse(await readFile(join(folder, "engine.pid"), "utf8")) as { pid: number }).pid;

describe("a drill on an empty folder", () => {
  let folder: string;
  let runtime: RunningRuntime;
  beforeAll(async () => {
    folder = await runtimes.folder();
    runtime = await runtimes.start(folder, "--empty", "--drill", "--now", NOW);
  });

  it("leaves credentials of the documented shape, for their owner only", async () => {
    const path = join(folder, "credentials.json");
    const text = JSON.parse(await readFile(path, "utf8")) as object;

    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(text).toEqual({
      workspace: "demo",
      baseUrl: runtime.baseUrl,
      apiKey: expect.stringMatching(/^tm_\w+$/),
      operatorKey: expect.stringMatching(/^tmop_\w+$/),
      imkit: { apiKey: expect.any(String), clientKey: expect.any(String) },
      rocketchat: {
        userId: expect.any(String),
        authToken: expect.any(String),
        username: "admin",
        password: expect.any(String),
      },
      viewer: { userId: expect.any(String), authToken: expect.any(String) },
    });
  });

  it("prints, last, where it is ready, and no secret", () => {
    expect(runtime.printed().trimEnd().split("\n").at(-1)).toBe(`Tidemark is ready on ${runtime.baseUrl}`);
    expect(runtime.printed()).not.toContain(runtime.credentials.apiKey);
  });

  it("moves its clock and closes hours by hand, without grace", async () => {
    const accepted = await (await post(runtime, "/v1/events", [event("m1", "2026-03-04T10:19:00Z")])).json();
    const before = await (await post(runtime, "/local/close-hours")).json();
    const moved = (await (await post(runtime, "/local/clock", { advanceSeconds: 2_400 })).json()) as { now: string };
    const after = await (await post(runtime, "/local/close-hours")).json();
    const again = await (await post(runtime, "/local/close-hours")).json();

    expect(accepted).toMatchObject({ accepted: 1 });
    expect(before).toEqual({ closed: 0, restated: 0 });
    expect(moved.now).toMatch(/^2026-03-04T11:00:\d\d\.\d{3}Z$/);
    expect(after).toEqual({ closed: 1, restated: 0 });
    expect(again).toEqual({ closed: 0, restated: 0 });
    const archived = join(folder, "archive", "workspace=demo", "date=2026-03-04", "hour=10", "statistics.json");
    expect(JSON.parse(await readFile(archived, "utf8"))).toMatchObject({
      hour: "2026-03-04T10",
      messages: { sent: 1 },
    });
  });

  it.each([
    ["{}", 400],
    ['{"advanceSeconds":-1}', 400],
    ['{"advanceSeconds":1e99}', 400],
    ["no json", 400],
  ])("refuses to move its clock by %s", async (body, status) => {
    const answer = await fetch(`${runtime.baseUrl}/local/clock`, { method: "POST", body });

    expect(answer.status).toBe(status);
  });

  it("keeps its state over a restart, and its keys", async () => {
    await runtime.end();
    const next = await runtimes.start(folder, "--empty", "--drill", "--now", "2026-03-04T11:30:00Z");
    const statistics = (await (await get(next, "/v1/statistics")).json()) as object;

    expect(next.credentials).toEqual({ ...runtime.credentials, baseUrl: next.baseUrl });
    expect(statistics).toMatchObject({ hour: "2026-03-04T10", messages: { total: 1 } });
    runtime = next;
  });

  it("refuses a second runtime on its folder, and goes on", async () => {
    const second = await runtimes.run(folder, "--empty", "--port", "0");

    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`in use by another Tidemark (process ${runtime.pid})`);
    expect((await get(runtime, "/healthz")).status).toBe(200);
  });

  it("says so when its port is taken, and leaves no engine behind", async () => {
    const other = await runtimes.folder();
    const refused = await runtimes.run(other, "--empty", "--port", new URL(runtime.baseUrl).port);

    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Port \d+ is taken .* --port/) });
    await expect(enginePid(other)).rejects.toThrow("ENOENT");
  });

  it("takes its engine with it when it is killed, and starts again from what was acknowledged", async () => {
    await post(runtime, "/v1/events", [event("m2", "2026-03-04T11:29:00Z")]);
    const engine = await enginePid(folder);

    await runtime.end("SIGKILL");
    await expect.poll(() => isAlive(engine), { timeout: 5_000 }).toBe(false);

    runtime = await runtimes.start(folder, "--empty", "--drill", "--now", "2026-03-04T11:31:00Z");
    const refreshed = await (await post(runtime, "/v1/statistics/refresh")).json();
    expect(refreshed).toMatchObject({ messages: { total: 2 } });
  });

  it("ends with an error when its engine dies", async () => {
    process.kill(await enginePid(folder), "SIGKILL");

    expect(await runtime.ended).toMatchObject({ code: 1, stderr: expect.stringContaining("engine ended on its own") });
  });

  it("makes new credentials when a crash left none, for the workspace that is there", async () => {
    await unlink(join(folder, "credentials.json"));

    const next = await runtimes.start(folder, "--empty", "--drill", "--now", "2026-03-04T11:40:00Z");

    expect(next.credentials.apiKey).not.toBe(runtime.credentials.apiKey);
    expect(await (await get(next, "/v1/statistics")).json()).toMatchObject({
      workspace: "demo",
      messages: { total: 2 },
    });
    runtime = next;
  });

  it("makes a new key when the one in the file has ended, and leaves the other credentials as they are", async () => {
    const { keys } = (await (await get(runtime, "/v1/keys")).json()) as { keys: { id: string; label: string }[] };
    const headers = { authorization: `Bearer ${runtime.credentials.operatorKey}`, "x-tidemark-workspace": "demo" };
    for (const { id } of keys.filter(({ label }) => label === "first key"))
      await fetch(`${runtime.baseUrl}/v1/keys/${id}`, { method: "DELETE", headers });
    await runtime.end();

    const next = await runtimes.start(folder, "--empty", "--drill", "--now", "2026-03-04T11:50:00Z");

    const { apiKey, baseUrl } = next.credentials;
    expect(apiKey).not.toBe(runtime.credentials.apiKey);
    expect(next.credentials).toEqual({ ...runtime.credentials, apiKey, baseUrl });
    expect((await get(next, "/v1/statistics")).status).toBe(200);
    await next.end();
  });
});

describe("a runtime that is no drill", () => {
  it("has no clock to move, says when the next hour closes, and ends cleanly", async () => {
    const runtime = await runtimes.start(await runtimes.folder(), "--empty");

    expect((await post(runtime, "/local/clock", { advanceSeconds: 1 })).status).toBe(404);
    expect((await post(runtime, "/local/close-hours")).status).toBe(404);
    expect(runtime.printed()).toMatch(/next hour .* closes at \d\d:03 UTC/);
    expect(await runtime.end("SIGINT")).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("wrong arguments", () => {
  it.each([
    [["--port", "99999"], "Give a port"],
    [["--port", ""], "Give a port"],
    [["--now", "yesterday"], "Give an instant"],
    [["--colour"], "unknown option"],
  ])("%j are refused with what to give", async (args, told) => {
    const { code, stderr } = await runtimes.run(await runtimes.folder(), ...args);

    expect(code).toBe(1);
    expect(stderr).toContain(told);
  });
});
