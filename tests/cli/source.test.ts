import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ran, runCommand } from "../support/command.ts";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";
import { playRocketchat, ROCKETCHAT_TOKEN, ROCKETCHAT_USER, rocketchat8 } from "../support/servers/vendors.ts";

const START = "2026-03-02T09:10:00.000Z";

let runtime: DrillRuntime;
let server: UpstreamServer;
let credential: string;
beforeAll(async () => {
  runtime = await startDrill(START);
  server = await startUpstream();
  credential = join(runtime.dataFolder, "chat.json");
  await writeFile(credential, JSON.stringify({ userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN }));
});
afterAll(async () => {
  await server.close();
  await runtime.remove();
});

const tidemark = async (...args: string[]): Promise<Ran> => {
  const ran = await runCommand(args, { cwd: runtime.dataFolder, env: { TIDEMARK_DATA: runtime.dataFolder } });
  expect(ran.stdout + ran.stderr).not.toContain(ROCKETCHAT_TOKEN);
  return ran;
};
const add = (...more: string[]): Promise<Ran> =>
  tidemark("source", "add", "rocketchat", "--url", server.url, "--credential", credential, ...more);
const drill = async (path: string, body?: object): Promise<unknown> => {
  const answered = await fetch(`${runtime.baseUrl}${path}`, { method: "POST", body: JSON.stringify(body ?? {}) });
  return answered.json();
};

describe("tidemark source", () => {
  it("changes nothing for a server that tells nothing, and says why", async () => {
    const { code, stderr } = await add("--allow-private");
    expect(code).not.toBe(0);
    expect(stderr).toContain("upstream-failed");
    expect((await tidemark("source", "show")).stdout).toMatch(/source +events/);
  });

  it("needs the operator's word for an address of the machine's own", async () => {
    const { code, stderr } = await add();
    expect(code).not.toBe(0);
    expect(stderr).toContain("allowPrivate");
  });

  it("tries a server, shows what an hour would record and what can't be known, and sets it", async () => {
    server.play(playRocketchat(() => rocketchat8(Date.parse(START))));
    const tried = await add("--allow-private", "--dry-run");
    expect(tried.stdout).toMatch(/users\.total +120 +as the server tells it/);
    expect(tried.stdout).toMatch(/messages\.sent +— +derived/);
    expect(tried.stdout).toMatch(/users\.seen +— +not known from this source/);
    expect(tried.stdout).toContain("Nothing was changed");
    const { code, stdout, stderr } = await add("--allow-private");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("from now on");
    expect((await tidemark("source", "show")).stdout).toMatch(/credential +kept/);
  });

  it("lets no server draw on the terminal", async () => {
    server.play(playRocketchat(() => ({ ...(rocketchat8(Date.parse(START)) as object), version: "8.6\u001b[2J" })));
    const { stdout } = await add("--allow-private", "--dry-run");
    expect(stdout).toContain(" 8.6[2J was asked");
    server.play(playRocketchat(() => rocketchat8(Date.parse(START))));
  });

  it("is read at the hour by the running server", async () => {
    await drill("/local/clock", { advanceSeconds: 3_600 });
    expect(await drill("/local/close-hours")).toMatchObject({ closed: 1 });
    const { stdout } = await tidemark("source", "show");
    expect(stdout).toMatch(/asked last for +2026-03-02T09: told/);
  });

  it("makes the token of a server's outgoing webhooks, and says where it belongs", async () => {
    const out = join(runtime.dataFolder, "webhook.json");
    const { code, stdout } = await tidemark("source", "webhook", "--label", "chat", "--out", out, "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { kind: "webhook", path: "/ingest/rocketchat" }]);
    const { secret } = JSON.parse(await readFile(out, "utf8")) as { secret: string };
    expect(stdout).not.toContain(secret);
    const answered = await fetch(`${runtime.baseUrl}/ingest/rocketchat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: secret, bot: false }),
    });
    expect([answered.status, await answered.json()]).toMatchObject([200, { accepted: 0 }]);
  });

  it("takes a credential from a file, and says what belongs into it", async () => {
    for (const found of ["{}", "null"]) {
      await writeFile(credential, found);
      const { code, stderr } = await add();
      expect(code).toBe(2);
      expect(stderr).toContain('"userId"');
    }
  });
});
