import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashOf } from "../../functions/core/credential.ts";
import { HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { ADMIN_ROUTES } from "../../functions/dialects/v1/routes.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveImkit } from "../../functions/services/serve-imkit.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { withoutTrail } from "../../functions/services/trail.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { createOperatorKey, createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { dispatchHours } from "../../functions/tasks/dispatch-hours.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { event, message } from "../support/events.ts";
import { jsonIn, sending, textIn } from "../support/http.ts";
import { withoutScrypt } from "../support/scene.ts";
import { queueInMemory } from "../support/work.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");

let open: OpenParts;
let services: Record<"admin" | "v1" | "rocketchat" | "imkit", HttpHandler>;
let operatorKey: string;
const lines: object[] = [];

const servicesOf = (parts: OpenParts["parts"]): typeof services => {
  const log = withoutTrail((line) => lines.push(line));
  return {
    admin: serveAdmin(parts, log),
    v1: serveV1(parts, log),
    rocketchat: serveRocketchat(parts, log),
    imkit: serveImkit(parts, log),
  };
};

beforeAll(async () => {
  open = await openParts({ now: NOW, cooldownSeconds: 0 });
  services = servicesOf(withoutScrypt(open.parts));
  operatorKey = await createOperatorKey(open.parts)();
});
afterAll(() => open.close());
afterEach(() => {
  // Nothing in here may crash, not even once it is answered well.
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

type Answered = Awaited<ReturnType<HttpHandler>>;
type Ask = (method: string, target: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;

const asking =
  (secret: string, handler: HttpHandler, more: Record<string, string> = {}): Ask =>
  (method, target, body, headers = {}) =>
    handler(
      sending(method, target, {
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...more, ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
const slugIn = (answered: Answered): [number | undefined, string] => [
  answered.statusCode,
  (jsonIn(answered) as { type: string }).type.replace("/problems/", ""),
];

let serial = 0;
let id: string;
let credentials: FirstCredentials;
let admin: Ask;
let operator: Ask;
beforeEach(async () => {
  open.clock.now = NOW;
  id = `acme-${serial++}`;
  ({ credentials } = await createWorkspace(withoutScrypt(open.parts))({
    id,
    name: "Acme",
    startsAt: NOW - 2 * HOUR_MS,
  }));
  admin = asking(credentials.apiKey, services.admin);
  operator = asking(operatorKey, services.admin);
});
const send = (events: readonly object[]) => asking(credentials.apiKey, services.v1)("POST", "/v1/events", events);
const acts = async (): Promise<{ action: string; by: string; details: object }[]> =>
  (jsonIn(await admin("GET", "/v1/audit")) as { acts: { action: string; by: string; details: object }[] }).acts;

describe("the settings of a workspace", () => {
  it("are read with an etag, without secrets", async () => {
    const answered = await admin("GET", "/v1/workspace");

    expect(jsonIn(answered)).toEqual({
      id,
      name: "Acme",
      state: "active",
      source: "events",
      timeZone: "UTC",
      startsAt: "2026-11-21T07:30:20.500Z",
      deploymentId: expect.any(String) as string,
      clientKey: credentials.imkit.clientKey,
      rocketchat: { shape: "nested", callsPerMinute: 10 },
      imkit: { echoKeys: true },
      retention: { people: "keep", afterDays: 400 },
      upstream: null,
      federation: null,
      license: null,
      pauses: [],
    });
    const again = await admin("GET", "/v1/workspace", undefined, {
      "if-none-match": String(answered.headers?.["etag"]),
    });
    expect(again.statusCode).toBe(304);
  });

  it("are changed member by member, and the rest stays", async () => {
    const answered = await admin(
      "PATCH",
      "/v1/workspace",
      {
        name: "New",
        timeZone: "europe/berlin",
        rocketchat: { callsPerMinute: null },
        retention: { people: "counts" },
        federation: { enabled: true },
      },
      { "content-type": "application/merge-patch+json" },
    );

    expect(answered.statusCode).toBe(200);
    expect(jsonIn(answered)).toMatchObject({
      name: "New",
      timeZone: "Europe/Berlin",
      rocketchat: { shape: "nested", callsPerMinute: null },
      imkit: { echoKeys: true },
      retention: { people: "counts", afterDays: 400 },
      federation: { enabled: true, domain: null, discovery: "dns" },
    });
    expect(jsonIn(await admin("PATCH", "/v1/workspace", { federation: null }))).toMatchObject({
      name: "New",
      federation: null,
    });
  });

  it.each([
    [{ nmae: "x" }, "nmae"],
    [{ state: "ended" }, "state"],
    [{ name: "" }, "name"],
    [{ name: null }, "name"],
    [{ timeZone: "Mars/Olympus" }, "timeZone"],
    [{ timeZone: "+01:00" }, "timeZone"],
    [{ upstream: { url: "ftp://chat.example.org" } }, "upstream.url"],
    [{ upstream: { url: "https://user:pass@chat.example.org" } }, "upstream.url"],
    [{ upstream: { url: "http://chat.example.org" } }, "plain http"],
    [{ upstream: { refresh: true } }, "upstream.url"],
    [{ source: "smoke signals" }, "source"],
    [{ rocketchat: { shape: "round" } }, "rocketchat.shape"],
    [{ rocketchat: { callsPerMinute: 0 } }, "rocketchat.callsPerMinute"],
    [{ rocketchat: { callsPerMinute: 10_001 } }, "rocketchat.callsPerMinute"],
    [{ rocketchat: { callsPerMinute: 1.5 } }, "rocketchat.callsPerMinute"],
    [{ imkit: { echoKeys: "no" } }, "imkit.echoKeys"],
    [{ retention: { people: "names" } }, "retention.people"],
    [{ retention: { afterDays: 35 } }, "retention.afterDays"],
    [{ federation: { domain: "10.0.0.1" } }, "federation.domain"],
    [{ license: null }, "license"],
    [[], "object"],
  ])("are not changed by %j, which names what is wrong (%s)", async (patch, told) => {
    const answered = await admin("PATCH", "/v1/workspace", patch);

    expect(slugIn(answered)).toEqual([400, "parameter-invalid"]);
    expect(textIn(answered)).toContain(told);
    expect(jsonIn(await admin("GET", "/v1/workspace"))).toMatchObject({ name: "Acme", source: "events" });
  });

  it("change the source only while there is no history", async () => {
    expect(jsonIn(await admin("PATCH", "/v1/workspace", { source: "imkit" }))).toMatchObject({ source: "imkit" });
    await closeDueHours(open.parts)(id);

    expect(slugIn(await admin("PATCH", "/v1/workspace", { source: "events" }))).toEqual([409, "workspace-has-history"]);
    expect((await admin("PATCH", "/v1/workspace", { source: "imkit" })).statusCode).toBe(200);
  });

  it("show at once in every dialect here, and within a minute elsewhere", async () => {
    const elsewhere = servicesOf(open.connect());
    const shapes = async (of: typeof services): Promise<unknown[]> => {
      const rocketchat = await of.rocketchat(
        sending("GET", "/api/v1/statistics", {
          headers: {
            "x-auth-token": credentials.rocketchat.authToken,
            "x-user-id": credentials.rocketchat.userId,
          },
        }),
      );
      const imkit = await of.imkit(
        sending("GET", "/admin/stats", { headers: { "im-api-key": credentials.imkit.apiKey } }),
      );
      return ["statistics" in (jsonIn(rocketchat) as object), "apiKey" in (jsonIn(imkit) as { result: object }).result];
    };
    expect([await shapes(services), await shapes(elsewhere)]).toEqual([
      [true, true],
      [true, true],
    ]);
    await admin("PATCH", "/v1/workspace", { rocketchat: { shape: "flat" }, imkit: { echoKeys: false } });

    expect(await shapes(services)).toEqual([false, false]);
    open.clock.now += MINUTE_MS;
    expect(await shapes(elsewhere)).toEqual([false, false]);
  });

  it("cut the day of the peak anew, from the hours that it has now", async () => {
    open.clock.now = Date.parse("2026-11-21T09:40:00Z");
    const report = (time: string, connections: number) =>
      event("instance.reported", Date.parse(time), {
        id: "i1",
        version: "8.0.0",
        os: { totalmem: 2, freemem: 1 },
        connections,
      });
    await send([report("2026-11-21T08:10:00Z", 50), report("2026-11-21T09:10:00Z", 3)]);
    await closeDueHours(open.parts)(id);
    // There it was the day before until 9 o'clock UTC.
    await admin("PATCH", "/v1/workspace", { timeZone: "Pacific/Gambier" });
    const read = asking(credentials.apiKey, services.v1);

    expect(jsonIn(await read("POST", "/v1/statistics/refresh"))).toMatchObject({ connections: { dayPeak: 3 } });
    open.clock.now = Date.parse("2026-11-21T10:40:00Z");
    await closeDueHours(open.parts)(id);
    expect(jsonIn(await read("GET", "/v1/snapshots/2026-11-21T09"))).toMatchObject({ connections: { dayPeak: 3 } });
    await admin("PATCH", "/v1/workspace", { timeZone: "UTC" });
    expect(jsonIn(await read("POST", "/v1/statistics/refresh"))).toMatchObject({ connections: { dayPeak: 50 } });
  });
});

describe("pausing over HTTP", () => {
  it("refuses what is sent, serves what is read, and ends", async () => {
    const paused = jsonIn(await admin("POST", "/v1/workspace/pause")) as { state: string; pauses: object[] };
    const refused = await send([message(NOW)]);

    expect(paused).toMatchObject({ state: "paused", pauses: [{ from: "2026-11-21T09:30:20.500Z", to: null }] });
    expect(slugIn(refused)).toEqual([409, "workspace-paused"]);
    const v1 = asking(credentials.apiKey, services.v1);
    expect(slugIn(await v1("POST", "/v1/imports", {}))).toEqual([409, "workspace-paused"]);
    expect((await v1("POST", "/v1/statistics/refresh")).statusCode).toBe(200);
    expect((await v1("GET", "/v1/statistics")).statusCode).toBe(200);

    expect(jsonIn(await admin("POST", "/v1/workspace/pause"))).toEqual(paused);
    open.clock.now += MINUTE_MS;
    expect(jsonIn(await admin("POST", "/v1/workspace/resume"))).toMatchObject({
      state: "active",
      pauses: [{ to: "2026-11-21T09:31:20.500Z" }],
    });
    expect(jsonIn(await send([message(NOW)]))).toMatchObject({ accepted: 1 });
  });
});

describe("the audit trail of a workspace", () => {
  it("has each act once, newest first, with what was and is", async () => {
    await admin("PATCH", "/v1/workspace", { name: "New", imkit: { echoKeys: true } });
    open.clock.now += 1;
    await admin("PATCH", "/v1/workspace", { name: "New" });
    await admin("POST", "/v1/workspace/pause");
    await admin("POST", "/v1/workspace/pause");
    open.clock.now += 1;
    await admin("POST", "/v1/workspace/resume");

    const listed = await acts();
    expect(listed.map(({ action, details }) => [action, details])).toEqual([
      ["workspace.resumed", {}],
      ["workspace.paused", {}],
      ["workspace.changed", { name: { from: "Acme", to: "New" } }],
    ]);
    expect(listed[0]?.by).toContain(credentials.apiKey.slice(-4));
    expect(JSON.stringify(listed)).not.toContain(credentials.apiKey);
  });

  it("is listed page by page, and by time", async () => {
    for (const name of ["a", "b", "c"]) {
      open.clock.now += 1_000;
      await admin("PATCH", "/v1/workspace", { name });
    }
    const page = async (query: string) =>
      jsonIn(await admin("GET", `/v1/audit?${query}`)) as { acts: object[]; next?: string };
    const first = await page("limit=2");
    const second = await page(`limit=2&cursor=${first.next ?? ""}`);

    expect([first.acts.length, second.acts.length]).toEqual([2, 1]);
    expect([...first.acts, ...second.acts]).toEqual(await acts());
    expect((await page("from=2026-11-21T09:30:22.500Z&to=2026-11-21T09:30:23.500Z")).acts).toMatchObject([
      { at: "2026-11-21T09:30:22.500Z", details: { name: { to: "b" } } },
    ]);
  });

  it.each([
    ["from=yesterday", 400, "parameter-invalid"],
    ["from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z", 400, "range-invalid"],
    ["cursor=bm9uc2Vuc2U", 400, "parameter-invalid"],
    ["limit=0", 400, "parameter-invalid"],
  ])("refuses ?%s", async (query, status, slug) => {
    expect(slugIn(await admin("GET", `/v1/audit?${query}`))).toEqual([status, slug]);
  });
});

describe("the workspaces of a deployment", () => {
  it("are listed page by page for an operator", async () => {
    const ids: string[] = [];
    let cursor = "";
    do {
      const page = jsonIn(await operator("GET", `/v1/workspaces?limit=2${cursor}`)) as {
        workspaces: { id: string }[];
        next?: string;
      };
      expect(page.workspaces.length).toBeLessThanOrEqual(2);
      ids.push(...page.workspaces.map((listed) => listed.id));
      cursor = page.next === undefined ? "" : `&cursor=${page.next}`;
    } while (cursor !== "");

    expect(ids).toContain(id);
    expect(new Set(ids).size).toBe(ids.length);
    const all = jsonIn(await operator("GET", "/v1/workspaces?limit=1000")) as { workspaces: object[]; next?: string };
    expect(all.next).toBeUndefined();
    expect(all.workspaces).toContainEqual({
      id,
      name: "Acme",
      state: "active",
      source: "events",
      startsAt: "2026-11-21T07:30:20.500Z",
    });
    expect(slugIn(await operator("GET", "/v1/workspaces?cursor=bm9uc2Vuc2U"))).toEqual([400, "parameter-invalid"]);
  });
});

const exported = async (): Promise<string> => {
  let text = "";
  let target: string | undefined = `/v1/workspaces/${id}/export`;
  while (target !== undefined) {
    const answered: Answered = await operator("GET", target);
    expect(answered.headers?.["content-type"]).toBe("application/x-ndjson");
    text += textIn(answered);
    target = /<(.+)>; rel="next"/.exec(String(answered.headers?.["link"] ?? ""))?.[1];
  }
  return text;
};

describe("an export", () => {
  it("is the settings and every published document, to the byte", async () => {
    await send([message(NOW - HOUR_MS)]);
    await closeDueHours(open.parts)(id);
    const [first = "", ...documents] = (await exported()).split(/(?<=\n)/);

    expect(JSON.parse(first)).toMatchObject({
      kind: "workspace",
      id,
      hours: { from: "2026-11-21T07", to: "2026-11-21T09" },
      missing: [],
    });
    const archived = await Promise.all(
      ["07", "08"].map((hour) => open.parts.archive.read(id, Date.parse(`2026-11-21T${hour}:00:00Z`) / HOUR_MS)),
    );
    expect(documents).toEqual(archived.map((bytes) => Buffer.from(bytes ?? []).toString()));
  });

  it("of nobody's workspace is none", async () => {
    expect(slugIn(await operator("GET", "/v1/workspaces/nobody/export"))).toEqual([404, "workspace-missing"]);
    expect(slugIn(await operator("GET", `/v1/workspaces/${id}/export?cursor=eA`))).toEqual([400, "parameter-invalid"]);
  });
});

describe("ending a workspace", () => {
  it("asks for the id again, and offers an export", async () => {
    for (const target of [`/v1/workspaces/${id}`, `/v1/workspaces/${id}?confirm=another`]) {
      const answered = await operator("DELETE", target);
      expect(slugIn(answered)).toEqual([409, "confirmation-missing"]);
      expect(jsonIn(answered)).toMatchObject({
        export: `/v1/workspaces/${id}/export`,
        confirm: `/v1/workspaces/${id}?confirm=${id}`,
      });
    }
    expect((await admin("GET", "/v1/workspace")).statusCode).toBe(200);
    expect(slugIn(await operator("DELETE", "/v1/workspaces/nobody"))).toEqual([404, "workspace-missing"]);
    expect(slugIn(await operator("DELETE", "/v1/workspaces/nobody?confirm=nobody"))).toEqual([
      404,
      "workspace-missing",
    ]);
  });

  it("stops every credential and the hourly run, and keeps what was published", async () => {
    await send([
      event("user.changed", NOW - HOUR_MS, { id: "ann", kind: "user", active: true }),
      event("room.changed", NOW - HOUR_MS, { id: "general", kind: "channel" }),
      message(NOW - HOUR_MS),
      message(NOW),
    ]);
    await closeDueHours(open.parts)(id);
    const before = await exported();
    const ended = jsonIn(await operator("DELETE", `/v1/workspaces/${id}?confirm=${id}`));

    expect(ended).toMatchObject({ id, state: "ended", remaining: false });
    // The directory, sets and deltas, and the segment.
    expect((ended as { removed: { items: number } }).removed.items).toBeGreaterThanOrEqual(5);
    expect(slugIn(await admin("GET", "/v1/workspace"))).toEqual([401, "credential-unknown"]);
    expect(slugIn(await send([message(NOW)]))).toEqual([401, "credential-unknown"]);
    const { rocketchat, imkit } = credentials;
    const inRocketchat = await services.rocketchat(
      sending("GET", "/api/v1/statistics", {
        headers: { "x-auth-token": rocketchat.authToken, "x-user-id": rocketchat.userId },
      }),
    );
    const inImkit = await services.imkit(sending("GET", "/admin/stats", { headers: { "im-api-key": imkit.apiKey } }));
    expect([inRocketchat.statusCode, inImkit.statusCode]).toEqual([401, 401]);
    expect(await open.parts.accounts.findByName(rocketchat.username)).toBeUndefined();
    for (const kind of ["user", "room"] as const)
      expect((await open.parts.directory.list(id, kind, { limit: 10, now: NOW })).entries).toEqual([]);
    expect(await open.parts.snapshots.sets(id, Math.floor(NOW / HOUR_MS) - 1)).toBeUndefined();

    expect((await exported()).split("\n").slice(1)).toEqual(before.split("\n").slice(1));
    const work = queueInMemory();
    await dispatchHours({ ...open.parts, work })(NOW, { workspacesPerMessage: 1_000 });
    expect(work.shares.flatMap(({ workspaces }) => workspaces)).not.toContain(id);
    expect(await closeDueHours(open.parts)(id, { now: NOW + HOUR_MS })).toEqual({
      closed: 0,
      restated: 0,
      remaining: 0,
    });
  });

  it("takes the channels away, and what their notices were signed with", async () => {
    const signing = new Map<string, string>();
    const parts: OpenParts["parts"] = {
      ...withoutScrypt(open.parts),
      signingSecrets: {
        keep: (workspace, channel, secret) => Promise.resolve(void signing.set(`${workspace}/${channel}`, secret)),
        find: (workspace, channel) => Promise.resolve(signing.get(`${workspace}/${channel}`)),
        remove: (workspace, channel) => Promise.resolve(void signing.delete(`${workspace}/${channel}`)),
      },
    };
    const service = serveAdmin(parts, (line) => lines.push(line));
    const hook = { kind: "webhook", label: "Ops", topics: ["alert"], url: "https://hooks.example.org/x" };
    const mail = { kind: "email", label: "Boss", topics: ["alert"], addresses: ["boss@example.org"] };
    for (const channel of [hook, mail])
      expect((await asking(credentials.apiKey, service)("POST", "/v1/channels", channel)).statusCode).toBe(201);
    expect(signing.size).toBe(1);
    await asking(operatorKey, service)("DELETE", `/v1/workspaces/${id}?confirm=${id}`);
    expect([[...signing], await open.parts.channels.list(id)]).toEqual([[], []]);
  });

  it("may be asked for again, is told once, and leaves the id taken", async () => {
    await operator("DELETE", `/v1/workspaces/${id}?confirm=${id}`);
    const again = await operator("DELETE", `/v1/workspaces/${id}?confirm=${id}`);

    expect(jsonIn(again)).toMatchObject({ removed: { credentials: 0, accounts: 0, items: 0 }, remaining: false });
    const { acts: told } = await open.parts.audit.list(id, { from: 0, to: NOW + HOUR_MS, limit: 100 });
    expect(told.map(({ action }) => action)).toEqual(["workspace.ended"]);
    expect(slugIn(await operator("POST", "/v1/workspaces", { id, name: "Again" }))).toEqual([409, "workspace-exists"]);
    const chosen = asking(operatorKey, services.admin, { "x-tidemark-workspace": id });
    expect(slugIn(await chosen("GET", "/v1/workspace"))).toEqual([404, "workspace-missing"]);
    expect(slugIn(await chosen("POST", "/v1/workspace/resume"))).toEqual([404, "workspace-missing"]);
  });
});

describe("who may administer a workspace", () => {
  const AREAS = /^\/v1\/(workspace|audit|alerts|channels|deliveries|reports|federation)(\/|$)/;
  const OWN = ADMIN_ROUTES.filter(({ path, scope }) => scope === "admin" && AREAS.test(path));
  const OPERATORS = ADMIN_ROUTES.filter(({ path }) => path.startsWith("/v1/workspaces"));

  /** What those that need a body or a server to poll tell whoever may ask; the others answer 200. */
  const ASKED_FOR_NOTHING: Readonly<Record<string, number>> = {
    "POST /v1/workspace/source/check": 409,
    "PUT /v1/workspace/upstream-credential": 400,
    "DELETE /v1/workspace/upstream-credential": 204,
    "POST /v1/federation/check": 400,
    "PUT /v1/alerts": 400,
    "POST /v1/channels": 400,
    "DELETE /v1/channels/{id}": 404,
    "POST /v1/channels/{id}/test": 404,
    "PUT /v1/reports/schedule": 400,
  };

  it("is its administrator, or an operator who names it", async () => {
    const chosen = asking(operatorKey, services.admin, { "x-tidemark-workspace": id });
    for (const { method, path } of OWN) {
      const told = ASKED_FOR_NOTHING[`${method} ${path}`] ?? 200;
      expect([path, (await admin(method, path)).statusCode]).toEqual([path, told]);
      expect([path, (await chosen(method, path)).statusCode]).toEqual([path, told]);
      expect([path, slugIn(await operator(method, path))]).toEqual([path, [400, "workspace-not-chosen"]]);
    }
  });

  it("is not who may only send, nor another workspace's key, where reports and what is unusual are read", async () => {
    const other = await createWorkspace(withoutScrypt(open.parts))({ id: `beside-${id}`, name: "Other" });
    const { secret } = jsonIn(await admin("POST", "/v1/keys", { label: "sender", scopes: ["events:write"] })) as {
      secret: string;
    };
    const read = [
      ["/v1/reports", services.admin, 200],
      ["/v1/reports/daily-2026-11-20", services.admin, 404],
      ["/v1/anomalies", services.v1, 200],
      ["/v1/baseline?statistic=messages.sent", services.v1, 200],
    ] as const;
    for (const [target, service, told] of read) {
      expect([target, (await asking(credentials.apiKey, service)("GET", target)).statusCode]).toEqual([target, told]);
      const stranger = asking(other.credentials.apiKey, service, { "x-tidemark-workspace": id });
      for (const ask of [stranger, asking(secret, service)])
        expect([target, slugIn(await ask("GET", target))]).toEqual([target, [403, "scope-missing"]]);
      expect((await service(sending("GET", target))).statusCode).toBe(401);
    }
  });

  it("is nobody else: no other workspace's key, no key without the scope, and nobody without a key", async () => {
    const other = await createWorkspace(withoutScrypt(open.parts))({ id: `other-${id}`, name: "Other" });
    const reader = `reader-of-${id}`;
    await open.parts.credentials.put({
      hash: hashOf(reader),
      workspace: id,
      kind: "key",
      scopes: ["events:write", "statistics:read", "statistics:refresh"],
      userId: null,
      label: "reader",
      lastCharacters: "",
      createdAt: NOW,
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    });
    const stranger = asking(other.credentials.apiKey, services.admin, { "x-tidemark-workspace": id });
    for (const { method, path } of [...OWN, ...OPERATORS]) {
      const target = `${path.replace("{id}", id)}?confirm=${id}`;
      for (const ask of [stranger, asking(reader, services.admin)])
        expect([path, slugIn(await ask(method, target))]).toEqual([path, [403, "scope-missing"]]);
      for (const secret of [credentials.imkit.apiKey, credentials.rocketchat.authToken])
        expect((await asking(secret, services.admin)(method, target)).statusCode).toBe(403);
      expect((await services.admin(sending(method, target))).statusCode).toBe(401);
    }
    for (const { method, path } of OPERATORS)
      expect([path, slugIn(await admin(method, path.replace("{id}", id)))]).toEqual([path, [403, "scope-missing"]]);
    expect(jsonIn(await admin("GET", "/v1/workspace"))).toMatchObject({ state: "active", name: "Acme" });
  });
});
