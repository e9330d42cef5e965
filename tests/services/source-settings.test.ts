import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { createOperatorKey, issueCredentials } from "../../functions/tasks/create-workspace.ts";
import { endWorkspace } from "../../functions/tasks/end-workspace.ts";
import { HOUR_ZERO } from "../support/events.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";
import {
  IMKIT_KEY,
  playRocketchat,
  ROCKETCHAT_TOKEN,
  ROCKETCHAT_USER,
  rocketchat8,
} from "../support/servers/vendors.ts";

const CREDENTIAL = { userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN };

let scene: Scene;
let server: UpstreamServer;
let handler: HttpHandler;
let adminKey: string;
let operatorKey: string;
const lines: object[] = [];

beforeEach(async () => {
  server = await startUpstream();
  scene = await openScene({ now: HOUR_ZERO });
  handler = serveAdmin(scene.parts, (line) => lines.push(line));
  adminKey = (await issueCredentials(scene.parts)("demo", "admin-of-demo")).apiKey;
  operatorKey = await createOperatorKey(scene.parts)();
});
afterEach(async () => {
  // Nothing in here may crash, not even once it is answered well.
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
  await scene.close();
  await server.close();
});

type Answered = [status: number | undefined, body: Record<string, unknown>];

const asked = async (key: string, method: string, path: string, body?: unknown): Promise<Answered> => {
  const answered = await handler(
    sending(method, path, {
      headers: { "x-api-key": key, "x-tidemark-workspace": "demo", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = textIn(answered);
  expect(text).not.toContain(ROCKETCHAT_TOKEN);
  expect(text).not.toContain(IMKIT_KEY);
  return [answered.statusCode, text === "" ? {} : (jsonIn(answered) as Record<string, unknown>)];
};
const admin = (method: string, path: string, body?: unknown): Promise<Answered> => asked(adminKey, method, path, body);
const operator = (method: string, path: string, body?: unknown): Promise<Answered> =>
  asked(operatorKey, method, path, body);

const setUp = (): Promise<Answered> =>
  operator("PATCH", "/v1/workspace", { source: "rocketchat", upstream: { url: `${server.url}/`, allowPrivate: true } });

describe("where a workspace's numbers come from", () => {
  it("is set, kept and shown, and its credential is not", async () => {
    expect(await setUp()).toMatchObject([
      200,
      { source: "rocketchat", upstream: { url: server.url, refresh: true, allowPrivate: true } },
    ]);
    expect(await admin("PUT", "/v1/workspace/upstream-credential", CREDENTIAL)).toEqual([204, {}]);
    expect(await admin("GET", "/v1/workspace/source")).toMatchObject([
      200,
      {
        source: "rocketchat",
        credential: { kept: true, origin: server.url },
        lastPoll: null,
        capabilities: {
          "users.total": "told",
          "messages.sent": "derived",
          "users.seen": "unknown",
          "connections.peak": "unknown",
        },
      },
    ]);
  });

  it("lies in a file for its owner only, and in no item of the table", async () => {
    await setUp();
    await admin("PUT", "/v1/workspace/upstream-credential", CREDENTIAL);
    const folder = `${scene.archiveFolder}-upstreams`;
    expect(await readdir(folder)).toEqual(["demo.json"]);
    expect((await stat(join(folder, "demo.json"))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readFile(join(folder, "demo.json"), "utf8")).toContain(ROCKETCHAT_TOKEN);
    const acts = await scene.parts.audit.list("demo", { from: 0, to: HOUR_ZERO + 1, limit: 10 });
    expect(acts.acts.map(({ action }) => action)).toContain("upstream-credential.kept");
    expect(JSON.stringify(acts)).not.toContain(ROCKETCHAT_TOKEN);
  });

  it("opens this deployment's own network to operators only", async () => {
    const change = { source: "rocketchat", upstream: { url: server.url, allowPrivate: true } };
    expect(await admin("PATCH", "/v1/workspace", change)).toMatchObject([403, { type: "/problems/scope-missing" }]);
    expect(await admin("POST", "/v1/workspace/source/check", { ...change, credential: CREDENTIAL })).toMatchObject([
      403,
      {},
    ]);
    expect(server.asked).toEqual([]);
  });

  it("takes a new host without what was allowed of the old one, and without its credential", async () => {
    await setUp();
    await admin("PUT", "/v1/workspace/upstream-credential", CREDENTIAL);
    expect(await admin("PATCH", "/v1/workspace", { upstream: { url: "https://elsewhere.example.org" } })).toMatchObject(
      [200, { upstream: { allowPrivate: false } }],
    );
    expect(await admin("POST", "/v1/workspace/source/check", {})).toMatchObject([
      200,
      { ok: false, reason: "credential-missing" },
    ]);
  });

  it("is forgotten on demand, and when the workspace ends", async () => {
    await setUp();
    for (const forget of [
      () => admin("DELETE", "/v1/workspace/upstream-credential"),
      () => endWorkspace(scene.parts)("demo"),
    ]) {
      await admin("PUT", "/v1/workspace/upstream-credential", CREDENTIAL);
      await forget();
      expect(await readdir(`${scene.archiveFolder}-upstreams`)).toEqual([]);
    }
  });

  it.each([
    [{}],
    [{ userId: "short", authToken: ROCKETCHAT_TOKEN }],
    [{ userId: ROCKETCHAT_USER }],
    [{ apiKey: `${IMKIT_KEY}\nx-other: 1` }],
    [{ apiKey: IMKIT_KEY, userId: ROCKETCHAT_USER }],
    [{ apiKey: IMKIT_KEY }],
  ])("refuses a credential that can't be one, and repeats nothing of it (%#)", async (credential) => {
    await setUp();
    expect(await admin("PUT", "/v1/workspace/upstream-credential", credential)).toMatchObject([
      400,
      { type: "/problems/parameter-invalid" },
    ]);
  });

  it("keeps no credential for a workspace that polls nobody", async () => {
    expect(await admin("PUT", "/v1/workspace/upstream-credential", CREDENTIAL)).toMatchObject([
      409,
      { type: "/problems/upstream-not-polled" },
    ]);
  });
});

describe("trying a source", () => {
  const trial = () => ({
    source: "rocketchat",
    upstream: { url: server.url, allowPrivate: true },
    credential: CREDENTIAL,
  });

  it("tells what an hour would record, and keeps nothing", async () => {
    server.play(playRocketchat(() => rocketchat8(scene.clock.now)));
    expect(await operator("POST", "/v1/workspace/source/check", trial())).toMatchObject([
      200,
      {
        ok: true,
        reason: null,
        version: "8.6.1",
        notes: [],
        wouldRecord: { "users.total": 120, "messages.total": 7_310 },
      },
    ]);
    expect((await admin("GET", "/v1/workspace"))[1]).toMatchObject({ source: "events", upstream: null });
  });

  it("tells why nothing would be", async () => {
    server.play(playRocketchat(() => rocketchat8(scene.clock.now), "another token"));
    expect(await operator("POST", "/v1/workspace/source/check", trial())).toMatchObject([
      200,
      { ok: false, reason: "upstream-unauthorized", wouldRecord: {} },
    ]);
  });

  it("is done ten times a minute at most: the server is somebody else's", async () => {
    server.play(playRocketchat(() => rocketchat8(scene.clock.now)));
    for (let time = 0; time < 10; time++)
      expect((await operator("POST", "/v1/workspace/source/check", trial()))[0]).toBe(200);
    expect(await operator("POST", "/v1/workspace/source/check", trial())).toMatchObject([
      429,
      { retryAfterSeconds: 60 },
    ]);
    expect(server.asked).toHaveLength(10);
    scene.clock.now += 60_000;
    expect((await operator("POST", "/v1/workspace/source/check", trial()))[0]).toBe(200);
  });
});
