import { generateKeyPairSync } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { publicNames } from "../../functions/adapters/dns/names.ts";
import { changedFederation, type FederationChange } from "../../functions/core/federation.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { checkFederation } from "../../functions/tasks/check-federation.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { described } from "../support/described.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { jsonIn, sending } from "../support/http.ts";
import { type NameServer, srv, startNameServer, txt } from "../support/servers/name-server.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:10:00Z");

let names: NameServer;
let open: OpenParts;
let parts: Parts;
let handler: HttpHandler;
let key: string;

beforeAll(async () => {
  names = await startNameServer();
});
afterAll(() => names.close());
beforeEach(async () => {
  open = await openParts({ now: NOW, expires: false });
  const ofTest = publicNames({ servers: [names.address], timeoutMs: 5_000, tries: 1, deadlineMs: 10_000 });
  parts = { ...withoutScrypt(open.parts), names: ofTest };
  const { credentials } = await createWorkspace(parts)({ id: "demo", name: "Demo" });
  key = credentials.apiKey;
  handler = described(serveAdmin(parts, () => undefined));
  names.said.clear();
  names.asked.length = 0;
});
afterEach(() => open.close());

const publishAll = (): void => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString().replaceAll("\n", "");
  names.said.set("SRV _rocketchat._https.example.test", [srv("chat.example.test", 443)]);
  // Longer than one string of DNS may be, so it comes in two.
  names.said.set("TXT rocketchat-public-key.example.test", [txt(pem.slice(0, 255), pem.slice(255))]);
};

const set = async (change: FederationChange): Promise<void> => {
  await parts.workspaces.change("demo", (workspace) => ({
    ...workspace,
    federation: changedFederation(workspace.federation, change),
  }));
};

const check = async (body?: object): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> => {
  const isJson = body === undefined ? {} : { "content-type": "application/json" };
  const request = sending("POST", "/v1/federation/check", {
    headers: { authorization: `Bearer ${key}`, ...isJson },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await handler(request);
  return { status: answer.statusCode ?? 0, body: jsonIn(answer) as Record<string, unknown> };
};

const statesIn = ({ body }: { readonly body: Record<string, unknown> }): Record<string, unknown> =>
  Object.fromEntries((body["checks"] as { feature: string; state: string }[]).map((row) => [row.feature, row.state]));

describe("a check of a federation", () => {
  it("reports each record of the domain that is set, and keeps the result", async () => {
    publishAll();
    await set({ enabled: true, domain: "example.test" });

    const answer = await check();
    expect(answer).toMatchObject({
      status: 200,
      body: {
        domain: "example.test",
        discovery: "dns",
        checkedAt: "2026-11-21T09:10:00.000Z",
        reachable: true,
        kept: true,
      },
    });
    expect(statesIn(answer)).toEqual({
      "rocketchat.server": "ok",
      "rocketchat.public-key": "ok",
      "matrix.well-known": "missing",
      "matrix.server": "missing",
    });
    expect((await parts.workspaces.find("demo"))?.federation?.lastCheck).toMatchObject({ at: NOW, isReachable: true });
  });

  it("shows in every reading from then on", async () => {
    publishAll();
    await set({ enabled: true, domain: "example.test" });
    await check();

    const workspace = await parts.workspaces.find("demo");
    const document = workspace && (await takeReading(parts)(workspace, parts.clock())).document;
    expect(document?.["federation"]).toMatchObject({
      enabled: true,
      domain: "example.test",
      discovery: "dns",
      reachable: true,
      checks: expect.arrayContaining([
        expect.objectContaining({ feature: "rocketchat.server", state: "ok", found: "chat.example.test:443" }),
      ]) as unknown,
    });
  });

  it("tries a domain before it is set, and keeps nothing of it", async () => {
    publishAll();
    await set({ domain: "other.test" });

    expect(await check({ domain: "EXAMPLE.test" })).toMatchObject({
      status: 200,
      body: { domain: "example.test", reachable: true, kept: false },
    });
    expect((await parts.workspaces.find("demo"))?.federation?.lastCheck).toBeNull();
  });

  it("asks for none of Rocket.Chat's records with a hub", async () => {
    await set({ domain: "example.test", discovery: "hub" });

    const answer = await check();
    expect(answer.body).toMatchObject({ discovery: "hub", reachable: null, kept: true });
    expect(statesIn(answer)).toEqual({ "matrix.well-known": "missing", "matrix.server": "missing" });
    expect(names.asked.filter((question) => question.includes("rocketchat"))).toEqual([]);
  });

  it("forgets a result that came when the settings had changed", async () => {
    await set({ domain: "example.test" });
    const workspace = await parts.workspaces.find("demo");
    if (workspace === undefined) throw new Error("no workspace");
    const asking = checkFederation(parts)(workspace);
    await set({ domain: "other.test" });

    expect((await asking).isKept).toBe(false);
    expect((await parts.workspaces.find("demo"))?.federation).toMatchObject({ domain: "other.test", lastCheck: null });
  });

  it("needs a domain", async () => {
    expect(await check()).toMatchObject({
      status: 400,
      body: { type: "/problems/parameter-invalid", parameter: "domain" },
    });
    expect(names.asked).toEqual([]);
  });

  it.each(["127.0.0.1", "localhost", "chat.localhost", "[::1]", "example.test:8443", "a".repeat(300), 5, null])(
    "refuses %o for a domain",
    async (domain) => {
      expect(await check({ domain })).toMatchObject({
        status: 400,
        body: { type: "/problems/parameter-invalid", errors: [{ field: "domain" }] },
      });
      expect(names.asked).toEqual([]);
    },
  );

  it.each([[{ discovery: "magic" }], [{ enabled: true }], [[]]])("refuses the body %o", async (body) => {
    expect((await check(body)).status).toBe(400);
  });

  it("is done ten times a minute at most", async () => {
    await set({ domain: "example.test" });
    for (let times = 0; times < 10; times++) expect((await check()).status).toBe(200);

    expect(await check()).toMatchObject({ status: 429, body: { retryAfterSeconds: 60 } });
    open.clock.now += 60_000;
    expect((await check()).status).toBe(200);
  });
});
