import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DrillRuntime, startDrill } from "../support/runtime.ts";
import { ROCKETCHAT_TOKEN, ROCKETCHAT_USER } from "../support/servers/vendors.ts";
import { startWebhookServer, type WebhookServer } from "../support/servers/webhook-server.ts";
import { ANN, messageHook, roomHook, uploadHook, userHook } from "../support/webhooks.ts";

const run = promisify(execFile);
const example = (path: string): string => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

let runtime: DrillRuntime;
// The chat server has the real clock.
beforeAll(async () => {
  runtime = await startDrill(new Date().toISOString());
});
afterAll(() => runtime?.remove());

const ask = async (path: string, body: object, workspace = "demo"): Promise<Record<string, unknown>> => {
  const response = await fetch(`${runtime.baseUrl}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-api-key": runtime.credentials.operatorKey,
      "x-tidemark-workspace": workspace,
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Record<string, unknown>;
};

describe("the example of a chat server with a middleware", () => {
  it("tells what happened, and nothing of what failed, and all of it before it ends", async () => {
    const child = spawn(process.execPath, [example("chat-server/server.ts")], {
      env: { TIDEMARK_URL: runtime.baseUrl, TIDEMARK_KEY: runtime.credentials.apiKey, PORT: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const told = text(child.stderr);
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    while (!printed.includes("is ready")) await once(child.stdout, "data");
    const [url = ""] = /http:\S+/.exec(printed) ?? [];
    const statuses: number[] = [];
    const call = async (method: string, path: string): Promise<void> => {
      statuses.push((await fetch(`${url}${path}`, { method, headers: { "x-user": "ann" } })).status);
    };
    await call("PUT", "/users/ann");
    await call("PUT", "/rooms/general");
    await call("POST", "/rooms/general/messages");
    await call("POST", "/rooms/general/messages");
    await call("POST", "/rooms/nowhere/messages");
    child.kill("SIGTERM");
    const [code] = (await once(child, "close")) as [number];
    expect([statuses, code, await told]).toEqual([[200, 200, 200, 200, 404], 0, ""]);
    expect(printed).toContain('{"taken":5,"pending":0,"accepted":5,"refused":0,"lost":0}');
    expect(await ask("/v1/statistics/refresh", {})).toMatchObject({
      users: { total: 1, online: 1, seen: 1 },
      rooms: { channels: 1, used: 1 },
      messages: { sent: 2 },
      instances: { count: 1 },
      connections: { current: 0 },
    });
  });
});

describe("the example of a Rocket.Chat server's webhooks", () => {
  let chat: WebhookServer;
  beforeAll(async () => {
    chat = await startWebhookServer();
  });
  afterAll(() => chat?.close());

  it("sets up eight integrations once, and what they send is counted", async () => {
    const { secret } = await ask("/v1/keys", { label: "chat.example.org", kind: "webhook" });
    const env = {
      ROCKETCHAT_URL: `${chat.url}/`,
      ROCKETCHAT_USER_ID: ROCKETCHAT_USER,
      ROCKETCHAT_AUTH_TOKEN: ROCKETCHAT_TOKEN,
      ROCKETCHAT_USERNAME: "admin",
      TIDEMARK_URL: runtime.baseUrl,
      TIDEMARK_WEBHOOK_TOKEN: String(secret),
    };
    const setUp = (): Promise<{ stdout: string }> =>
      run(process.execPath, [example("rocketchat-webhooks/set-up.ts")], { env });
    expect((await setUp()).stdout.match(/^set up:/gm)).toHaveLength(8);
    expect((await setUp()).stdout.match(/^is there:/gm)).toHaveLength(8);
    expect(chat.integrations).toHaveLength(8);

    const now = new Date().toISOString();
    await ask("/local/clock", { advanceSeconds: 120 });
    const before = await ask("/v1/statistics/refresh", {});
    const statuses = [
      ...(await chat.happen("sendMessage", "all_public_channels", messageHook("m1", now))),
      ...(await chat.happen("sendMessage", "all_public_channels", messageHook("m1", now))),
      ...(await chat.happen("sendMessage", "all_direct_messages", messageHook("m2", now, { channel_name: null }))),
      ...(await chat.happen("fileUploaded", "all_private_groups", uploadHook("m3", now, { file: { size: 4_096 } }))),
      ...(await chat.happen("roomCreated", "", roomHook(now))),
      ...(await chat.happen("userCreated", "", userHook(now, { ...ANN, _id: "bob" }))),
    ];
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
    await ask("/local/clock", { advanceSeconds: 120 });
    const after = await ask("/v1/statistics/refresh", {});
    const difference = (group: string, name: string): number =>
      ((after[group] as Record<string, number>)[name] ?? 0) - ((before[group] as Record<string, number>)[name] ?? 0);
    expect({
      channels: difference("messages", "channels"),
      direct: difference("messages", "direct"),
      bytes: difference("uploads", "bytes"),
      rooms: difference("rooms", "total"),
      users: difference("users", "total"),
    }).toEqual({ channels: 1, direct: 1, bytes: 4_096, rooms: 1, users: 2 });
  });

  it("gives its integrations another token or address, and makes no second ones", async () => {
    const { id, secret: old } = await ask("/v1/keys", { label: "to be rotated", kind: "webhook" });
    const { secret: fresh } = await ask(`/v1/keys/${String(id)}/rotate`, {});
    const own = await startWebhookServer();
    const setUp = async (token: unknown, url = runtime.baseUrl): Promise<string> => {
      const env = {
        ROCKETCHAT_URL: own.url,
        ROCKETCHAT_USER_ID: ROCKETCHAT_USER,
        ROCKETCHAT_AUTH_TOKEN: ROCKETCHAT_TOKEN,
        ROCKETCHAT_USERNAME: "admin",
        TIDEMARK_URL: url,
        TIDEMARK_WEBHOOK_TOKEN: String(token),
      };
      return (await run(process.execPath, [example("rocketchat-webhooks/set-up.ts")], { env })).stdout;
    };
    await setUp(old);
    expect((await setUp(fresh)).match(/^changed:/gm)).toHaveLength(8);
    expect((await setUp(fresh)).match(/^is there:/gm)).toHaveLength(8);
    expect([own.integrations.length, new Set(own.integrations.map(({ token }) => token))]).toEqual([
      8,
      new Set([fresh]),
    ]);
    expect((await setUp(fresh, "https://elsewhere.example.org")).match(/^changed:/gm)).toHaveLength(8);
    await own.close();
  });

  it("says what is not set, and what the server refused", async () => {
    const failing = (env: Record<string, string>): Promise<string> =>
      run(process.execPath, [example("rocketchat-webhooks/set-up.ts")], { env }).then(
        () => "it did not fail",
        ({ stderr }: { stderr: string }) => stderr,
      );
    expect(await failing({ ROCKETCHAT_URL: chat.url })).toContain("ROCKETCHAT_USER_ID is not set");
    const env = { ROCKETCHAT_URL: chat.url, ROCKETCHAT_USER_ID: "nobody", ROCKETCHAT_AUTH_TOKEN: "wrong" };
    const more = { ROCKETCHAT_USERNAME: "admin", TIDEMARK_URL: runtime.baseUrl, TIDEMARK_WEBHOOK_TOKEN: "t" };
    expect(await failing({ ...env, ...more })).toContain(
      "integrations.list?count=0 answered 401: You must be logged in",
    );
  });
});
