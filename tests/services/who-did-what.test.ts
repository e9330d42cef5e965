import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { createOperatorKey, createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { registerLicenseKey } from "../../functions/tasks/manage-license-keys.ts";
import { publicPart } from "../../cli/license/signing.ts";
import { counted } from "../support/counted.ts";
import { describedBehindDoor } from "../support/described.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { EVERY_ROUTE, frontDoor, nameOfRoute } from "../support/front-door.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { makeSigner, type Signer } from "../support/licenses.ts";
import { type Right, rightTo } from "../support/rights.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");

/** Rights whose holders administer; what the others do is counting and reading, and its trail are the numbers. */
const ADMINISTRATIVE: readonly (Right | undefined)[] = [
  "admin",
  "operator",
  "edit-privileged-setting",
  "create-personal-access-tokens",
  "user",
];

let open: OpenParts;
let parts: Parts;
let door: HttpHandler;
let signer: Signer;
let operatorKey: string;
/** The workspace that the next act is done in; each has one of its own. */
let id: string;
let credentials: FirstCredentials;

type Answered = Readonly<Record<string, unknown>>;

const ask = async (
  route: string,
  body?: unknown,
  as?: Readonly<Record<string, string>>,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const [method = "", target = ""] = route.split(" ");
  const { authToken, userId } = credentials.rocketchat;
  return door(
    sending(method, target, {
      headers: {
        ...(as ?? { authorization: `Bearer ${credentials.apiKey}`, "x-auth-token": authToken, "x-user-id": userId }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
};
const asOperator = (): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${operatorKey}`,
  "x-tidemark-workspace": id,
});

const done = async (...what: Parameters<typeof ask>): Promise<Answered> => {
  const result = await ask(...what);
  if ((result.statusCode ?? 500) >= 300) throw new Error(`${what[0]}: ${result.statusCode} ${textIn(result)}`);
  const text = textIn(result);
  return text.startsWith("{") ? (jsonIn(result) as Answered) : {};
};

interface Told {
  readonly by: string;
  readonly at: string;
  readonly action: string;
}

/** All acts of a workspace, `*` for the deployment, as an operator reads them. */
const actsOf = async (workspace: string): Promise<readonly Told[]> =>
  (await done(`GET /v1/workspaces/${workspace}/audit`, undefined, asOperator()))["acts"] as readonly Told[];

/** A change that an administrator makes: what has to be there before, then the change itself. */
interface Change {
  readonly before?: () => Promise<unknown>;
  /** `given` is what `before` came to. */
  readonly ask: (given: Answered) => Promise<Answered>;
  readonly action: string;
  readonly where?: () => string;
}
/** Why a route that is not just read leaves no act. */
interface NoAct {
  readonly because: string;
}

const hook = { kind: "webhook", label: "Ops", topics: ["alert"], url: "https://hooks.example.org/x" };
const key = (): Promise<Answered> => done("POST /v1/keys", { label: "one" });
const user = (): Promise<Answered> =>
  done("POST /v1/users", { username: `ada-${id}`, permissions: ["view-statistics"] });
const token = async (): Promise<Answered> => done("POST /v1/tokens", { userId: (await user())["id"], name: "one" });
const own = (): Promise<Answered> => done("POST /api/v1/users.generatePersonalAccessToken", { tokenName: "one" });
const opened = (): Promise<Answered> => done("POST /v1/imports", {});
const channel = (): Promise<Answered> => done("POST /v1/channels", hook);
const upstream = { userId: "ew28FnZqipDpvKw3R", authToken: "8h2mKAwxB3AQrFSjLVKMooJyjdCFaA7W45sWlHP8IzO" };
const polled = (): Promise<Answered> =>
  done("PATCH /v1/workspace", { source: "rocketchat", upstream: { url: "https://chat.example.org" } });

const CHANGES: Readonly<Record<string, Change | NoAct>> = {
  "POST /v1/imports": { ask: opened, action: "import.opened" },
  "POST /v1/imports/{id}/finish": {
    before: opened,
    ask: (given) => done(`POST /v1/imports/${String(given["id"])}/finish`, {}),
    action: "import.finished",
  },
  "DELETE /v1/imports/{id}": {
    before: opened,
    ask: (given) => done(`DELETE /v1/imports/${String(given["id"])}`),
    action: "import.abandoned",
  },
  "POST /v1/keys": { ask: key, action: "key.created" },
  "POST /v1/keys/{id}/rotate": {
    before: key,
    ask: (given) => done(`POST /v1/keys/${String(given["id"])}/rotate`, {}),
    action: "key.rotated",
  },
  "DELETE /v1/keys/{id}": {
    before: key,
    ask: (given) => done(`DELETE /v1/keys/${String(given["id"])}`),
    action: "key.revoked",
  },
  "POST /v1/tokens": {
    before: user,
    ask: (given) => done("POST /v1/tokens", { userId: given["id"], name: "one" }),
    action: "token.created",
  },
  "DELETE /v1/tokens/{id}": {
    before: token,
    ask: (given) => done(`DELETE /v1/tokens/${String(given["id"])}`),
    action: "token.revoked",
  },
  "POST /v1/users": { ask: user, action: "user.created" },
  "POST /v1/users/{id}/password": {
    before: user,
    ask: (given) => done(`POST /v1/users/${String(given["id"])}/password`, {}),
    action: "user.password-reset",
  },
  "DELETE /v1/users/{id}": {
    before: user,
    ask: (given) => done(`DELETE /v1/users/${String(given["id"])}`),
    action: "user.removed",
  },
  "PATCH /v1/workspace": { ask: () => done("PATCH /v1/workspace", { name: "Other" }), action: "workspace.changed" },
  "POST /v1/workspace/pause": { ask: () => done("POST /v1/workspace/pause"), action: "workspace.paused" },
  "POST /v1/workspace/resume": {
    before: () => done("POST /v1/workspace/pause"),
    ask: () => done("POST /v1/workspace/resume"),
    action: "workspace.resumed",
  },
  "POST /v1/workspace/source/check": { because: "it asks a server once, and keeps and changes nothing" },
  "PUT /v1/workspace/upstream-credential": {
    before: polled,
    ask: () => done("PUT /v1/workspace/upstream-credential", upstream),
    action: "upstream-credential.kept",
  },
  "DELETE /v1/workspace/upstream-credential": {
    before: async () => {
      await polled();
      return done("PUT /v1/workspace/upstream-credential", upstream);
    },
    ask: () => done("DELETE /v1/workspace/upstream-credential"),
    action: "upstream-credential.removed",
  },
  "POST /v1/federation/check": { because: "it looks names up, and what it found stands with its time in the settings" },
  "PUT /v1/alerts": {
    ask: () =>
      done("PUT /v1/alerts", { rules: [{ id: "busy", kind: "threshold", statistic: "messages.sent", above: 9 }] }),
    action: "alerts.changed",
  },
  "POST /v1/channels": { ask: channel, action: "channel.added" },
  "DELETE /v1/channels/{id}": {
    before: channel,
    ask: (given) => done(`DELETE /v1/channels/${String(given["id"])}`),
    action: "channel.removed",
  },
  "POST /v1/channels/{id}/test": {
    before: channel,
    ask: (given) => done(`POST /v1/channels/${String(given["id"])}/test`),
    action: "channel.tested",
  },
  "PUT /v1/reports/schedule": {
    ask: () => done("PUT /v1/reports/schedule", { daily: true, weekly: false, monthly: false }),
    action: "reports.scheduled",
  },
  "POST /v1/workspaces": {
    ask: () => done("POST /v1/workspaces", { id: `${id}-new`, name: "New" }, asOperator()),
    action: "workspace.created",
    where: () => `${id}-new`,
  },
  "DELETE /v1/workspaces/{id}": {
    ask: () => done(`DELETE /v1/workspaces/${id}?confirm=${id}`, undefined, asOperator()),
    action: "workspace.ended",
  },
  "POST /v1/license-keys": {
    ask: async () => done("POST /v1/license-keys", { jwk: publicPart((await makeSigner()).key) }, asOperator()),
    action: "license-key.registered",
    where: () => "*",
  },
  "DELETE /v1/license-keys/{id}": {
    before: async () => done("POST /v1/license-keys", { jwk: publicPart((await makeSigner()).key) }, asOperator()),
    ask: (given) => done(`DELETE /v1/license-keys/${String(given["id"])}`, undefined, asOperator()),
    action: "license-key.removed",
    where: () => "*",
  },
  "POST /api/v1/licenses.add": {
    ask: async () => done("POST /api/v1/licenses.add", { license: await signer.sign() }),
    action: "license.applied",
  },
  "POST /api/v1/licenses.validate": { because: "it checks a licence, and applies none" },
  "POST /api/v1/users.generatePersonalAccessToken": { ask: own, action: "token.created" },
  "POST /api/v1/users.regeneratePersonalAccessToken": {
    before: own,
    ask: () => done("POST /api/v1/users.regeneratePersonalAccessToken", { tokenName: "one" }),
    action: "token.rotated",
  },
  "POST /api/v1/users.removePersonalAccessToken": {
    before: own,
    ask: () => done("POST /api/v1/users.removePersonalAccessToken", { tokenName: "one" }),
    action: "token.revoked",
  },
  "POST /api/v1/users.updateOwnBasicInfo": {
    ask: () =>
      done("POST /api/v1/users.updateOwnBasicInfo", {
        data: { currentPassword: credentials.rocketchat.password, newPassword: "quite another long password 9" },
      }),
    action: "user.password-changed",
  },
  "POST /api/v1/statistics.telemetry": { because: "it is taken and passed over" },
  "POST /api/v1/logout": { because: "it ends the caller's own session, which expires by itself" },
  "GET /api/v1/logout": { because: "it is the same" },
};

const changing = EVERY_ROUTE.filter(
  (route) =>
    ADMINISTRATIVE.includes(rightTo(nameOfRoute(route))) && (route.method !== "GET" || route.operation === "logOut"),
);

beforeAll(async () => {
  open = await openParts({ now: NOW });
  parts = {
    ...withoutScrypt(open.parts),
    signingSecrets: { keep: async () => undefined, find: async () => undefined, remove: async () => undefined },
  };
  door = describedBehindDoor(
    frontDoor(parts, (line) => {
      throw new Error(JSON.stringify(line));
    }),
  );
  operatorKey = await createOperatorKey(parts)();
  signer = await makeSigner();
  const { credential } = { credential: await parts.credentials.list("*", 1) };
  const [operator] = credential.credentials;
  if (operator === undefined) throw new Error("there is no operator");
  await registerLicenseKey(parts)(operator, publicPart(signer.key));
});
afterAll(() => open.close());

let serial = 0;
const newWorkspace = async (): Promise<void> => {
  id = `w${serial++}`;
  ({ credentials } = await createWorkspace(parts)({ id, name: "One", startsAt: NOW - 7_200_000 }));
};

describe("who did what, and when", () => {
  it("has been thought about for every route that somebody administers with", () => {
    expect(Object.keys(CHANGES).toSorted()).toEqual(changing.map(nameOfRoute).toSorted());
  });

  it.each(Object.entries(CHANGES).filter(([, change]) => "ask" in change) as [string, Change][])(
    "is noted once of %s",
    async (_route, { before, ask: change, action, where = () => id }) => {
      await newWorkspace();
      const given = ((await before?.()) ?? {}) as Answered;
      const noted = where() === "*" ? (await actsOf("*")).length : before === undefined ? 0 : (await actsOf(id)).length;
      open.clock.now += 1_000;
      await change(given);
      const acts = await actsOf(where());

      expect(acts).toHaveLength(noted + 1);
      expect(acts[0]).toMatchObject({
        action,
        at: new Date(open.clock.now).toISOString(),
        by: expect.stringMatching(/^(key|token|operator|session) «.+» …\w{4,6}$/) as string,
      });
    },
  );

  it.each(Object.entries(CHANGES).filter(([, change]) => "because" in change) as [string, NoAct][])(
    "is not noted of %s, for a reason",
    (_route, { because }) => {
      expect(because).toMatch(/^it .{10,}/);
    },
  );

  it("is told nobody but operators of a workspace that has ended, and of the deployment", async () => {
    await newWorkspace();
    await done(`DELETE /v1/workspaces/${id}?confirm=${id}`, undefined, asOperator());
    expect((await actsOf(id))[0]).toMatchObject({ action: "workspace.ended" });
    await newWorkspace();
    for (const workspace of ["w0", id, "*"])
      expect((await ask(`GET /v1/workspaces/${workspace}/audit`)).statusCode).toBe(403);
    expect((await ask("GET /v1/workspaces/never-was/audit", undefined, asOperator())).statusCode).toBe(404);
    counted(
      Object.values(CHANGES).filter((change) => "ask" in change).length,
      "administrative changes with an act",
      "who did what",
    );
  });
});
