import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { createOperatorKey, createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { createKey } from "../../functions/tasks/manage-keys.ts";
import { described } from "../support/described.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { jsonIn, sending } from "../support/http.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");

let open: OpenParts;
let v1: HttpHandler;
let admin: HttpHandler;
let rocketchat: HttpHandler;
let credentials: FirstCredentials;
let operatorKey: string;
let readingKey: string;

beforeAll(async () => {
  open = await openParts({ now: NOW, expires: false });
  const parts = withoutScrypt(open.parts);
  [v1, admin, rocketchat] = [serveV1, serveAdmin, serveRocketchat].map((serve) =>
    described(serve(parts, () => undefined)),
  ) as [HttpHandler, HttpHandler, HttpHandler];
  ({ credentials } = await createWorkspace(parts)({ id: "acme", name: "Acme" }));
  await createWorkspace(parts)({ id: "other", name: "Other" });
  operatorKey = await createOperatorKey(parts)();
  const holder = await parts.credentials.list("acme", 10, undefined, { group: "keys" });
  const owner = holder.credentials.find(({ kind }) => kind === "key");
  if (owner === undefined) throw new Error("the workspace has no key");
  const given = { label: "reader", kind: "key", scopes: ["statistics:read"] } as const;
  readingKey = (await createKey(parts)("acme", owner, given)).secret;
});
afterAll(() => open.close());

interface User {
  readonly userId: string;
  readonly authToken: string;
}
const user = ({ userId, authToken }: User): Record<string, string> => ({
  "X-Auth-Token": authToken,
  "X-User-Id": userId,
});
const ask = async (
  by: HttpHandler,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<{ readonly status: number | undefined; readonly body: unknown }> => {
  const sent =
    body === undefined
      ? { headers }
      : { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await by(sending(method, path, sent));
  return { status: answer.statusCode, body: answer.body === undefined ? undefined : jsonIn(answer) };
};

describe("a user on the routes of our own dialect", () => {
  it.each([
    ["GET", "/v1/statistics", () => v1],
    ["POST", "/v1/statistics/refresh", () => v1],
    ["GET", "/v1/ledger", () => v1],
    ["GET", "/v1/workspace", () => admin],
    ["GET", "/v1/keys", () => admin],
  ] as const)("may %s %s with the permissions of an administrator", async (method, path, by) => {
    expect(await ask(by(), method, path, user(credentials.rocketchat))).toMatchObject({ status: 200 });
  });

  it.each([
    ["GET", "/v1/statistics", "statistics:read", () => v1],
    ["POST", "/v1/statistics/refresh", "statistics:refresh", () => v1],
    ["GET", "/v1/workspace", "admin", () => admin],
  ] as const)("may not %s %s without a permission that is worth %s", async (method, path, scope, by) => {
    expect(await ask(by(), method, path, user(credentials.viewer))).toMatchObject({ status: 403, body: { scope } });
  });

  it.each([
    ["POST", "/v1/events", "events:write", () => v1],
    ["GET", "/v1/reporters", "events:write", () => v1],
    ["GET", "/v1/workspaces", "operator", () => admin],
    ["GET", "/v1/license-keys", "operator", () => admin],
  ] as const)("may never %s %s, which needs %s", async (method, path, scope, by) => {
    const body = method === "POST" ? [] : undefined;
    const answer = await ask(by(), method, path, user(credentials.rocketchat), body);

    expect(answer).toMatchObject({ status: 403, body: { scope } });
  });

  it("is nobody with another user's id, without one, or as a bearer", async () => {
    const { authToken, userId } = credentials.rocketchat;
    const wrong: readonly Record<string, string>[] = [
      { "X-Auth-Token": authToken, "X-User-Id": credentials.viewer.userId },
      { "X-Auth-Token": authToken },
      { "X-User-Id": userId },
    ];
    for (const headers of wrong) expect(await ask(v1, "GET", "/v1/statistics", headers)).toMatchObject({ status: 401 });
    const asBearer = { authorization: `Bearer ${authToken}` };
    expect(await ask(v1, "GET", "/v1/statistics", asBearer)).toMatchObject({ status: 403 });
  });

  it("stays in her own workspace", async () => {
    const headers = { ...user(credentials.rocketchat), "x-tidemark-workspace": "other" };

    expect(await ask(v1, "GET", "/v1/statistics", headers)).toMatchObject({ status: 403 });
  });

  it("hands out no key that sends events, as she may not herself", async () => {
    const given = { label: "sender", scopes: ["events:write"] };

    expect(await ask(admin, "POST", "/v1/keys", user(credentials.rocketchat), given)).toMatchObject({
      status: 403,
      body: { scope: "events:write" },
    });
  });

  it("is nobody any more once she has logged out", async () => {
    const { password, username } = credentials.rocketchat;
    const login = { user: username, password };
    const { data } = (await ask(rocketchat, "POST", "/api/v1/login", {}, login)).body as { data: User };
    expect(await ask(v1, "GET", "/v1/statistics", user(data))).toMatchObject({ status: 200 });
    await ask(rocketchat, "POST", "/api/v1/logout", user(data));

    expect(await ask(v1, "GET", "/v1/statistics", user(data))).toMatchObject({ status: 401 });
  });
});

describe("a key on Rocket.Chat's routes", () => {
  it("gets the Rocket.Chat rendering of its workspace", async () => {
    expect(await ask(rocketchat, "GET", "/api/v1/statistics", { "x-api-key": readingKey })).toMatchObject({
      status: 200,
      body: { success: true, statistics: { totalUsers: 0 } },
    });
  });

  it("may not validate a licence unless it may administer", async () => {
    const license = { license: "none" };
    const validate = (key: string) =>
      ask(rocketchat, "POST", "/api/v1/licenses.validate", { "x-api-key": key }, license);

    expect(await validate(readingKey)).toMatchObject({ status: 403 });
    expect(await validate(credentials.apiKey)).toMatchObject({ status: 400, body: { error: "Invalid license" } });
  });

  it.each(["/api/v1/me", "/api/v1/logout", "/api/v1/licenses.info", "/api/v1/users.getPersonalAccessTokens"])(
    "is nobody at %s, which is about a user",
    async (path) => {
      expect(await ask(rocketchat, "GET", path, { "x-api-key": credentials.apiKey })).toMatchObject({ status: 401 });
    },
  );

  it("is not looked at beside a user's token", async () => {
    const headers = { ...user(credentials.viewer), "x-api-key": credentials.apiKey };

    expect(await ask(rocketchat, "GET", "/api/v1/statistics", headers)).toMatchObject({ status: 400 });
  });

  it("of an operator names the workspace", async () => {
    const headers = { "x-api-key": operatorKey };

    expect(await ask(rocketchat, "GET", "/api/v1/statistics", headers)).toMatchObject({ status: 400 });
    expect(
      await ask(rocketchat, "GET", "/api/v1/statistics", { ...headers, "x-tidemark-workspace": "other" }),
    ).toMatchObject({ status: 200 });
  });
});
