import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashOf } from "../../functions/core/credential.ts";
import { valueIn } from "../../functions/core/document.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { withoutTrail } from "../../functions/services/trail.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { takeReading } from "../../functions/tasks/take-reading.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { event, message } from "../support/events.ts";
import { jsonIn, sending } from "../support/http.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");

let open: OpenParts;
let handler: HttpHandler;
let key: string;
const logged: object[] = [];

beforeEach(async () => {
  open = await openParts({ now: NOW });
  const parts = withoutScrypt(open.parts);
  handler = serveV1(
    parts,
    withoutTrail((line) => logged.push(line)),
  );
  const { credentials } = await createWorkspace(parts)({ id: "acme", name: "Acme", startsAt: NOW });
  key = credentials.apiKey;
});
afterEach(async () => {
  await open.close();
  if (logged.length > 0) throw new Error(JSON.stringify(logged.splice(0)));
});

const lines = (...entries: readonly unknown[]): string => entries.map((entry) => JSON.stringify(entry)).join("\n");
const user = (id: string, changes: object = {}): object => ({ id, kind: "user", active: true, ...changes });
const put = async (
  target: string,
  body = "",
  headers: Record<string, string> = { "content-type": "application/x-ndjson" },
): Promise<readonly [number | undefined, Record<string, unknown>]> => {
  const zipped = headers["content-encoding"] === "gzip" ? gzipSync(body) : body;
  const result = await handler(
    sending("PUT", `/v1/directory/${target}`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
      body: zipped,
    }),
  );
  return [result.statusCode, jsonIn(result) as Record<string, unknown>];
};
const get = async (target: string): Promise<readonly [number | undefined, Record<string, unknown>]> => {
  const result = await handler(sending("GET", target, { headers: { authorization: `Bearer ${key}` } }));
  return [result.statusCode, jsonIn(result) as Record<string, unknown>];
};
const level = async (name: string): Promise<unknown> => {
  const workspace = await open.parts.workspaces.find("acme");
  if (workspace === undefined) throw new Error("the workspace is gone");
  return valueIn((await takeReading(open.parts)(workspace, open.clock.now)).document, name);
};
const NONE = { duplicates: 0, added: 0, changed: 0, removed: 0, unchanged: 0 };

describe("PUT /v1/directory/users", () => {
  it("takes a whole list in one body, and says what it changed", async () => {
    const [status, first] = await put("users", lines(user("ann", { status: "online" }), user("bob")));
    expect([status, first]).toEqual([
      200,
      { ...NONE, sync: expect.any(String) as string, received: 2, added: 2, remaining: 0, committed: true },
    ]);
    open.clock.now += 1_000;
    const [, second] = await put("users", `\n${lines(user("ann", { status: "busy" }))}\n\n`);
    expect(second).toMatchObject({ received: 1, changed: 1, removed: 1 });
    expect(await level("users.total")).toBe(1);
    expect(await level("users.busy")).toBe(1);
  });

  it("takes a list in pages, compressed too, and commits it, again and again", async () => {
    const zipped = { "content-type": "application/x-ndjson", "content-encoding": "gzip" };
    expect(await put("users?sync=nightly&page=2", lines(user("bob")), zipped)).toEqual([
      200,
      { sync: "nightly", page: 2, received: 1, committed: false },
    ]);
    await put("users?sync=nightly&page=1", lines(user("ann"), user("ann")));
    expect(await level("users.total")).toBe(0);
    const committed = { ...NONE, sync: "nightly", received: 3, duplicates: 1, added: 2, remaining: 0, committed: true };
    for (const headers of [{}, { "content-type": "application/x-ndjson" }])
      expect(await put("users?sync=nightly&commit=2", "", headers as Record<string, string>)).toEqual([200, committed]);
    expect(await level("users.total")).toBe(2);
  });

  it("takes the last page and the commit in one request", async () => {
    await put("users?sync=s&page=1", lines(user("ann")));
    expect((await put("users?sync=s&page=2&commit=2", lines(user("bob"))))[1]).toMatchObject({ added: 2 });
  });

  it("refuses a page with a bad line as a whole, and names each by its line", async () => {
    await put("users", lines(user("ann")));
    const body = [
      JSON.stringify(user("ann")),
      "",
      "{",
      JSON.stringify({ kind: "user", active: true }),
      JSON.stringify({ id: "x", kind: "owl", active: true }),
      JSON.stringify([user("y")]),
      JSON.stringify(user("z", { lastLogin: "2026-11-21T09:36:00Z" })),
    ].join("\n");
    const [status, problem] = await put("users?sync=bad&page=1", body);
    expect([status, problem["type"], problem["refusedCount"]]).toEqual([400, "/problems/directory-malformed", 5]);
    expect(problem["refused"]).toEqual([
      { line: 3, detail: "it is no JSON: give one object per line" },
      { line: 4, detail: "id is missing: give 1 to 128 bytes of UTF-8 without control characters" },
      { line: 5, detail: "kind is a string («owl»): give one of user, guest, app, bot" },
      { line: 6, detail: "it is an array: give an object" },
      {
        line: 7,
        detail: "lastLogin is more than 5 minutes ahead of 2026-11-21T09:30:20.500Z: check the sender's clock",
      },
    ]);
    expect((await put("users?sync=bad&commit=1"))[0]).toBe(404);
    expect(await level("users.total")).toBe(1);
  });

  it("names a hundred bad lines at most, and takes 10,000 lines at most", async () => {
    const [, bad] = await put("users", Array.from({ length: 300 }, () => "[]").join("\n"));
    expect(bad["refusedCount"]).toBe(300);
    expect(bad["refused"]).toHaveLength(100);
    const many = Array.from({ length: 10_001 }, (_, at) => JSON.stringify(user(`u${at}`))).join("\n");
    const [status, problem] = await put("users", many);
    expect([status, problem["type"]]).toEqual([413, "/problems/batch-too-large"]);
  });

  it("takes an empty list only when that is meant", async () => {
    await put("users", lines(user("ann")));
    open.clock.now += 1_000;
    expect(await put("users")).toMatchObject([400, { type: "/problems/parameter-invalid", parameter: "empty" }]);
    expect(await level("users.total")).toBe(1);
    expect(await put("users?empty=true")).toMatchObject([200, { removed: 1, committed: true }]);
    expect(await level("users.total")).toBe(0);
  });

  it.each([
    ["?page=1", "sync"],
    ["?commit=1", "sync"],
    ["?sync=a", "page"],
    ["?sync=a&page=0", "page"],
    ["?sync=a&page=51", "page"],
    ["?sync=a&commit=x", "commit"],
    ["?sync=a%20b&page=1", "sync"],
    ["?sync=a&sync=b&page=1", "sync"],
    ["?at=yesterday", "at"],
    ["?at=2026-11-19T09:30:00Z", "at"],
    ["?at=2026-11-21T10:00:00Z", "at"],
    ["?empty=maybe", "empty"],
    ["?sync=a&commit=1", "page"],
  ])("refuses users%s and names the parameter", async (query, parameter) => {
    expect(await put(`users${query}`, lines(user("ann")))).toMatchObject([400, { parameter }]);
  });

  it("answers in problems of its own when pages and commit do not go together", async () => {
    expect(await put("users?sync=s&commit=1")).toMatchObject([404, { type: "/problems/directory-sync-missing" }]);
    await put("users?sync=s&page=2", lines(user("ann")));
    const mismatch = { type: "/problems/directory-mismatch", sync: "s" };
    expect(await put("users?sync=s&commit=2")).toMatchObject([409, { ...mismatch, missing: [1] }]);
    expect(await put("users?sync=s&page=2", lines(user("bob")))).toMatchObject([409, { ...mismatch, page: 2 }]);
  });

  it("holds as of the instant that is given: what happened after it stands", async () => {
    const events = [event("user.removed", NOW - 60_000, { id: "ann" })];
    await handler(
      sending("POST", "/v1/events", {
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(events),
      }),
    );
    const earlier = encodeURIComponent("2026-11-21T10:29:00+01:00");
    expect((await put(`users?at=${earlier}`, lines(user("ann"))))[1]).toMatchObject({ added: 0, unchanged: 1 });
    expect((await put("users", lines(user("ann"))))[1]).toMatchObject({ added: 1 });
  });

  it("needs the scope to send events", async () => {
    const secret = "reader";
    await open.parts.credentials.put({
      hash: hashOf(secret),
      workspace: "acme",
      kind: "key",
      scopes: ["statistics:read"],
      userId: null,
      label: "reader",
      lastCharacters: "ader",
      createdAt: NOW,
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    });
    key = secret;
    expect((await put("users", lines(user("ann"))))[0]).toBe(403);
  });
});

describe("PUT /v1/directory/rooms", () => {
  it("keeps rooms, and leaves users alone", async () => {
    await put("users", lines(user("r1")));
    const [, answer] = await put(
      "rooms",
      lines(
        { id: "r1", kind: "channel" },
        { id: "r2", kind: "private", discussion: true },
        { id: "r3", kind: "direct" },
      ),
    );
    expect(answer).toMatchObject({ added: 3, committed: true });
    open.clock.now += 1_000;
    // A field that is left out keeps its value.
    expect((await put("rooms", lines({ id: "r2", kind: "channel" })))[1]).toMatchObject({ changed: 1, removed: 2 });
    for (const [name, value] of Object.entries({
      "users.total": 1,
      "rooms.total": 1,
      "rooms.channels": 1,
      "rooms.discussions": 1,
      "rooms.opened": 3,
    }))
      expect([name, await level(name)]).toEqual([name, value]);
  });

  it("takes no line of users", async () => {
    expect(await put("rooms", lines(user("ann")))).toMatchObject([400, { type: "/problems/directory-malformed" }]);
  });
});

describe("GET /v1/reporters", () => {
  it("lists who was heard, in pages", async () => {
    expect(await get("/v1/reporters")).toEqual([200, { reporters: [] }]);
    const events = ["a", "https://b/ü", "c"].map((source) => message(NOW, "ann", "general", { source }));
    await handler(
      sending("POST", "/v1/events", {
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(events),
      }),
    );
    const told = { lastHeardAt: "2026-11-21T09:30:20.000Z", heardMinutes: 1, next: null };
    const [, first] = await get("/v1/reporters?limit=2");
    expect(first["reporters"]).toEqual([
      { source: "a", ...told },
      { source: "c", ...told },
    ]);
    expect(await get(`/v1/reporters?limit=2&cursor=${String(first["next"])}`)).toEqual([
      200,
      { reporters: [{ source: "https://b/ü", ...told }] },
    ]);
    expect((await get("/v1/reporters/c"))[1]).toEqual({ source: "c", ...told });
    expect((await get("/v1/reporters?limit=1001"))[0]).toBe(400);
    expect((await get("/v1/reporters?cursor=AAAA"))[0]).toBe(400);
  });
});
