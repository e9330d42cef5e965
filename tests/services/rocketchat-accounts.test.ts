import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestOf } from "../../functions/core/password.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");
const DAY_MS = 86_400_000;
const NOT_LOGGED_IN =
  '{"success":false,"error":"You must be logged in to do this.","status":"error","message":"You must be logged in to do this."}';
const UNAUTHORIZED = '{"success":false,"status":"error","error":"Unauthorized","message":"Unauthorized"}';

let open: OpenParts;
let parts: Parts;
let handler: HttpHandler;
let credentials: FirstCredentials;
const lines: object[] = [];

interface Session {
  readonly userId: string;
  readonly authToken: string;
}
type Result = Awaited<ReturnType<HttpHandler>>;

const headersOf = ({ userId, authToken }: Session): Record<string, string> => ({
  "X-Auth-Token": authToken,
  "X-User-Id": userId,
});
const get = (name: string, session: Session, by = handler): Promise<Result> =>
  by(sending("GET", `/api/v1/${name}`, { headers: headersOf(session) }));
const post = (name: string, session: Session, body: unknown): Promise<Result> =>
  handler(
    sending("POST", `/api/v1/${name}`, {
      headers: { ...headersOf(session), "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
const tryLogin = (body: unknown, sourceIp = "192.0.2.1"): Promise<Result> =>
  handler(
    sending("POST", "/api/v1/login", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      sourceIp,
    }),
  );
const sessionIn = (result: Result): Session => {
  expect(result.statusCode).toBe(200);
  return (jsonIn(result) as { data: Session }).data;
};
const logIn = async (password = credentials.rocketchat.password): Promise<Session> =>
  sessionIn(await tryLogin({ user: "admin", password }));
const statusAndText = (result: Result): [number | undefined, string] => [result.statusCode, textIn(result)];

beforeEach(async () => {
  open = await openParts({ now: NOW });
  parts = withoutScrypt(open.parts);
  handler = serveRocketchat(parts, (line) => lines.push(line));
  ({ credentials } = await createWorkspace(parts)({ id: "acme", name: "Acme", username: "admin" }));
});
afterEach(async () => {
  await open.close();
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

describe("POST /api/v1/login", () => {
  it("knows nobody by half of a surrogate pair, which no store could look up", async () => {
    expect(statusAndText(await tryLogin({ user: "admin\ud83d", password: "x" }))).toEqual([
      401,
      expect.stringContaining("Send user and password"),
    ]);
  });

  it("opens a session, in the words of upstream", async () => {
    const { userId, password } = credentials.rocketchat;
    const result = await tryLogin({ user: "admin", password });
    expect(jsonIn(result)).toEqual({
      status: "success",
      data: {
        userId,
        authToken: expect.stringMatching(/^\w{43}$/) as string,
        me: {
          _id: userId,
          username: "admin",
          name: "admin",
          active: true,
          type: "user",
          roles: ["admin"],
          permissions: ["view-statistics", "edit-privileged-setting", "create-personal-access-tokens"],
          createdAt: "2026-11-21T09:30:20.500Z",
        },
      },
      success: true,
    });
    expect(result.headers).toMatchObject({ "cache-control": "no-store" });
    expect(await get("statistics", sessionIn(result))).toMatchObject({ statusCode: 200 });
  });

  it("takes the name under each of its names, and the password as its digest", async () => {
    const { password } = credentials.rocketchat;
    const digest = { digest: digestOf(password), algorithm: "sha-256" };
    for (const body of [
      { user: "admin", password: digest },
      { username: "admin", password },
      { email: "admin", password: { ...digest, digest: digest.digest.toUpperCase() } },
      { user: "admin", password, resume: null, code: "123456" },
    ])
      expect(await tryLogin(body)).toMatchObject({ statusCode: 200 });
  });

  it("takes a form", async () => {
    const body = new URLSearchParams({ user: "admin", password: credentials.rocketchat.password }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect(await handler(sending("POST", "/api/v1/login", { headers, body }))).toMatchObject({ statusCode: 200 });
    const wrong = "user=admin&password=wrong&password=right";
    expect(await handler(sending("POST", "/api/v1/login", { headers, body: wrong }))).toMatchObject({
      statusCode: 401,
    });
  });

  it("refuses a wrong password, an unknown name and an account without a password alike", async () => {
    const checked: string[] = [];
    const watched = serveRocketchat(
      {
        ...parts,
        isPassword: (password, hash) => {
          checked.push(hash);
          return parts.isPassword(password, hash);
        },
      },
      (line) => lines.push(line),
    );
    for (const [user, password] of [
      ["admin", "wrong"],
      ["nobody", "wrong"],
      ["viewer-acme", ""],
      ["viewer-acme", "wrong"],
    ] as const) {
      const result = await watched(
        sending("POST", "/api/v1/login", {
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            user,
            password: password === "" ? { digest: digestOf(""), algorithm: "sha-256" } : password,
          }),
        }),
      );
      expect(statusAndText(result)).toEqual([401, UNAUTHORIZED]);
    }
    // Whoever measures the time learns nothing: a password is compared each time.
    expect(checked).toHaveLength(4);
    for (const hash of checked.slice(1)) expect(hash).toMatch(/^scrypt\$131072\$8\$1\$/);
  });

  it.each([
    [{}],
    [{ user: "admin" }],
    [{ password: "secret" }],
    [{ user: 7, password: "secret" }],
    [{ user: "admin", password: { digest: "abc", algorithm: "sha-256" } }],
    [{ user: "admin", password: { digest: digestOf("x"), algorithm: "md5" } }],
    [{ user: "a name of over 128 characters".repeat(5), password: "secret" }],
    [null],
    [[]],
  ])("refuses what is no login: %j", async (body) => {
    const result = await tryLogin(body);
    expect(result.statusCode).toBe(401);
    expect(jsonIn(result)).toMatchObject({ success: false, status: "error", error: expect.any(String) as string });
  });

  it("refuses the account of a workspace that has ended", async () => {
    await parts.workspaces.change("acme", (workspace) => ({ ...workspace, state: "ended" }));
    expect(statusAndText(await tryLogin({ user: "admin", password: credentials.rocketchat.password }))).toEqual([
      401,
      UNAUTHORIZED,
    ]);
  });

  it("refuses a session that the password was changed under", async () => {
    const { password } = credentials.rocketchat;
    const account = await parts.accounts.findByName("admin");
    if (account === undefined) throw new Error("no account");
    const racing = serveRocketchat(
      {
        ...parts,
        isPassword: async (...what) => {
          const isRight = await parts.isPassword(...what);
          await parts.accounts.replace({ ...account, passwordHash: "another" });
          return isRight;
        },
      },
      (line) => lines.push(line),
    );
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ user: "admin", password });
    expect(statusAndText(await racing(sending("POST", "/api/v1/login", { headers, body })))).toEqual([
      401,
      UNAUTHORIZED,
    ]);
    const sessions = await parts.credentials.list("acme", 10, undefined, { group: "sessions" });
    expect(sessions.credentials.map(({ revokedAt }) => revokedAt)).toEqual([NOW]);
  });
});

describe("a session", () => {
  it("ends with logout at once here, and within a minute elsewhere", async () => {
    const elsewhere = serveRocketchat(withoutScrypt(open.connect()), (line) => lines.push(line));
    const sameProcess = serveRocketchat(parts, (line) => lines.push(line));
    const session = await logIn();
    expect(await get("me", session, elsewhere)).toMatchObject({ statusCode: 200 });

    expect(statusAndText(await post("logout", session, {}))).toEqual([
      200,
      `{"status":"success","data":{"message":"You've been logged out!"}}`,
    ]);
    for (const by of [handler, sameProcess])
      expect(statusAndText(await get("me", session, by))).toEqual([401, NOT_LOGGED_IN]);
    open.clock.now += 60_000;
    expect(await get("me", session, elsewhere)).toMatchObject({ statusCode: 401 });
    expect(await get("statistics", credentials.rocketchat)).toMatchObject({ statusCode: 200 });
  });

  it("ends by GET, too, and a personal access token that is logged out with ends as upstream", async () => {
    expect(await get("logout", credentials.rocketchat)).toMatchObject({ statusCode: 200 });
    expect(await get("me", credentials.rocketchat)).toMatchObject({ statusCode: 401 });
  });

  it("ends after 90 days", async () => {
    const session = await logIn();
    open.clock.now += 90 * DAY_MS - 1;
    expect(await get("me", session)).toMatchObject({ statusCode: 200 });
    open.clock.now += 1;
    expect(await get("me", session)).toMatchObject({ statusCode: 401 });
  });

  it("tells who one is, and tells a viewer so, too", async () => {
    expect(jsonIn(await get("me", credentials.rocketchat))).toMatchObject({
      _id: credentials.rocketchat.userId,
      username: "admin",
      roles: ["admin"],
      success: true,
    });
    expect(jsonIn(await get("me", credentials.viewer))).toMatchObject({
      _id: credentials.viewer.userId,
      username: "viewer-acme",
      roles: ["user"],
      permissions: [],
    });
  });
});

describe("guessing", () => {
  const guess = (user: string, sourceIp?: string): Promise<Result> => tryLogin({ user, password: "wrong" }, sourceIp);
  const wait = (result: Result): number => Number(result.headers?.["retry-after"]);

  it("locks a name after five wrong passwords, for the right one, too, until the time told", async () => {
    for (let at = 0; at < 5; at++) expect(await guess("admin", `198.51.100.${at}`)).toMatchObject({ statusCode: 401 });
    const { password } = credentials.rocketchat;
    const refused = await tryLogin({ user: "admin", password }, "203.0.113.9");
    expect(refused.statusCode).toBe(429);
    expect(jsonIn(refused)).toEqual({
      success: false,
      error: `Error, too many requests. Please slow down. You must wait ${wait(refused)} seconds before trying this endpoint again. [error-too-many-requests]`,
    });
    expect(wait(refused)).toBeGreaterThanOrEqual(300);
    expect(wait(refused)).toBeLessThanOrEqual(600);

    open.clock.now += (wait(refused) - 1) * 1_000;
    expect(await tryLogin({ user: "admin", password })).toMatchObject({ statusCode: 429 });
    open.clock.now += 1_000;
    expect(await tryLogin({ user: "admin", password })).toMatchObject({ statusCode: 200 });
  });

  it("locks a name that nobody has alike", async () => {
    for (let at = 0; at < 5; at++) expect(await guess("nobody")).toMatchObject({ statusCode: 401 });
    expect(await guess("nobody")).toMatchObject({ statusCode: 429 });
  });

  it("is counted across processes", async () => {
    const other = serveRocketchat(withoutScrypt(open.connect()), (line) => lines.push(line));
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ user: "admin", password: "wrong" });
    const statuses: (number | undefined)[] = [];
    for (let at = 0; at < 6; at++)
      statuses.push(
        (await (at % 2 === 0 ? other : handler)(sending("POST", "/api/v1/login", { headers, body }))).statusCode,
      );
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it("gets no further by many at once", async () => {
    const others = [handler, ...[1, 2, 3].map(() => serveRocketchat(withoutScrypt(open.connect()), () => {}))];
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ user: "admin", password: "wrong" });
    const results = await Promise.all(
      Array.from({ length: 24 }, (_, at) =>
        (others[at % 4] ?? handler)(sending("POST", "/api/v1/login", { headers, body })),
      ),
    );
    const wrong = results.filter((result) => result.statusCode === 401).length;
    expect(wrong).toBeGreaterThan(0);
    expect(wrong).toBeLessThanOrEqual(5);
    expect(results.filter((result) => result.statusCode === 429)).toHaveLength(24 - wrong);
  });

  it("is not counted for right passwords, however many at once", async () => {
    const { password } = credentials.rocketchat;
    const results = await Promise.all(Array.from({ length: 20 }, () => tryLogin({ user: "admin", password })));
    expect(results.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it("of one name leaves others alone, until one network has guessed too often", async () => {
    for (let at = 0; at < 50; at++) {
      const result = await guess(`name${Math.floor(at / 5)}`, `2001:db8:1:2::${at}`);
      expect(result.statusCode).toBe(401);
    }
    const { password } = credentials.rocketchat;
    expect(await tryLogin({ user: "admin", password }, "2001:db8:1:2:ffff::1")).toMatchObject({ statusCode: 429 });
    expect(await tryLogin({ user: "admin", password }, "2001:db8:1:3::1")).toMatchObject({ statusCode: 200 });
  });

  it("goes on being counted over the edge of a window", async () => {
    const window = 300_000;
    open.clock.now = Math.ceil(NOW / window) * window - 1;
    for (let at = 0; at < 3; at++) await guess("admin");
    open.clock.now += 1;
    for (let at = 0; at < 2; at++) expect(await guess("admin")).toMatchObject({ statusCode: 401 });
    const refused = await guess("admin");
    expect(refused.statusCode).toBe(429);
    open.clock.now += wait(refused) * 1_000;
    expect(await guess("admin")).toMatchObject({ statusCode: 401 });
  });
});

describe("personal access tokens", () => {
  const generate = async (body: unknown, session: Session = credentials.rocketchat): Promise<string> => {
    const result = await post("users.generatePersonalAccessToken", session, body);
    expect(jsonIn(result)).toEqual({ token: expect.any(String) as string, success: true });
    return (jsonIn(result) as { token: string }).token;
  };
  const listed = async (): Promise<unknown> =>
    (jsonIn(await get("users.getPersonalAccessTokens", credentials.rocketchat)) as { tokens: unknown }).tokens;

  it("are made, shown once, listed, used and removed", async () => {
    const { userId } = credentials.rocketchat;
    const authToken = await generate({ tokenName: "report", bypassTwoFactor: true });
    expect(authToken).toMatch(/^\w{43}$/);
    expect(await get("statistics", { userId, authToken })).toMatchObject({ statusCode: 200 });
    expect(await listed()).toEqual([
      {
        name: "first token",
        createdAt: "2026-11-21T09:30:20.500Z",
        lastTokenPart: credentials.rocketchat.authToken.slice(-6),
        bypassTwoFactor: false,
      },
      {
        name: "report",
        createdAt: "2026-11-21T09:30:20.500Z",
        lastTokenPart: authToken.slice(-6),
        bypassTwoFactor: true,
      },
    ]);
    expect(
      statusAndText(await post("users.removePersonalAccessToken", credentials.rocketchat, { tokenName: "report" })),
    ).toEqual([200, '{"success":true}']);
    expect(await get("statistics", { userId, authToken })).toMatchObject({ statusCode: 401 });
    expect(await listed()).toHaveLength(1);
  });

  it("have no name with half of a surrogate pair, which no store could look up", async () => {
    expect(
      statusAndText(await post("users.generatePersonalAccessToken", credentials.rocketchat, { tokenName: "\udc00" })),
    ).toEqual([400, expect.stringContaining("The 'tokenName' param is required")]);
  });

  it("have names of their own", async () => {
    await generate({ tokenName: "report" });
    expect(
      statusAndText(await post("users.generatePersonalAccessToken", credentials.rocketchat, { tokenName: "report" })),
    ).toEqual([
      400,
      '{"success":false,"error":"A token with this name already exists [error-token-already-exists]","errorType":"error-token-already-exists"}',
    ]);
    await post("users.removePersonalAccessToken", credentials.rocketchat, { tokenName: "report" });
    await generate({ tokenName: "report" });
  });

  it("are made anew under their name, and the old one ends", async () => {
    const { userId } = credentials.rocketchat;
    const old = await generate({ tokenName: "report", bypassTwoFactor: true });
    const result = await post("users.regeneratePersonalAccessToken", credentials.rocketchat, { tokenName: "report" });
    const { token } = jsonIn(result) as { token: string };
    expect(token).not.toBe(old);
    expect(await get("statistics", { userId, authToken: old })).toMatchObject({ statusCode: 401 });
    expect(await get("statistics", { userId, authToken: token })).toMatchObject({ statusCode: 200 });
    expect(await listed()).toMatchObject([{}, { name: "report", bypassTwoFactor: true }]);
  });

  it("makes one of a name, however many are asked for at once", async () => {
    for (const tokenName of ["first", "second", "third"]) {
      const asked = Array.from({ length: 3 }, () =>
        post("users.generatePersonalAccessToken", credentials.rocketchat, { tokenName }),
      );
      const results = (await Promise.all(asked)).map(statusAndText).toSorted(([a = 0], [b = 0]) => a - b);
      const taken =
        '{"success":false,"error":"A token with this name already exists [error-token-already-exists]","errorType":"error-token-already-exists"}';
      expect(results).toEqual([
        [200, expect.stringContaining('"token"')],
        [400, taken],
        [400, taken],
      ]);
    }
  });

  it.each(["users.regeneratePersonalAccessToken", "users.removePersonalAccessToken"])(
    "that are not there are said so by %s",
    async (name) => {
      expect(statusAndText(await post(name, credentials.rocketchat, { tokenName: "none" }))).toEqual([
        400,
        '{"success":false,"error":"Token does not exist [error-token-does-not-exists]","errorType":"error-token-does-not-exists"}',
      ]);
    },
  );

  it("need their permission", async () => {
    for (const name of ["generate", "regenerate", "remove"])
      expect(
        statusAndText(await post(`users.${name}PersonalAccessToken`, credentials.viewer, { tokenName: "mine" })),
      ).toEqual([400, '{"success":false,"error":"Not Authorized [not-authorized]","errorType":"not-authorized"}']);
    expect(await get("users.getPersonalAccessTokens", credentials.viewer)).toMatchObject({ statusCode: 403 });
  });

  it("need a name, of some length and no more", async () => {
    for (const body of [{}, { tokenName: "" }, { tokenName: 7 }, { tokenName: "x".repeat(201) }, null])
      expect(statusAndText(await post("users.generatePersonalAccessToken", credentials.rocketchat, body))).toEqual([
        400,
        `{"success":false,"error":"The 'tokenName' param is required"}`,
      ]);
  });

  it("are made with no more than the one they are made with", async () => {
    const account = await parts.accounts.findByName("admin");
    const session = await logIn();
    const hash = (await parts.credentials.list("acme", 10, undefined, { group: "sessions" })).credentials[0];
    if (account === undefined || hash === undefined) throw new Error("no session");
    await parts.credentials.put({ ...hash, scopes: ["create-personal-access-tokens"] });
    const authToken = await generate({ tokenName: "less" }, session);
    expect(await get("statistics", { userId: session.userId, authToken })).toMatchObject({ statusCode: 400 });
  });
});

describe("POST /api/v1/users.updateOwnBasicInfo", () => {
  const change = (session: Session, currentPassword: string, newPassword: string): Promise<Result> =>
    post("users.updateOwnBasicInfo", session, { data: { currentPassword, newPassword } });

  it("changes the password, and ends all other sessions, but no token", async () => {
    const { password } = credentials.rocketchat;
    const [mine, other] = [await logIn(), await logIn()];
    const result = await change(mine, password, "correct horse battery");
    expect(jsonIn(result)).toMatchObject({ user: { username: "admin" }, success: true });
    expect(await get("me", mine)).toMatchObject({ statusCode: 200 });
    expect(await get("me", other)).toMatchObject({ statusCode: 401 });
    expect(await get("me", credentials.rocketchat)).toMatchObject({ statusCode: 200 });
    expect(await tryLogin({ user: "admin", password })).toMatchObject({ statusCode: 401 });
    await logIn("correct horse battery");
    const { acts } = await parts.audit.list("acme", { from: 0, to: NOW + 1, limit: 10 });
    expect(acts).toMatchObject([{ action: "user.password-changed", details: { username: "admin" } }]);
  });

  it("takes the current password as its digest, as upstream's clients send it", async () => {
    const session = await logIn();
    const digest = digestOf(credentials.rocketchat.password).toUpperCase();
    expect(await change(session, digest, "correct horse battery")).toMatchObject({ statusCode: 200 });
  });

  it("refuses a wrong current password, and counts it as a guess", async () => {
    const session = await logIn();
    for (let at = 0; at < 5; at++)
      expect(statusAndText(await change(session, "wrong", "correct horse battery"))).toEqual([
        400,
        '{"success":false,"error":"Invalid password [error-invalid-password]","errorType":"error-invalid-password"}',
      ]);
    expect(await change(session, credentials.rocketchat.password, "correct horse battery")).toMatchObject({
      statusCode: 429,
    });
  });

  it.each([
    ["an empty one", ""],
    ["a short one", "short"],
    ["one character again and again", "aaaaaaaaaaaaaaaa"],
    ["one with the account's name", "my ADMIN password"],
    ["one without end", "abcdefgh".repeat(33)],
  ])("refuses %s as a password", async (_, weak) => {
    const result = await change(await logIn(), credentials.rocketchat.password, weak);
    expect(result.statusCode).toBe(400);
    expect(jsonIn(result)).toMatchObject({ errorType: "error-password-policy-not-met" });
  });

  it("changes nothing else", async () => {
    const result = await post("users.updateOwnBasicInfo", await logIn(), { data: { name: "Other" } });
    expect(result.statusCode).toBe(400);
    expect(jsonIn(result)).toMatchObject({ errorType: "invalid-params" });
  });
});
