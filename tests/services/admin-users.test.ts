import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { createWorkspace, type FirstCredentials, issueCredentials } from "../../functions/tasks/create-workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { jsonIn, sending } from "../support/http.ts";
import { pagesOf } from "../support/pages.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:00.000Z");

let open: OpenParts;
let parts: Parts;
let admin: HttpHandler;
let rocketchat: HttpHandler;
let first: FirstCredentials;
let other: FirstCredentials;
const lines: object[] = [];
const log = (line: object): void => void lines.push(line);

interface User {
  readonly id: string;
  readonly username: string;
  readonly password: string;
}
interface Session {
  readonly userId: string;
  readonly authToken: string;
}
type Result = Awaited<ReturnType<HttpHandler>>;

const ask = (method: string, target: string, body?: unknown, key = first.apiKey): Promise<Result> =>
  admin(
    sending(method, target, {
      headers: { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
const create = async (body: object): Promise<User> => {
  const result = await ask("POST", "/v1/users", body);
  expect(result).toMatchObject({ statusCode: 201, headers: { "cache-control": "private, no-store" } });
  return jsonIn(result) as User;
};
const refusal = async (asked: Promise<Result>): Promise<[number | undefined, string]> => {
  const result = await asked;
  return [result.statusCode, (jsonIn(result) as { type: string }).type];
};
const tryLogin = (user: string, password: string): Promise<Result> =>
  rocketchat(
    sending("POST", "/api/v1/login", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user, password }),
    }),
  );
const logIn = async ({ username, password }: Pick<User, "username" | "password">): Promise<Session> => {
  const result = await tryLogin(username, password);
  expect(result.statusCode).toBe(200);
  return (jsonIn(result) as { data: Session }).data;
};
const me = async ({ userId, authToken }: Session, by = rocketchat): Promise<number | undefined> =>
  (await by(sending("GET", "/api/v1/me", { headers: { "x-user-id": userId, "x-auth-token": authToken } }))).statusCode;

beforeEach(async () => {
  open = await openParts({ now: NOW });
  parts = withoutScrypt(open.parts);
  admin = serveAdmin(parts, log);
  rocketchat = serveRocketchat(parts, log);
  const make = createWorkspace(parts);
  ({ credentials: first } = await make({ id: "acme", name: "Acme" }));
  ({ credentials: other } = await make({ id: "other", name: "Other" }));
});
afterEach(async () => {
  await open.close();
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

describe("POST /v1/users", () => {
  it("makes an account that logs in with the password shown once", async () => {
    const user = await create({ username: "ann" });
    expect(user).toEqual({
      id: expect.stringMatching(/^\w{17}$/) as string,
      username: "ann",
      permissions: ["view-statistics"],
      createdAt: "2026-11-21T09:30:00.000Z",
      password: expect.stringMatching(/^\w{20}$/) as string,
    });
    const { userId } = await logIn(user);
    expect(userId).toBe(user.id);
  });

  it("takes a password and permissions, and does not show a password that was chosen", async () => {
    const password = "correct horse battery";
    const user = await create({ username: "bob@acme.test", permissions: [], password });
    expect(user).toMatchObject({ permissions: [] });
    expect(user).not.toHaveProperty("password");
    await logIn({ username: "bob@acme.test", password });
  });

  it("refuses a name that any workspace has", async () => {
    for (const username of ["admin-acme", "admin-other", "viewer-other"])
      expect(await refusal(ask("POST", "/v1/users", { username }))).toEqual([409, "/problems/account-exists"]);
  });

  it.each([
    [{}, "parameter-invalid"],
    [{ username: "" }, "parameter-invalid"],
    [{ username: "-ann" }, "parameter-invalid"],
    [{ username: "ann lee" }, "parameter-invalid"],
    [{ username: "a".repeat(65) }, "parameter-invalid"],
    [{ username: "ann", permissions: ["operator"] }, "parameter-invalid"],
    [{ username: "ann", permissions: ["admin"] }, "parameter-invalid"],
    [{ username: "ann", password: 123_456_789_012 }, "parameter-invalid"],
    [{ username: "ann", scopes: [] }, "parameter-invalid"],
    [{ username: "ann", password: "short" }, "password-weak"],
    [{ username: "annabel", password: "Annabel's own password" }, "password-weak"],
  ])("refuses %j", async (body, slug) => {
    expect(await refusal(ask("POST", "/v1/users", body))).toEqual([400, `/problems/${slug}`]);
    expect(await parts.accounts.findByName("ann")).toBeUndefined();
  });
});

describe("GET /v1/users", () => {
  it("lists the workspace's accounts, the first administrator and the viewer too, by pages", async () => {
    for (const username of ["ann", "bob", "cid"]) await create({ username });
    const pages = await pagesOf(async (after) => {
      const page = await ask("GET", `/v1/users?limit=2${after === undefined ? "" : `&cursor=${after}`}`);
      return { next: undefined, ...(jsonIn(page) as { users: User[]; next?: string }) };
    });
    const users = pages.flatMap((page) => page.users);
    expect(users.map(({ username }) => username).toSorted()).toEqual([
      "admin-acme",
      "ann",
      "bob",
      "cid",
      "viewer-acme",
    ]);
    expect(users.find(({ username }) => username === "viewer-acme")).toEqual({
      id: first.viewer.userId,
      username: "viewer-acme",
      permissions: [],
      createdAt: "2026-11-21T09:30:00.000Z",
    });
    expect(Math.max(...pages.map((page) => page.users.length))).toBe(2);
  });
});

describe("POST /v1/users/{id}/password", () => {
  it("gives another password, ends all sessions at once and leaves the tokens", async () => {
    const user = await create({ username: "ann" });
    const elsewhere = serveRocketchat(withoutScrypt(open.connect()), log);
    const sessions = [await logIn(user), await logIn(user)];
    const { secret } = jsonIn(await ask("POST", "/v1/tokens", { userId: user.id, name: "report" })) as {
      secret: string;
    };
    expect(await Promise.all(sessions.map((session) => me(session, elsewhere)))).toEqual([200, 200]);

    const result = await ask("POST", `/v1/users/${user.id}/password`);
    expect(result).toMatchObject({ statusCode: 200, headers: { "cache-control": "private, no-store" } });
    const { password } = jsonIn(result) as User;
    expect(await Promise.all(sessions.map((session) => me(session)))).toEqual([401, 401]);
    expect(await me({ userId: user.id, authToken: secret })).toBe(200);
    expect(await tryLogin("ann", user.password)).toMatchObject({ statusCode: 401 });
    await logIn({ username: "ann", password });
    open.clock.now += 60_000;
    expect(await Promise.all(sessions.map((session) => me(session, elsewhere)))).toEqual([401, 401]);
  });

  it("takes a password that was chosen, unless it is weak", async () => {
    const { id } = await create({ username: "ann" });
    const set = (password: string): Promise<Result> => ask("POST", `/v1/users/${id}/password`, { password });
    expect(await refusal(set("short"))).toEqual([400, "/problems/password-weak"]);
    expect(jsonIn(await set("correct horse battery"))).not.toHaveProperty("password");
    await logIn({ username: "ann", password: "correct horse battery" });
  });

  it("opens the viewer's account to a password", async () => {
    const { password } = jsonIn(await ask("POST", `/v1/users/${first.viewer.userId}/password`)) as User;
    expect(await me(await logIn({ username: "viewer-acme", password }))).toBe(200);
  });
});

describe("DELETE /v1/users/{id}", () => {
  it("ends the account with its sessions and tokens, here at once and within a minute elsewhere", async () => {
    const user = await create({ username: "ann" });
    const elsewhere = serveRocketchat(withoutScrypt(open.connect()), log);
    const session = await logIn(user);
    const { secret } = jsonIn(await ask("POST", "/v1/tokens", { userId: user.id, name: "report" })) as {
      secret: string;
    };
    const token = { userId: user.id, authToken: secret };
    expect([await me(session, elsewhere), await me(token, elsewhere)]).toEqual([200, 200]);
    expect(await ask("DELETE", `/v1/users/${user.id}`)).toMatchObject({ statusCode: 204 });
    expect([await me(session), await me(token)]).toEqual([401, 401]);
    open.clock.now += 60_000;
    expect([await me(session, elsewhere), await me(token, elsewhere)]).toEqual([401, 401]);
    expect(await tryLogin("ann", user.password)).toMatchObject({ statusCode: 401 });
    expect(await refusal(ask("DELETE", `/v1/users/${user.id}`))).toEqual([404, "/problems/account-missing"]);
    await create({ username: "ann" });
  });
});

it("knows no user of another workspace", async () => {
  for (const id of [other.rocketchat.userId, other.viewer.userId, "nobody", "a#b", "a".repeat(3_000)]) {
    const path = `/v1/users/${encodeURIComponent(id)}`;
    expect(await refusal(ask("DELETE", path))).toEqual([404, "/problems/account-missing"]);
    expect(await refusal(ask("POST", `${path}/password`))).toEqual([404, "/problems/account-missing"]);
  }
  await logIn(other.rocketchat);
});

it("keeps in the audit trail who made, changed and removed whom, and no password", async () => {
  const { id, password } = await create({ username: "ann" });
  await ask("POST", `/v1/users/${id}/password`, { password: "correct horse battery" });
  await ask("DELETE", `/v1/users/${id}`);
  const { acts } = await parts.audit.list("acme", { from: 0, to: NOW + 1, limit: 10 });
  expect(acts.map((act) => act.action).toSorted()).toEqual(["user.created", "user.password-reset", "user.removed"]);
  for (const act of acts)
    expect(act).toMatchObject({ by: `key «first key» …${first.apiKey.slice(-4)}`, details: { id, username: "ann" } });
  for (const secret of [password, "correct horse battery"]) expect(JSON.stringify(acts)).not.toContain(secret);
});

it("finds the first accounts again when first credentials are made anew", async () => {
  const again = await issueCredentials(parts)("acme");
  expect(again.rocketchat.userId).toBe(first.rocketchat.userId);
  expect(again.viewer.userId).toBe(first.viewer.userId);
  expect(await tryLogin("admin-acme", first.rocketchat.password)).toMatchObject({ statusCode: 401 });
  expect(await me(await logIn(again.rocketchat))).toBe(200);
  expect(await me(again.viewer)).toBe(200);
});

it("gives the first viewer another name when somebody has taken it", async () => {
  await create({ username: "viewer-third" });
  const { credentials } = await createWorkspace(parts)({ id: "third", name: "Third" });
  const { accounts } = await parts.accounts.list("third", 10);
  expect(accounts.find(({ userId }) => userId === credentials.viewer.userId)?.name).toMatch(/^viewer-third-\w{6}$/);
});
