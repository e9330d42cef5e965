import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutTrail } from "../../functions/services/trail.ts";
import { createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { doScheduledWork } from "../../local/scheduled-work.ts";
import { counted } from "../support/counted.ts";
import { describedBehindDoor } from "../support/described.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { event, message } from "../support/events.ts";
import { EVERY_ROUTE, frontDoor, nameOfRoute } from "../support/front-door.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { rightTo } from "../support/rights.ts";
import { withoutScrypt } from "../support/scene.ts";

const START = Date.parse("2026-11-19T20:00:00Z");
const NOW = Date.parse("2026-11-21T00:30:00Z");
const HOUR_MS = 3_600_000;

/** A workspace whose every text carries its mark. */
interface Tenant {
  readonly id: string;
  readonly mark: string;
  readonly credentials: FirstCredentials;
  /** Ids that are made for it rather than by it. */
  readonly ids: Record<"key" | "token" | "user" | "channel", string>;
  readonly push: string;
  readonly hook: string;
}

let open: OpenParts;
let parts: Parts;
let door: HttpHandler;
let amber: Tenant;
let birch: Tenant;
const lines: object[] = [];
const throwIt = (_workspace: string, error: unknown): never => {
  throw error as Error;
};

type Headers = Readonly<Record<string, string>>;

/** Shows all that a tenant has, wherever a dialect looks for it. */
const asTenant = ({ credentials }: Pick<Tenant, "credentials">): Headers => ({
  authorization: `Bearer ${credentials.apiKey}`,
  "x-auth-token": credentials.rocketchat.authToken,
  "x-user-id": credentials.rocketchat.userId,
  "im-api-key": credentials.imkit.apiKey,
});

const ask = (
  method: string,
  target: string,
  headers: Headers,
  body?: unknown,
  type = "application/json",
): Promise<APIGatewayProxyStructuredResultV2> =>
  door(
    sending(method, target, {
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": type }) },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );

const told = (result: APIGatewayProxyStructuredResultV2): string =>
  `${result.statusCode} ${JSON.stringify(result.headers)} ${textIn(result)}`;

/** Fills a workspace with all there is to fill it with. */
const settle = async (id: string, mark: string, bytes: number): Promise<Tenant> => {
  const { credentials } = await createWorkspace(parts)({
    id,
    name: `${mark} Inc`,
    startsAt: START,
    username: `${mark}-admin`,
  });
  const headers = asTenant({ credentials });
  const done = async (
    method: string,
    target: string,
    body?: unknown,
    type?: string,
  ): Promise<Record<string, string>> => {
    const result = await ask(method, target, headers, body, type);
    if ((result.statusCode ?? 500) >= 300) throw new Error(`${method} ${target}: ${told(result)}`);
    return textIn(result).startsWith("{") ? (jsonIn(result) as Record<string, string>) : {};
  };
  open.clock.now = START;
  const source = `${mark}-chat`;
  for (let hour = 0; hour < 26; hour++) {
    const at = START + hour * HOUR_MS + 60_000;
    open.clock.now = at + 60_000;
    await done("POST", "/v1/events", [
      event("user.changed", at, { id: `${mark}-ann`, kind: "user", active: true, status: "online" }, { source }),
      event("room.changed", at, { id: `${mark}-room`, kind: "channel" }, { source }),
      message(at, `${mark}-ann`, `${mark}-room`, { source }),
      event("upload.added", at, { bytes }, { source }),
      event("instance.reported", at, { id: `${mark}-i`, address: `${mark}.test`, version: "8.0.0" }, { source }),
    ]);
  }
  open.clock.now = NOW;
  await done(
    "PUT",
    "/v1/directory/users?sync=one&page=1&commit=1",
    `{"id":"${mark}-bob","kind":"user","active":true}\n`,
    "application/x-ndjson",
  );
  const key = await done("POST", "/v1/keys", { label: `${mark} key` });
  const user = await done("POST", "/v1/users", { username: `${mark}-user`, permissions: ["view-statistics"] });
  const token = await done("POST", "/v1/tokens", { userId: user["id"], name: `${mark} token` });
  await done("POST", "/api/v1/users.generatePersonalAccessToken", { tokenName: `${mark} own token` });
  const channel = await done("POST", "/v1/channels", {
    kind: "email",
    label: `${mark} mail`,
    topics: ["report.daily", "alert"],
    addresses: [`ops@${mark}.test`],
  });
  await done("PUT", "/v1/reports/schedule", { daily: true, weekly: true, monthly: true });
  await done("PUT", "/v1/alerts", {
    rules: [{ id: mark.toLowerCase(), kind: "threshold", statistic: "messages.sent", above: 0 }],
  });
  await done("PATCH", "/v1/workspace", { federation: { enabled: true, domain: `${mark.toLowerCase()}.test` } });
  const push = await done("POST", "/v1/keys", { label: `${mark} push`, kind: "push" });
  const hook = await done("POST", "/v1/keys", { label: `${mark} hook`, kind: "webhook" });
  const ids = { key: key["id"] ?? "", token: token["id"] ?? "", user: user["id"] ?? "", channel: channel["id"] ?? "" };
  expect(Object.values(ids).every((one) => one !== "")).toBe(true);
  return { id, mark, credentials, ids, push: push["secret"] ?? "", hook: hook["secret"] ?? "" };
};

beforeAll(async () => {
  open = await openParts({ now: START, cooldownSeconds: 0, expires: false });
  parts = {
    ...withoutScrypt(open.parts),
    senders: {
      webhook: async () => ({ isTaken: true }),
      email: async () => ({ isTaken: true }),
      sns: async () => ({ isTaken: true }),
    },
  };
  door = describedBehindDoor(
    frontDoor(
      parts,
      withoutTrail((line) => lines.push(line)),
    ),
  );
  amber = await settle("amber", "AMBERMARK", 123_456_787);
  birch = await settle("birch", "BIRCHMARK", 987_654_323);
  await doScheduledWork(parts, NOW, throwIt, () => undefined);
  // Being read for the first time refreshes, and notes that a key is in use.
  for (const tenant of [amber, birch]) await everythingRead(tenant);
}, 240_000);
afterAll(() => open.close());

/** Good questions, where a route has none without. */
const QUERIES: Readonly<Record<string, string>> = {
  "GET /v1/history": "?metrics=messages.sent,uploads.bytes&from=2026-11-19T20:00:00Z&to=2026-11-21T00:00:00Z",
  "GET /v1/summary": "?period=24h",
  "GET /v1/activity": "?from=2026-11-19T20:00:00Z&to=2026-11-21T00:00:00Z",
  "GET /v1/baseline": "?statistic=messages.sent",
  "GET /v1/ledger": "?from=2026-11-19T20&to=2026-11-21T00",
  "GET /api/v1/statistics": "?refresh=true",
};

/** What a path names, by the route that has the name. */
const idFor = (path: string, { ids, mark, push }: Tenant): string => {
  if (path.includes("{hour}")) return "2026-11-19T21";
  if (path.includes("{source+}")) return `${mark}-chat`;
  if (path.includes("{token}")) return push;
  if (path.startsWith("/v1/keys")) return ids.key;
  if (path.startsWith("/v1/tokens")) return ids.token;
  if (path.startsWith("/v1/users")) return ids.user;
  if (path.startsWith("/v1/channels")) return ids.channel;
  return path.startsWith("/v1/reports") ? "daily-2026-11-20" : "nothing";
};

const filled = (path: string, id: string): string => path.replace(/\{\w+\+?\}/, () => id);

/** What gives a tenant away: its mark, its names, and a number that is nobody else's. */
const signsOf = ({ id, mark, ids, credentials, push, hook }: Tenant, bytes: string): readonly string[] => [
  id,
  mark,
  mark.toLowerCase(),
  bytes,
  push,
  hook,
  ...Object.values(ids),
  credentials.imkit.clientKey,
  credentials.rocketchat.userId,
  credentials.viewer.userId,
];

const OWN_ROUTES = EVERY_ROUTE.filter(
  (route) => rightTo(nameOfRoute(route)) !== "operator" && route.operation !== "logOut",
);
const reads = OWN_ROUTES.filter(({ method }) => method === "GET");
const changes = OWN_ROUTES.filter(({ method }) => method !== "GET");
const named = OWN_ROUTES.filter(
  ({ path }) => /\{(id|source\+)\}/.test(path) && !path.startsWith("/v1/imports") && !path.startsWith("/v1/reports"),
);

const everythingRead = async (tenant: Tenant): Promise<Record<string, string>> => {
  const answers: Record<string, string> = {};
  for (const route of reads) {
    const target = `${filled(route.path, idFor(route.path, tenant))}${QUERIES[nameOfRoute(route)] ?? ""}`;
    answers[nameOfRoute(route)] = textIn(await ask("GET", target, asTenant(tenant)));
  }
  return answers;
};

/** Routes that answer otherwise than before. */
const changed = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] =>
  Object.keys(before).filter((name) => before[name] !== after[name]);

describe("two workspaces in one deployment", () => {
  it("read nothing of each other, on any route", async () => {
    let asked = 0;
    let own = 0;
    for (const [tenant, other, bytes] of [
      [amber, birch, "987654323"],
      [birch, amber, "123456787"],
    ] as const)
      for (const route of reads) {
        const name = nameOfRoute(route);
        const target = `${filled(route.path, idFor(route.path, tenant))}${QUERIES[name] ?? ""}`;
        const result = await ask("GET", target, asTenant(tenant));
        expect([name, result.statusCode]).toEqual([
          name,
          expect.toSatisfy((status) => status === 200 || /problems/.test(name)),
        ]);
        const heard = told(result);
        for (const sign of signsOf(other, bytes)) expect([name, heard.includes(sign)]).toEqual([name, false]);
        if (heard.includes(tenant.mark)) own++;
        asked++;
      }
    // Else nothing would have been there to be told.
    expect(own).toBeGreaterThan(reads.length / 2);
    counted(asked, `answers without a sign of the other workspace, ${own} with its own`, "tenants apart");
  });

  it("know each other's ids no better than ids that nobody has", async () => {
    const before = await everythingRead(birch);
    for (const route of named) {
      const body = route.accepts === undefined ? undefined : {};
      const foreign = idFor(route.path, birch);
      const unknown = foreign.replace(/^....../, "000000");
      const [theirs, nobodys] = [
        await ask(route.method, filled(route.path, foreign), asTenant(amber), body),
        await ask(route.method, filled(route.path, unknown), asTenant(amber), body),
      ];
      expect([nameOfRoute(route), theirs.statusCode]).toEqual([nameOfRoute(route), 404]);
      expect(textIn(theirs).replaceAll(foreign, "?")).toBe(textIn(nobodys).replaceAll(unknown, "?"));
    }
    expect(changed(before, await everythingRead(birch))).toEqual([]);
    counted(named.length, "routes asked with another workspace's ids", "tenants apart");
  });

  it("change nothing of each other, on any route", async () => {
    const before = await everythingRead(birch);
    for (const route of changes) {
      const body =
        route.path === "/ingest/rocketchat"
          ? {
              token: amber.hook,
              message_id: "m1",
              channel_id: "x",
              timestamp: "2026-11-21T00:29:00.000Z",
              user_id: "u",
            }
          : route.path === "/v1/events"
            ? [message(NOW - 1_000)]
            : {};
      const target = filled(route.path, idFor(route.path, amber));
      const result = await ask(
        route.method,
        target,
        asTenant(amber),
        route.accepts === undefined ? undefined : body,
        route.accepts?.[0],
      );
      for (const sign of signsOf(birch, "987654323"))
        expect([target, told(result).includes(sign)]).toEqual([target, false]);
    }
    await doScheduledWork(parts, NOW, throwIt, () => undefined);
    expect(changed(before, await everythingRead(birch))).toEqual([]);
    expect(lines).toEqual([]);
    counted(changes.length, "changing routes that leave the other workspace as it was", "tenants apart");
  });
});
