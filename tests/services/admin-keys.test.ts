import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashOf } from "../../functions/core/credential.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveImkit } from "../../functions/services/serve-imkit.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { createOperatorKey, createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { jsonIn, sending } from "../support/http.ts";
import { pagesOf } from "../support/pages.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:00.000Z");
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

let open: OpenParts;
let parts: Parts;
let admin: HttpHandler;
let v1: HttpHandler;
let first: FirstCredentials;
let other: FirstCredentials;
let operatorKey: string;
const lines: object[] = [];
const log = (line: object): void => void lines.push(line);

interface Key {
  readonly id: string;
  readonly secret: string;
  readonly label: string;
  readonly scopes: readonly string[];
}
type Result = Awaited<ReturnType<HttpHandler>>;

const ask = (method: string, target: string, key: string, body?: unknown, by = admin): Promise<Result> =>
  by(
    sending(method, target, {
      headers: { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
const create = async (body: object, key = first.apiKey): Promise<Key> => {
  const result = await ask("POST", "/v1/keys", key, body);
  expect(result).toMatchObject({ statusCode: 201, headers: { "cache-control": "private, no-store" } });
  return jsonIn(result) as Key;
};
const refusal = async (asked: Promise<Result>): Promise<[number | undefined, string]> => {
  const result = await asked;
  return [result.statusCode, (jsonIn(result) as { type: string }).type];
};
const isGood = async (secret: string, by = v1): Promise<boolean> =>
  (await ask("GET", "/v1/statistics", secret, undefined, by)).statusCode === 200;

beforeEach(async () => {
  open = await openParts({ now: NOW });
  parts = withoutScrypt(open.parts);
  admin = serveAdmin(parts, log);
  v1 = serveV1(parts, log);
  const make = createWorkspace(parts);
  ({ credentials: first } = await make({ id: "acme", name: "Acme" }));
  ({ credentials: other } = await make({ id: "other", name: "Other" }));
  operatorKey = await createOperatorKey(parts)();
});
afterEach(async () => {
  await open.close();
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

describe("POST /v1/keys", () => {
  it("makes a key, and shows its secret here alone", async () => {
    const key = await create({ label: "reader", scopes: ["statistics:read"], expiresAt: "2026-11-22T09:30:00Z" });
    expect(key).toEqual({
      id: hashOf(key.secret),
      kind: "key",
      label: "reader",
      scopes: ["statistics:read"],
      secret: expect.stringMatching(/^tm_\w{43}$/) as string,
      lastCharacters: key.secret.slice(-4),
      createdAt: "2026-11-21T09:30:00.000Z",
      expiresAt: "2026-11-22T09:30:00.000Z",
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(await isGood(key.secret)).toBe(true);
    expect(await refusal(ask("POST", "/v1/statistics/refresh", key.secret, undefined, v1))).toEqual([
      403,
      "/problems/scope-missing",
    ]);
    expect(JSON.stringify(jsonIn(await ask("GET", "/v1/keys", first.apiKey)))).not.toContain(key.secret);
    open.clock.now += DAY_SECONDS * 1_000;
    expect(await refusal(ask("GET", "/v1/statistics", key.secret, undefined, v1))).toEqual([
      401,
      "/problems/credential-expired",
    ]);
  });

  it("gives all scopes but admin unless it is told which", async () => {
    const { scopes } = await create({ label: "server" });
    expect(scopes).toEqual(["events:write", "statistics:read", "statistics:refresh"]);
  });

  it("makes keys of the IMKit dialect, and the address that an IMKit server reports to", async () => {
    const imkit = await create({ label: "app", kind: "imkit" });
    expect(imkit).toMatchObject({
      kind: "imkit",
      scopes: ["platform"],
      secret: expect.stringMatching(/^ak_/) as string,
    });
    const serve = serveImkit(parts, log);
    const headers = { "im-api-key": imkit.secret };
    expect(await serve(sending("GET", "/admin/stats", { headers }))).toMatchObject({ statusCode: 200 });
    const push = await create({ label: "reports", kind: "push" });
    expect(push).toMatchObject({ kind: "push", scopes: ["report"], path: `/ingest/imkit/${push.secret}` });
  });

  it("hands on no more than the caller holds", async () => {
    const { secret } = await create({ label: "half", scopes: ["admin", "statistics:read"] });
    expect(await create({ label: "reader" }, secret)).toMatchObject({ scopes: ["statistics:read"] });
    expect(await refusal(ask("POST", "/v1/keys", secret, { label: "more", scopes: ["events:write"] }))).toEqual([
      403,
      "/problems/scope-missing",
    ]);
    const { id } = await create({ label: "writer", scopes: ["events:write"] });
    expect(await refusal(ask("POST", `/v1/keys/${id}/rotate`, secret))).toEqual([403, "/problems/scope-missing"]);
  });

  it("asks for scopes where the caller has none of the usual ones", async () => {
    const { secret } = await create({ label: "administers alone", scopes: ["admin"] });
    expect(await refusal(ask("POST", "/v1/keys", secret, { label: "empty" }))).toEqual([
      400,
      "/problems/parameter-invalid",
    ]);
    expect(await create({ label: "more", scopes: ["admin", "admin"] }, secret)).toMatchObject({ scopes: ["admin"] });
  });

  it("is for an operator in the workspace that is chosen", async () => {
    const headers = {
      "x-api-key": operatorKey,
      "x-tidemark-workspace": "acme",
      "content-type": "application/json",
    };
    const body = JSON.stringify({ label: "found again", scopes: ["admin"] });
    const result = await admin(sending("POST", "/v1/keys", { headers, body }));
    expect(result.statusCode).toBe(201);
    expect(await ask("GET", "/v1/keys", (jsonIn(result) as Key).secret)).toMatchObject({ statusCode: 200 });
  });

  it.each([
    [{}],
    [{ label: "" }],
    [{ label: "x".repeat(201) }],
    [{ label: "two\nlines" }],
    [{ label: "a", kind: "operator" }],
    [{ label: "a", kind: "session" }],
    [{ label: "a", scopes: [] }],
    [{ label: "a", scopes: ["operator"] }],
    [{ label: "a", scopes: ["view-statistics"] }],
    [{ label: "a", kind: "imkit", scopes: ["statistics:read"] }],
    [{ label: "a", expiresAt: "tomorrow" }],
    [{ label: "a", expiresAt: "2026-11-21T09:30:00Z" }],
    [{ label: "a", secret: "mine" }],
  ])("refuses %j", async (body) => {
    expect(await refusal(ask("POST", "/v1/keys", first.apiKey, body))).toEqual([400, "/problems/parameter-invalid"]);
  });
});

describe("GET /v1/keys", () => {
  it("lists the workspace's keys, and neither tokens nor sessions nor others' keys", async () => {
    const { keys, next } = jsonIn(await ask("GET", "/v1/keys", first.apiKey)) as { keys: Key[]; next?: string };
    expect(keys.map(({ label }) => label).toSorted()).toEqual(["first IMKit key", "first key"]);
    expect(keys.find(({ label }) => label === "first key")).toMatchObject({
      id: hashOf(first.apiKey),
      lastCharacters: first.apiKey.slice(-4),
      lastUsedAt: "2026-11-21T09:30:00.000Z",
      revokedAt: null,
    });
    expect(next).toBeUndefined();
  });

  it("goes by pages", async () => {
    for (const label of ["a", "b", "c", "d", "e"]) await create({ label });
    const pages = await pagesOf(async (after) => {
      const page = await ask("GET", `/v1/keys?limit=3${after === undefined ? "" : `&cursor=${after}`}`, first.apiKey);
      return { next: undefined, ...(jsonIn(page) as { keys: Key[]; next?: string }) };
    });
    expect(pages.map(({ keys }) => keys.length)).toEqual([3, 3, 1]);
    expect(new Set(pages.flatMap(({ keys }) => keys.map(({ id }) => id))).size).toBe(7);
  });

  it.each(["limit=0", "limit=1001", "limit=a", "cursor=%00", "cursor=", "limit=1&limit=2"])(
    "refuses %s",
    async (query) => {
      expect(await refusal(ask("GET", `/v1/keys?${query}`, first.apiKey))).toEqual([
        400,
        "/problems/parameter-invalid",
      ]);
    },
  );
});

describe("DELETE /v1/keys/{id}", () => {
  it("ends a key at once for every service of this process, and within a minute elsewhere", async () => {
    const { id, secret } = await create({ label: "leaked" });
    const elsewhere = serveV1(open.connect(), log);
    expect([await isGood(secret), await isGood(secret, elsewhere)]).toEqual([true, true]);
    expect(await ask("DELETE", `/v1/keys/${id}`, first.apiKey)).toMatchObject({ statusCode: 204 });
    expect(await isGood(secret)).toBe(false);
    open.clock.now += 60_000;
    expect(await isGood(secret, elsewhere)).toBe(false);
    const { keys } = jsonIn(await ask("GET", "/v1/keys", first.apiKey)) as { keys: Key[] };
    expect(keys.find((key) => key.id === id)).toMatchObject({ revokedAt: "2026-11-21T09:30:00.000Z" });
    // Twice is once.
    expect(await ask("DELETE", `/v1/keys/${id}`, first.apiKey)).toMatchObject({ statusCode: 204 });
  });

  it("knows no key of another workspace, and nothing that is no key", async () => {
    const ids = [
      hashOf(other.apiKey),
      hashOf(first.rocketchat.authToken),
      hashOf(operatorKey),
      hashOf("none"),
      "x",
      "a".repeat(4_000),
    ];
    for (const id of ids) {
      expect(await refusal(ask("DELETE", `/v1/keys/${id}`, first.apiKey))).toEqual([
        404,
        "/problems/credential-not-found",
      ]);
      expect(await refusal(ask("POST", `/v1/keys/${id}/rotate`, first.apiKey))).toEqual([
        404,
        "/problems/credential-not-found",
      ]);
    }
    expect(await isGood(other.apiKey)).toBe(true);
  });

  it("does not let the last administrator's key end itself, while another may end it", async () => {
    const own = hashOf(first.apiKey);
    await create({ label: "no administrator" });
    expect(await refusal(ask("DELETE", `/v1/keys/${own}`, first.apiKey))).toEqual([409, "/problems/credential-in-use"]);
    const { secret, id } = await create({ label: "second", scopes: ["admin"] });
    expect(await ask("DELETE", `/v1/keys/${own}`, first.apiKey)).toMatchObject({ statusCode: 204 });
    expect(await refusal(ask("DELETE", `/v1/keys/${id}`, secret))).toEqual([409, "/problems/credential-in-use"]);
    const headers = { "x-api-key": operatorKey, "x-tidemark-workspace": "acme" };
    expect(await admin(sending("DELETE", `/v1/keys/${id}`, { headers }))).toMatchObject({ statusCode: 204 });
  });
});

describe("POST /v1/keys/{id}/rotate", () => {
  it("makes a key with the same rights, beside which the old one is good for a day", async () => {
    const old = await create({ label: "server", scopes: ["events:write", "statistics:read"] });
    const result = await ask("POST", `/v1/keys/${old.id}/rotate`, first.apiKey);
    expect(result).toMatchObject({ statusCode: 201, headers: { "cache-control": "private, no-store" } });
    const renewed = jsonIn(result) as Key;
    expect(renewed).toMatchObject({
      label: "server",
      scopes: ["events:write", "statistics:read"],
      expiresAt: null,
      replaces: { id: old.id, expiresAt: "2026-11-22T09:30:00.000Z" },
    });
    open.clock.now += DAY_SECONDS * 1_000 - 1;
    expect([await isGood(old.secret), await isGood(renewed.secret)]).toEqual([true, true]);
    open.clock.now += 1;
    expect([await isGood(old.secret), await isGood(renewed.secret)]).toEqual([false, true]);
    expect(await refusal(ask("POST", `/v1/keys/${old.id}/rotate`, first.apiKey))).toEqual([
      404,
      "/problems/credential-not-found",
    ]);
  });

  it("takes an overlap, down to none", async () => {
    const old = await create({ label: "server" });
    await ask("POST", `/v1/keys/${old.id}/rotate`, first.apiKey, { overlapSeconds: HOUR_SECONDS });
    open.clock.now += (HOUR_SECONDS - 1) * 1_000;
    expect(await isGood(old.secret)).toBe(true);
    await ask("POST", `/v1/keys/${old.id}/rotate`, first.apiKey, { overlapSeconds: 0 });
    expect(await isGood(old.secret)).toBe(false);
  });

  it("never lets the old one live longer, and the new one as long as the old was made for", async () => {
    const old = await create({ label: "short", expiresAt: "2026-11-21T10:30:00Z" });
    open.clock.now += 30 * 60_000;
    expect(jsonIn(await ask("POST", `/v1/keys/${old.id}/rotate`, first.apiKey))).toMatchObject({
      expiresAt: "2026-11-21T11:00:00.000Z",
      replaces: { expiresAt: "2026-11-21T10:30:00.000Z" },
    });
    open.clock.now += 30 * 60_000;
    expect(await isGood(old.secret)).toBe(false);
  });

  it.each([-1, 2_592_001, 1.5, "1", null])("refuses an overlap of %j seconds", async (overlapSeconds) => {
    const { id } = await create({ label: "server" });
    expect(await refusal(ask("POST", `/v1/keys/${id}/rotate`, first.apiKey, { overlapSeconds }))).toEqual([
      400,
      "/problems/parameter-invalid",
    ]);
  });
});

describe("/v1/tokens", () => {
  const statistics = async (userId: string, authToken: string): Promise<number | undefined> => {
    const headers = { "x-auth-token": authToken, "x-user-id": userId };
    return (await serveRocketchat(parts, log)(sending("GET", "/api/v1/statistics", { headers }))).statusCode;
  };

  it("makes tokens of a user, lists them and ends them at once", async () => {
    const { userId } = first.rocketchat;
    const body = { userId, name: "report", permissions: ["view-statistics"], expiresAt: "2026-12-01T00:00:00Z" };
    const result = await ask("POST", "/v1/tokens", first.apiKey, body);
    expect(result).toMatchObject({ statusCode: 201, headers: { "cache-control": "private, no-store" } });
    const { secret, id } = jsonIn(result) as Key;
    expect(jsonIn(result)).toEqual({
      id: hashOf(secret),
      userId,
      name: "report",
      permissions: ["view-statistics"],
      secret: expect.stringMatching(/^\w{43}$/) as string,
      lastCharacters: secret.slice(-6),
      createdAt: "2026-11-21T09:30:00.000Z",
      expiresAt: "2026-12-01T00:00:00.000Z",
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(await statistics(userId, secret)).toBe(200);
    const listed = jsonIn(await ask("GET", `/v1/tokens?userId=${userId}`, first.apiKey));
    expect(listed).toMatchObject({ tokens: expect.arrayContaining([expect.objectContaining({ id })]) as object[] });
    expect((listed as { tokens: object[] }).tokens).toHaveLength(2);
    expect((jsonIn(await ask("GET", "/v1/tokens", first.apiKey)) as { tokens: object[] }).tokens).toHaveLength(3);
    expect(JSON.stringify(listed)).not.toContain(secret);

    expect(await ask("DELETE", `/v1/tokens/${id}`, first.apiKey)).toMatchObject({ statusCode: 204 });
    expect(await statistics(userId, secret)).toBe(401);
  });

  it("gives what the user has, and no more", async () => {
    const { userId } = first.rocketchat;
    const { permissions } = jsonIn(await ask("POST", "/v1/tokens", first.apiKey, { userId, name: "all" })) as {
      permissions: string[];
    };
    expect(permissions).toEqual(["view-statistics", "edit-privileged-setting", "create-personal-access-tokens"]);
    const more = { userId: first.viewer.userId, name: "more", permissions: ["view-statistics"] };
    expect(await refusal(ask("POST", "/v1/tokens", first.apiKey, more))).toEqual([400, "/problems/parameter-invalid"]);
  });

  it("refuses a name twice, an unknown user, another workspace's, and more than a hundred", async () => {
    const { userId } = first.viewer;
    const make = (body: object): Promise<Result> => ask("POST", "/v1/tokens", first.apiKey, body);
    expect(await refusal(make({ userId, name: "first token" }))).toEqual([409, "/problems/token-exists"]);
    for (const stranger of ["nobody", other.viewer.userId])
      expect(await refusal(make({ userId: stranger, name: "mine" }))).toEqual([404, "/problems/account-missing"]);
    for (let at = 1; at < 100; at++)
      await parts.credentials.put({
        hash: hashOf(`token ${at}`),
        workspace: "acme",
        kind: "token",
        scopes: [],
        userId,
        label: `token ${at}`,
        lastCharacters: "",
        createdAt: NOW,
        expiresAt: null,
        revokedAt: null,
        lastUsedAt: null,
      });
    expect(await refusal(make({ userId, name: "one more" }))).toEqual([409, "/problems/token-too-many"]);
    expect(await ask("DELETE", `/v1/tokens/${hashOf("token 1")}`, first.apiKey)).toMatchObject({ statusCode: 204 });
    expect(await make({ userId, name: "one more" })).toMatchObject({ statusCode: 201 });
  });

  it("ends no key, and no other workspace's token", async () => {
    for (const id of [hashOf(first.apiKey), hashOf(other.rocketchat.authToken), "x"])
      expect(await refusal(ask("DELETE", `/v1/tokens/${id}`, first.apiKey))).toEqual([
        404,
        "/problems/credential-not-found",
      ]);
  });
});

it("keeps in the audit trail who made, rotated and ended which key, and no secret", async () => {
  const key = await create({ label: "server" });
  await ask("POST", `/v1/keys/${key.id}/rotate`, first.apiKey);
  await ask("DELETE", `/v1/keys/${key.id}`, first.apiKey);
  const { acts } = await parts.audit.list("acme", { from: 0, to: NOW + 1, limit: 10 });
  const by = `key «first key» …${first.apiKey.slice(-4)}`;
  expect(acts.map((act) => act.action).toSorted()).toEqual(["key.created", "key.revoked", "key.rotated"]);
  for (const act of acts) expect(act).toMatchObject({ by, details: { label: "server" } });
  expect(JSON.stringify(acts)).not.toContain(key.secret);
});
