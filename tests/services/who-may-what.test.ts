import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oidcTokens } from "../../functions/adapters/jose/oidc.ts";
import { EVERY_WORKSPACE, PERMISSIONS, type Scope, WORKSPACE_SCOPES } from "../../functions/core/credential.ts";
import { NO_PASSWORD } from "../../functions/core/password.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { endWorkspace } from "../../functions/tasks/end-workspace.ts";
import { issueCredential, type NewCredential } from "../../functions/tasks/issue-credential.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { pauseWorkspace } from "../../functions/tasks/pause-workspace.ts";
import { counted } from "../support/counted.ts";
import { describedBehindDoor } from "../support/described.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { EVERY_ROUTE, frontDoor, nameOfRoute } from "../support/front-door.ts";
import { sending, textIn } from "../support/http.ts";
import {
  AUDIENCE,
  newKey,
  type OidcIssuer,
  signed,
  type SigningKey,
  startOidcIssuer,
} from "../support/servers/oidc-issuer.ts";
import { type Right, rightTo, THOUGHT_ABOUT } from "../support/rights.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");
const SECONDS = Math.floor(NOW / 1_000);

const SOMEBODY = "somebodysUserId00";

/** What somebody shows at the door. */
interface Shown {
  readonly headers: Readonly<Record<string, string>>;
  /** Goes where a route has its secret in the path or in the body. */
  readonly secret?: string;
}

/** A way to show a credential, and every right that it gives; all others it does not. */
interface Way {
  readonly name: string;
  readonly opens: readonly Right[];
  readonly show: () => Promise<Shown>;
}

const OF_V1: readonly Right[] = ["events:write", "statistics:read", "statistics:refresh", "admin"];
const OF_USERS: readonly Right[] = [
  "user",
  "view-statistics",
  "edit-privileged-setting",
  "create-personal-access-tokens",
  "statistics:read",
  "statistics:refresh",
  "admin",
];
/** What a key's scopes are worth on Rocket.Chat's routes. */
const IN_ROCKETCHAT: readonly Right[] = ["view-statistics", "edit-privileged-setting"];

let open: OpenParts;
let parts: Parts;
let door: HttpHandler;
let issuer: OidcIssuer;
let issuersKey: SigningKey;
let anothersKey: SigningKey;
/** What each way shows, made once. */
const known = new Map<Way, Shown>();
const lines: object[] = [];

const bearer = (secret: string): Shown => ({ headers: { authorization: `Bearer ${secret}` }, secret });
const apiKey = (secret: string): Shown => ({ headers: { "x-api-key": secret }, secret });
const imkit = (secret: string): Shown => ({ headers: { "im-api-key": secret }, secret });
const user =
  (userId = SOMEBODY) =>
  (secret: string): Shown => ({ headers: { "x-auth-token": secret, "x-user-id": userId }, secret });
const choosing = (shown: Shown, workspace: string): Shown => ({
  ...shown,
  headers: { ...shown.headers, "x-tidemark-workspace": workspace },
});

type Made = Omit<NewCredential, "workspace" | "label"> & { readonly workspace?: string };

/** Makes a credential each time anew: a route may end the one that it is asked with. */
const fresh =
  (what: Made, show: (secret: string) => Shown, ending?: "revoked"): (() => Promise<Shown>) =>
  async () => {
    const { credential, secret } = await issueCredential(parts)({ workspace: "own", label: "one", ...what });
    if (ending === "revoked") await parts.credentials.revoke(credential.hash, NOW);
    return show(secret);
  };

const key = (scopes: readonly Scope[], more: Partial<Made> = {}): Made => ({ kind: "key", scopes, ...more });
const ALL = key(WORKSPACE_SCOPES);
const OPERATOR: Made = { kind: "operator", scopes: [...WORKSPACE_SCOPES, "operator"], workspace: EVERY_WORKSPACE };
const token = (scopes: readonly Scope[], more: Partial<Made> = {}): Made => ({
  kind: "token",
  scopes,
  userId: SOMEBODY,
  ...more,
});
const SESSION = token(PERMISSIONS, { kind: "session" });
const IMKIT: Made = { kind: "imkit", scopes: ["platform"] };
const PUSH: Made = { kind: "push", scopes: ["report"] };
const HOOK: Made = { kind: "webhook", scopes: ["feed"] };
const EXPIRED = { expiresAt: NOW };

const identity =
  (claims: Readonly<Record<string, unknown>>, by: () => SigningKey = () => issuersKey): (() => Promise<Shown>) =>
  async () =>
    bearer(
      await signed(
        {
          iss: issuer.issuer,
          aud: AUDIENCE,
          sub: "robot",
          exp: SECONDS + 600,
          tidemark_workspace: "own",
          scope: WORKSPACE_SCOPES.join(" "),
          ...claims,
        },
        by(),
      ),
    );

const shown = (what: Shown) => async (): Promise<Shown> => what;
const also =
  (make: () => Promise<Shown>, workspace: string): (() => Promise<Shown>) =>
  async () =>
    choosing(await make(), workspace);

const GARBAGE = "tm_0123456789012345678901234567890123456789012";

const scopeOnItsOwn: readonly Way[] = WORKSPACE_SCOPES.flatMap((scope): Way[] => {
  const worth: Readonly<Partial<Record<Scope, readonly Right[]>>> = {
    "statistics:read": ["view-statistics"],
    admin: ["edit-privileged-setting"],
  };
  return [
    { name: `a key of ${scope}, as bearer`, opens: [scope], show: fresh(key([scope]), bearer) },
    {
      name: `a key of ${scope}, as x-api-key`,
      opens: [scope, ...(worth[scope] ?? [])],
      show: fresh(key([scope]), apiKey),
    },
    {
      name: `another issuer's token of ${scope}`,
      opens: [scope],
      show: identity({ scope }),
    },
  ];
});

const permissionOnItsOwn: readonly Way[] = PERMISSIONS.map((permission): Way => {
  const worth: Readonly<Partial<Record<Scope, readonly Right[]>>> = {
    "view-statistics": ["view-statistics", "statistics:read", "statistics:refresh"],
    "edit-privileged-setting": ["edit-privileged-setting", "admin"],
    "create-personal-access-tokens": ["create-personal-access-tokens"],
  };
  return {
    name: `a personal access token of ${permission}`,
    opens: ["user", ...(worth[permission] ?? [])],
    show: fresh(token([permission]), user()),
  };
});

/** Nobody knows whose they are. */
const STRANGERS: readonly Way[] = [
  { name: "nothing", opens: [], show: shown({ headers: {} }) },
  { name: "garbage as bearer", opens: [], show: shown(bearer(GARBAGE)) },
  { name: "garbage as x-api-key", opens: [], show: shown(apiKey(GARBAGE)) },
  { name: "garbage as a user's token", opens: [], show: shown(user()(GARBAGE)) },
  { name: "garbage as IM-API-KEY", opens: [], show: shown(imkit(GARBAGE)) },
  { name: "garbage that looks like a JSON Web Token", opens: [], show: shown(bearer("eyJhbGciOiJub25lIn0.e30.")) },
  { name: "a basic authorization", opens: [], show: shown({ headers: { authorization: "Basic YWRtaW46YWRtaW4=" } }) },
  {
    name: "a token without its user",
    opens: [],
    show: fresh(SESSION, (secret) => ({ headers: { "x-auth-token": secret } })),
  },
  { name: "a token of another user", opens: [], show: fresh(SESSION, user("somebodyElses000")) },
  ...[
    { what: ALL, as: bearer, called: "key" },
    { what: ALL, as: apiKey, called: "key as x-api-key" },
    { what: OPERATOR, as: bearer, called: "operator's key" },
    { what: SESSION, as: user(), called: "session" },
    { what: token(PERMISSIONS), as: user(), called: "personal access token" },
    { what: IMKIT, as: imkit, called: "IMKit key" },
    { what: PUSH, as: bearer, called: "push address" },
    { what: HOOK, as: bearer, called: "webhook's token" },
  ].flatMap(({ what, as, called }): Way[] => [
    { name: `an expired ${called}`, opens: [], show: fresh({ ...what, ...EXPIRED }, as) },
    { name: `a revoked ${called}`, opens: [], show: fresh(what, as, "revoked") },
    ...(what === OPERATOR
      ? []
      : [
          {
            name: `the ${called} of a workspace that ended`,
            opens: [],
            show: fresh({ ...what, workspace: "ended" }, as),
          },
        ]),
  ]),
  { name: "another issuer's token that expired", opens: [], show: identity({ exp: SECONDS - 600 }) },
  {
    name: "another issuer's token for another audience",
    opens: [],
    show: identity({ aud: "https://elsewhere.test/" }),
  },
  { name: "another issuer's token by a key that is not its own", opens: [], show: identity({}, () => anothersKey) },
  { name: "another issuer's token without a workspace", opens: [], show: identity({ tidemark_workspace: undefined }) },
  { name: "another issuer's token for every workspace", opens: [], show: identity({ tidemark_workspace: "*" }) },
];

const KNOWN: readonly Way[] = [
  ...scopeOnItsOwn,
  ...permissionOnItsOwn,
  { name: "a key of all scopes, as bearer", opens: OF_V1, show: fresh(ALL, bearer) },
  { name: "a key of all scopes, as x-api-key", opens: [...OF_V1, ...IN_ROCKETCHAT], show: fresh(ALL, apiKey) },
  { name: "a key of no scope", opens: [], show: fresh(key([]), bearer) },
  { name: "a key as IM-API-KEY", opens: [], show: fresh(ALL, imkit) },
  { name: "a key as a user's token", opens: [], show: fresh(ALL, user()) },
  { name: "a session", opens: OF_USERS, show: fresh(SESSION, user()) },
  { name: "a session as bearer", opens: [], show: fresh(SESSION, bearer) },
  { name: "a session as x-api-key", opens: [], show: fresh(SESSION, apiKey) },
  { name: "a personal access token", opens: OF_USERS, show: fresh(token(PERMISSIONS), user()) },
  { name: "a viewer's token", opens: ["user"], show: fresh(token([]), user()) },
  { name: "an IMKit key", opens: ["platform"], show: fresh(IMKIT, imkit) },
  { name: "an IMKit key as x-api-key", opens: [], show: fresh(IMKIT, apiKey) },
  { name: "a push address", opens: ["report"], show: fresh(PUSH, imkit) },
  { name: "a webhook's token", opens: ["feed"], show: fresh(HOOK, apiKey) },
  { name: "another issuer's token", opens: OF_V1, show: identity({}) },
  {
    name: "another issuer's token that claims to be an operator's",
    opens: [],
    show: identity({ scope: "operator platform view-statistics report feed" }),
  },
  {
    name: "an operator's key for this workspace",
    opens: [...OF_V1, "operator"],
    show: also(fresh(OPERATOR, bearer), "own"),
  },
  {
    name: "an operator's key for this workspace, as x-api-key",
    opens: [...OF_V1, "operator", ...IN_ROCKETCHAT],
    show: also(fresh(OPERATOR, apiKey), "own"),
  },
  {
    name: "an operator's key for another workspace, as x-api-key",
    opens: [...OF_V1, "operator", ...IN_ROCKETCHAT],
    show: also(fresh(OPERATOR, apiKey), "other"),
  },
  { name: "an operator's key for none", opens: ["operator"], show: fresh(OPERATOR, apiKey) },
  { name: "an operator's key for one that ended", opens: ["operator"], show: also(fresh(OPERATOR, apiKey), "ended") },
  {
    name: "an operator's key for one that never was",
    opens: ["operator"],
    show: also(fresh(OPERATOR, apiKey), "never"),
  },
  { name: "an operator's key for «*»", opens: ["operator"], show: also(fresh(OPERATOR, apiKey), EVERY_WORKSPACE) },
  { name: "a key that names its own workspace", opens: OF_V1, show: also(fresh(ALL, bearer), "own") },
  { name: "a key that names another workspace", opens: [], show: also(fresh(ALL, bearer), "other") },
  { name: "a key that names another workspace, as x-api-key", opens: [], show: also(fresh(ALL, apiKey), "other") },
  { name: "a key that names every workspace", opens: [], show: also(fresh(ALL, bearer), EVERY_WORKSPACE) },
  { name: "a session that names another workspace", opens: [], show: also(fresh(SESSION, user()), "other") },
  {
    name: "a personal access token that names another workspace",
    opens: [],
    show: also(fresh(token(PERMISSIONS), user()), "other"),
  },
  { name: "another issuer's token that names another workspace", opens: [], show: also(identity({}), "other") },
  { name: "a key of a paused workspace", opens: OF_V1, show: fresh({ ...ALL, workspace: "paused" }, bearer) },
  {
    name: "a session of a paused workspace",
    opens: OF_USERS,
    show: fresh({ ...SESSION, workspace: "paused" }, user()),
  },
  {
    name: "an IMKit key of a paused workspace",
    opens: ["platform"],
    show: fresh({ ...IMKIT, workspace: "paused" }, imkit),
  },
  {
    name: "a push address of a paused workspace",
    opens: ["report"],
    show: fresh({ ...PUSH, workspace: "paused" }, imkit),
  },
  {
    name: "a webhook's token of a paused workspace",
    opens: ["feed"],
    show: fresh({ ...HOOK, workspace: "paused" }, apiKey),
  },
];

beforeAll(async () => {
  [issuersKey, anothersKey] = [await newKey("one"), await newKey("one")];
  issuer = await startOidcIssuer(issuersKey);
  open = await openParts({ now: NOW, cooldownSeconds: 0 });
  parts = {
    ...withoutScrypt(open.parts),
    identityTokens: oidcTokens({ issuer: issuer.issuer, audience: AUDIENCE }),
  };
  for (const id of ["own", "other", "ended", "paused"]) await createWorkspace(parts)({ id, name: id });
  for (const way of STRANGERS.filter(({ name }) => name.includes("that ended"))) known.set(way, await way.show());
  await endWorkspace(parts)("ended");
  for (const workspace of ["own", "other", "paused"])
    await parts.accounts.create({
      name: `user-of-${workspace}`,
      userId: SOMEBODY,
      workspace,
      passwordHash: NO_PASSWORD,
      scopes: PERMISSIONS,
      createdAt: NOW,
    });
  await pauseWorkspace(parts)("paused");
  for (const workspace of ["own", "other"])
    await parts.workspaces.change(workspace, (before) => ({
      ...before,
      rocketchat: { ...before.rocketchat, callsPerMinute: null },
    }));
  door = describedBehindDoor(frontDoor(parts, (line) => lines.push(line)));
});
afterAll(async () => {
  await open.close();
  await issuer.close();
});

/** Nothing that is there has this id, so whoever may ask is told that. */
const NOTHING = "nothing-of-this-name";

const ask = async (
  { method, path, accepts }: (typeof EVERY_ROUTE)[number],
  { headers, secret = GARBAGE }: Shown,
  as: string = method,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const target = path.replace("{token}", secret).replaceAll(/\{\w+\+?\}/g, NOTHING);
  const body = path === "/ingest/rocketchat" ? { token: secret } : {};
  return door(
    sending(as, target, {
      headers: { ...headers, ...(accepts === undefined ? {} : { "content-type": accepts[0] }) },
      ...(accepts === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
};

/** How each dialect says that somebody may not; where an operator named no workspace that is there, our own says so. */
const REFUSALS = [
  /^401 /,
  /^403 /,
  /^400 .*"error-not-allowed"/,
  /^400 .*"not-authorized"/,
  /^400 .*\/problems\/workspace-not-chosen/,
  /^404 .*\/problems\/workspace-missing.*There is no workspace (?!nothing)/,
  /^404 .*\/problems\/workspace-missing.*x-tidemark-workspace/,
  /^400 .*x-tidemark-workspace/,
] as const;

const isRefused = (result: APIGatewayProxyStructuredResultV2): boolean => {
  const told = `${result.statusCode} ${textIn(result).replaceAll("\n", " ")}`;
  return REFUSALS.some((refusal) => refusal.test(told));
};

describe("every route", () => {
  it("has somebody who thought about who may use it, and nobody thought about routes that are not there", () => {
    expect(THOUGHT_ABOUT.toSorted()).toEqual(EVERY_ROUTE.map(nameOfRoute).toSorted());
  });

  it("lets exactly those in who may, and tells strangers all the same", { timeout: 300_000 }, async () => {
    const wrong: string[] = [];
    let asked = 0;
    let allowed = 0;
    let heads = 0;
    for (const route of EVERY_ROUTE) {
      const right = rightTo(nameOfRoute(route));
      const asNobody = await ask(route, { headers: {} });
      for (const [at, way] of [...STRANGERS, ...KNOWN].entries()) {
        // Logging out ends what it is asked with, so that has one of its own.
        const isEnding = route.operation === "logOut" && !way.name.includes("that ended");
        const shownNow = isEnding ? await way.show() : (known.get(way) ?? (await way.show()));
        if (!isEnding) known.set(way, shownNow);
        const result = await ask(route, shownNow);
        asked++;
        if (route.method === "GET") {
          // Who may not read an answer may not learn of it by its head either.
          const head = await ask(route, isEnding ? await way.show() : shownNow, "HEAD");
          heads++;
          if (head.statusCode !== result.statusCode || (head.body ?? "") !== "")
            wrong.push(`HEAD ${route.path} with ${way.name}: ${head.statusCode}, not ${result.statusCode}`);
        }
        const isOpen = right !== undefined && way.opens.includes(right);
        if (isOpen) allowed++;
        const told = `${nameOfRoute(route)} with ${way.name}: ${result.statusCode} ${textIn(result).slice(0, 160)}`;
        if (right === "everybody") {
          if (result.statusCode !== asNobody.statusCode) wrong.push(`not as to everybody: ${told}`);
        } else if (isRefused(result) === isOpen) wrong.push(`${isOpen ? "refused" : "let in"}: ${told}`);
        else if (at < STRANGERS.length && result.statusCode !== 401 && right !== "report") wrong.push(`known: ${told}`);
        if ((result.statusCode ?? 500) >= 500) wrong.push(`crashed: ${told}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(lines).toEqual([]);
    counted(EVERY_ROUTE.length, `routes × ${STRANGERS.length + KNOWN.length} credentials`, "who may what");
    counted(heads, "HEAD requests, answered as GET is and without a body", "who may what");
    counted(asked, `requests, ${allowed} of them allowed`, "who may what");
  });
});
