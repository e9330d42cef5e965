import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hashOf, type Scope } from "../../functions/core/credential.ts";
import { HOUR_MS } from "../../functions/core/hour.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { withoutTrail } from "../../functions/services/trail.ts";
import { createOperatorKey, createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { closeDueHours } from "../../functions/tasks/close-hours.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { event, message } from "../support/events.ts";
import { jsonIn, sending, type Sending, textIn } from "../support/http.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");
const JSON_TYPE = { "content-type": "application/json" };

let open: OpenParts;
let handler: HttpHandler;
let key: string;
let operatorKey: string;
const lines: object[] = [];

const as = (secret: string, headers: Record<string, string> = {}) => ({
  authorization: `Bearer ${secret}`,
  ...headers,
});
const ask = (method: string, target: string, sent: Sending = {}) => handler(sending(method, target, sent));
const get = (target: string, headers: Record<string, string> = {}) => ask("GET", target, { headers: as(key, headers) });
const send = (body: string | Uint8Array, headers: Record<string, string> = {}, target = "/v1/events") =>
  ask("POST", target, { headers: as(key, { ...JSON_TYPE, ...headers }), body });
const problem = (slug: string, status: number) => ({ statusCode: status, slug: `/problems/${slug}` });
const problemIn = (result: Awaited<ReturnType<HttpHandler>>) => ({
  statusCode: result.statusCode,
  slug: (jsonIn(result) as { type: string }).type,
});

const issue = async (workspace: string, scopes: Scope[], expiresAt: number | null = null): Promise<string> => {
  const secret = `secret-${workspace}-${scopes.join("-")}-${expiresAt ?? ""}`;
  await open.parts.credentials.put({
    hash: hashOf(secret),
    workspace,
    kind: "key",
    scopes,
    userId: null,
    label: "test",
    lastCharacters: "test",
    createdAt: NOW,
    expiresAt,
    revokedAt: null,
    lastUsedAt: null,
  });
  return secret;
};

beforeAll(async () => {
  open = await openParts({ now: NOW });
  handler = serveV1(
    open.parts,
    withoutTrail((line) => lines.push(line)),
  );
  const { credentials } = await createWorkspace(open.parts)({ id: "acme", name: "Acme", startsAt: NOW - 2 * HOUR_MS });
  key = credentials.apiKey;
  operatorKey = await createOperatorKey(open.parts)();
});
afterAll(() => open.close());
afterEach(() => {
  // Nothing in here may crash, not even once it is answered well.
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

describe("who asks our own dialect", () => {
  it("shows a key, either way", async () => {
    expect((await ask("GET", "/v1/statistics", { headers: as(key) })).statusCode).toBe(200);
    expect((await ask("GET", "/v1/statistics", { headers: { "X-API-Key": key } })).statusCode).toBe(200);
    expect((await ask("GET", "/v1/statistics", { headers: { authorization: `bearer  ${key} ` } })).statusCode).toBe(
      200,
    );
  });

  it("is turned away without a good one", async () => {
    const expired = await issue("acme", ["statistics:read"], NOW - 1);

    for (const headers of [{}, { authorization: "" }, { authorization: "Basic YTpi" }, { "x-api-key": "" }]) {
      const result = await ask("GET", "/v1/statistics", { headers });
      expect([problemIn(result), result.headers?.["www-authenticate"]]).toEqual([
        problem("credential-missing", 401),
        "Bearer",
      ]);
    }
    expect(problemIn(await ask("GET", "/v1/statistics", { headers: as("nonsense") }))).toEqual(
      problem("credential-unknown", 401),
    );
    expect(problemIn(await ask("GET", "/v1/statistics", { headers: as(expired) }))).toEqual(
      problem("credential-expired", 401),
    );
  });

  it("needs the scope of the route", async () => {
    const reader = await issue("acme", ["statistics:read"]);

    expect((await ask("GET", "/v1/snapshots", { headers: as(reader) })).statusCode).toBe(200);
    const refused = await ask("POST", "/v1/statistics/refresh", { headers: as(reader) });
    expect(problemIn(refused)).toEqual(problem("scope-missing", 403));
    expect(jsonIn(refused)).toMatchObject({ scope: "statistics:refresh" });
  });

  it("stays in its own workspace, unless it is an operator, who has to choose one", async () => {
    const chosen = (secret: string, workspace?: string) =>
      ask("GET", "/v1/statistics", {
        headers: as(secret, workspace === undefined ? {} : { "X-Tidemark-Workspace": workspace }),
      });

    expect((await chosen(key, "acme")).statusCode).toBe(200);
    expect(problemIn(await chosen(key, "other"))).toEqual(problem("scope-missing", 403));
    expect((await chosen(operatorKey, "acme")).statusCode).toBe(200);
    expect(problemIn(await chosen(operatorKey))).toEqual(problem("workspace-not-chosen", 400));
    expect(problemIn(await chosen(operatorKey, "nobody"))).toEqual(problem("workspace-missing", 404));
    expect(problemIn(await chosen(operatorKey, "x".repeat(5_000)))).toEqual(problem("workspace-missing", 404));
  });
});

describe("POST /v1/events", () => {
  const answer = (more: object) => ({
    accepted: 0,
    duplicates: 0,
    refusedCount: 0,
    refused: [],
    replayed: false,
    ...more,
  });

  it("counts a batch once, whoever repeats it, and calls it by the sender's own name", async () => {
    const body = JSON.stringify([message(NOW), message(NOW, "bob")]);
    const first = await send(body, { "idempotency-key": "batch 1" });
    const again = await send(body, { "idempotency-key": "batch 1" });
    const packed = await send(gzipSync(body), { "idempotency-key": "batch 1", "content-encoding": "gzip" });

    expect([first.statusCode, jsonIn(first)]).toEqual([200, answer({ batch: "batch 1", accepted: 2 })]);
    for (const result of [again, packed])
      expect(jsonIn(result)).toEqual(answer({ batch: "batch 1", accepted: 2, replayed: true }));
    expect(first.headers).toMatchObject({ "cache-control": "private, no-store", "content-type": "application/json" });
  });

  it("refuses another body under the same id, and names the id as it was sent", async () => {
    await send(JSON.stringify([message(NOW)]), { "idempotency-key": "batch 2" });
    const other = await send(JSON.stringify([message(NOW)]), { "idempotency-key": "batch 2" });

    expect(problemIn(other)).toEqual(problem("batch-mismatch", 422));
    expect(jsonIn(other)).toMatchObject({ batch: "batch 2" });
  });

  it("keeps the ids of two keys apart", async () => {
    const other = await issue("acme", ["events:write"]);
    await send(JSON.stringify([message(NOW)]), { "idempotency-key": "batch 3" });
    const result = await ask("POST", "/v1/events", {
      headers: as(other, { ...JSON_TYPE, "idempotency-key": "batch 3" }),
      body: JSON.stringify([message(NOW)]),
    });

    expect(jsonIn(result)).toEqual(answer({ batch: "batch 3", accepted: 1 }));
  });

  it("takes lines, and refuses a bad one by its index", async () => {
    const good = message(NOW);
    const body = `${JSON.stringify(good)}\n\n{oops\n${JSON.stringify({ unreadable: "no" })}\n`;
    const result = await send(body, { "content-type": "application/x-ndjson" });

    expect(jsonIn(result)).toMatchObject({
      accepted: 1,
      refusedCount: 2,
      refused: [
        { index: 1, id: null, code: "event-malformed", detail: "line 3 is no JSON: give one event per line" },
        { index: 2, id: null, code: "event-malformed" },
      ],
    });
  });

  it("takes the type of CloudEvents batches, and an empty batch", async () => {
    const result = await send("[]", { "content-type": "application/cloudevents-batch+json" });

    expect(jsonIn(result)).toMatchObject({ accepted: 0, batch: expect.stringMatching(/^[\da-f]{64}$/) as string });
  });

  it("counts an instance that says nothing of its host, whose memory is then not known", async () => {
    const made = await createWorkspace(open.parts)({ id: "hostless", name: "Hostless", startsAt: NOW });
    const headers = as(made.credentials.apiKey, JSON_TYPE);
    const body = JSON.stringify([event("instance.reported", NOW, { id: "i", version: "8.6.1" })]);

    expect(jsonIn(await ask("POST", "/v1/events", { headers, body }))).toMatchObject({ accepted: 1, refused: [] });
    expect(jsonIn(await ask("GET", "/v1/statistics", { headers }))).toMatchObject({
      instances: { count: 1, list: [{ id: "i", memory: { total: null, free: null } }] },
      memory: { total: null, free: null, freeLow: null },
      deployment: { version: "8.6.1", os: null },
    });
  });

  it("lets only administrators adjust", async () => {
    const writer = await issue("acme", ["events:write"]);
    const adjusted = JSON.stringify([event("totals.adjusted", NOW, { "messages.channels": 1, reason: "test" })]);
    const refused = await ask("POST", "/v1/events", { headers: as(writer, JSON_TYPE), body: adjusted });

    expect(jsonIn(refused)).toMatchObject({ accepted: 0, refused: [{ code: "event-forbidden" }] });
    expect(jsonIn(await send(adjusted))).toMatchObject({ accepted: 1 });
  });

  it.each([
    ["an object", "{}", {}, "batch-malformed", 400],
    ["half an array", "[", {}, "body-malformed", 400],
    ["no UTF-8", Buffer.from([0x5b, 0xff, 0x5d]), {}, "body-malformed", 400],
    ["lines of no UTF-8", Buffer.from([0xff]), { "content-type": "application/x-ndjson" }, "body-malformed", 400],
    ["text", "[]", { "content-type": "text/plain" }, "body-unsupported-type", 415],
    ["brotli", "[]", { "content-encoding": "br" }, "body-unsupported-encoding", 415],
    ["10,001 events", `[${"1,".repeat(10_000)}1]`, {}, "batch-too-large", 413],
    ["over 4 MB", " ".repeat(4_194_305), {}, "body-too-large", 413],
    ["over 5 MB, packed", gzipSync(" ".repeat(5_242_881)), { "content-encoding": "gzip" }, "body-too-large", 413],
    ["an id too long", "[]", { "idempotency-key": "x".repeat(129) }, "parameter-invalid", 400],
    [
      "a gap",
      JSON.stringify([message(NOW, "ann", "general", { source: "numbered", sequence: 7 })]),
      {},
      "sequence-gap",
      409,
    ],
  ])("refuses %s", async (_what, body, headers, slug, status) => {
    expect(problemIn(await send(body, headers))).toEqual(problem(slug, status));
  });

  it("refuses an import that is not open", async () => {
    expect(problemIn(await send(JSON.stringify([message(NOW)]), {}, "/v1/events?import=none"))).toEqual(
      problem("import-missing", 404),
    );
  });
});

describe("the audit trail", () => {
  it("tells which key adjusted totals, and never its secret", async () => {
    const sent = event("totals.adjusted", NOW, { "uploads.total": 3, reason: "moved here" });
    await send(JSON.stringify([sent]));
    await send(JSON.stringify([sent]));
    const { acts } = await open.parts.audit.list("acme", { from: NOW, to: NOW + 1, limit: 10 });
    const adjusted = acts.filter(({ details }) => details["event"] === sent.id);
    expect(adjusted).toMatchObject([{ action: "totals.adjusted", details: { amounts: { "uploads.total": 3 } } }]);
    expect(adjusted[0]?.by).toMatch(/^key «.+» ….{4}$/);
    expect(JSON.stringify(acts)).not.toContain(key);
  });
});

describe("GET /v1/reporters/{source}", () => {
  it("tells the number expected next, also of a source with slashes", async () => {
    const source = "https://chat.example/1";
    await send(JSON.stringify([1, 2].map((sequence) => message(NOW, "ann", "general", { source, sequence }))));

    const told = { source, next: 3, lastHeardAt: "2026-11-21T09:30:20.000Z", heardMinutes: 1 };
    expect(jsonIn(await get(`/v1/reporters/${encodeURIComponent(source)}`))).toEqual(told);
    expect(jsonIn(await get(`/v1/reporters/${source}`))).toEqual(told);
    expect(problemIn(await get("/v1/reporters/nobody"))).toEqual(problem("reporter-missing", 404));
    expect(problemIn(await get(`/v1/reporters/${"x".repeat(2_000)}`))).toEqual(problem("parameter-invalid", 400));
  });
});

describe("the statistics", () => {
  it("are there before the first hour is closed, with when the next will be", async () => {
    const result = await get("/v1/statistics");

    expect(jsonIn(result)).toMatchObject({ workspace: "acme", kind: "reading", nextRunAt: "2026-11-21T10:03:00.000Z" });
    expect(result.headers).toMatchObject({
      etag: expect.stringMatching(/^"[\da-f]{64}"$/) as string,
      "last-modified": "Sat, 21 Nov 2026 09:30:20 GMT",
      age: "0",
      "cache-control": "private",
      "content-type": "application/json",
    });
  });

  it("are not sent twice to who has them", async () => {
    const { headers } = await get("/v1/statistics");
    const again = await get("/v1/statistics", { "If-None-Match": String(headers?.["etag"]) });

    expect([again.statusCode, again.body]).toEqual([304, undefined]);
  });

  it("are taken anew on a refresh, and not again during the cooldown", async () => {
    await send(JSON.stringify([event("room.changed", NOW, { id: "r1", kind: "channel" })]));
    const refresh = () => ask("POST", "/v1/statistics/refresh", { headers: as(key) });
    const [fresh, cool] = [await refresh(), await refresh()];

    expect(fresh.headers).toMatchObject({ "x-refresh-status": "fresh", "cache-control": "private, no-store" });
    expect(jsonIn(fresh)).toMatchObject({
      kind: "reading",
      rooms: { total: 1 },
      nextRunAt: "2026-11-21T10:03:00.000Z",
    });
    expect(cool.headers).toMatchObject({ "x-refresh-status": "cooldown" });
    expect(textIn(cool)).toBe(textIn(fresh));
  });
});

describe("an hour's snapshot", () => {
  it("is listed, read and archived once the hour is closed", async () => {
    await closeDueHours(open.parts)("acme");
    const { snapshots } = jsonIn(await get("/v1/snapshots")) as { snapshots: Record<string, unknown>[] };
    const page = jsonIn(await get("/v1/snapshots?limit=1")) as { snapshots: object[]; next: string };
    const rest = jsonIn(await get(`/v1/snapshots?cursor=${page.next}`)) as { snapshots: object[] };
    const one = await get("/v1/snapshots/2026-11-21T07");
    const archived = await get("/v1/snapshots/2026-11-21T07/statistics.json");

    expect(snapshots.map(({ hour }) => hour)).toEqual(["2026-11-21T07", "2026-11-21T08"]);
    expect([...page.snapshots, ...rest.snapshots]).toEqual(snapshots);
    expect(snapshots[0]).toMatchObject({
      revision: 0,
      publication: { number: 1 },
      takenAt: "2026-11-21T08:00:00.000Z",
    });
    expect(textIn(archived)).toMatch(/^\{.*\}\n$/);
    expect(textIn(one)).toBe(textIn(archived));
    expect(textIn(await get("/v1/snapshots/2026-11-21T07?revision=0"))).toBe(textIn(one));
    expect(
      (await get("/v1/snapshots/2026-11-21T07", { "if-none-match": String(one.headers?.["etag"]) })).statusCode,
    ).toBe(304);
    expect(
      Buffer.from(
        (await open.parts.archive.read("acme", Date.parse("2026-11-21T07:00:00Z") / HOUR_MS)) ?? "",
      ).toString(),
    ).toBe(textIn(archived));
  });

  it.each([
    ["/v1/snapshots/2026-11-21T09", "hour-still-open", 409],
    ["/v1/snapshots/2026-11-21T05", "snapshot-missing", 404],
    ["/v1/snapshots/2026-11-21T07?revision=9", "snapshot-missing", 404],
    ["/v1/snapshots/latest", "parameter-invalid", 400],
    ["/v1/snapshots?limit=0", "parameter-invalid", 400],
  ])("is not at %s (%s)", async (target, slug, status) => {
    expect(problemIn(await get(target))).toEqual(problem(slug, status));
  });

  it("is a row of the history", async () => {
    const history = jsonIn(await get("/v1/history?metrics=messages.sent,rooms.total&from=2026-11-21T06")) as {
      rows: object[];
    };

    expect(history).toMatchObject({
      workspace: "acme",
      interval: "hour",
      from: "2026-11-21T06:00:00.000Z",
      to: "2026-11-21T09:00:00.000Z",
      tz: "UTC",
      statistics: ["messages.sent", "rooms.total"],
    });
    expect(history.rows).toHaveLength(3);
    expect(history.rows[0]).toMatchObject({ status: "missing", coverage: null, "messages.sent": null });
    expect(history.rows[1]).toMatchObject({ start: "2026-11-21T07:00:00.000Z", "messages.sent": 0, "rooms.total": 0 });
    expect(problemIn(await get("/v1/history?metrics=nonsense"))).toEqual(problem("parameter-invalid", 400));
    expect(problemIn(await get("/v1/history?metrics=users.seen&from=2020-01-01T00"))).toEqual(
      problem("range-invalid", 400),
    );
  });
});

describe("a workspace", () => {
  it("is given a past by an import", async () => {
    const made = await createWorkspace(open.parts)({ id: "past", name: "Past", startsAt: NOW });
    const headers = as(made.credentials.apiKey, JSON_TYPE);
    const opened = await ask("POST", "/v1/imports", {
      headers,
      body: JSON.stringify({ opening: { "messages.channels": 5 } }),
    });
    const { id } = jsonIn(opened) as { id: string };
    const old = await ask("POST", `/v1/events?import=${id}`, {
      headers,
      body: JSON.stringify([message(NOW - 100 * 24 * HOUR_MS)]),
    });

    expect(opened.statusCode).toBe(201);
    expect(jsonIn(old)).toMatchObject({ accepted: 1 });
    expect(problemIn(await ask("POST", "/v1/imports", { headers }))).toEqual(problem("import-open", 409));
    expect(problemIn(await ask("DELETE", `/v1/imports/${id}`, { headers }))).toEqual(problem("import-not-empty", 409));
    expect(problemIn(await ask("POST", "/v1/imports/other/finish", { headers }))).toEqual(
      problem("import-missing", 404),
    );
    expect(problemIn(await ask("DELETE", `/v1/imports/${"x".repeat(500)}`, { headers }))).toEqual(
      problem("import-missing", 404),
    );
    const finished = await ask("POST", `/v1/imports/${id}/finish`, { headers });
    expect([finished.statusCode, jsonIn(finished)]).toEqual([200, { hours: 1, remaining: 0 }]);
  });

  it("takes into an import what was refused outside of it, and never what it counted for another", async () => {
    const made = await createWorkspace(open.parts)({ id: "twice", name: "Twice", startsAt: NOW });
    const headers = as(made.credentials.apiKey, JSON_TYPE);
    const { id } = jsonIn(await ask("POST", "/v1/imports", { headers, body: "{}" })) as { id: string };
    const body = JSON.stringify([message(NOW - 100 * 24 * HOUR_MS)]);
    const into = (target: string, more: object = {}) => ask("POST", target, { headers: { ...headers, ...more }, body });

    expect(jsonIn(await into("/v1/events"))).toMatchObject({ refused: [{ code: "event-too-old" }] });
    expect(jsonIn(await into(`/v1/events?import=${id}`))).toMatchObject({ accepted: 1, replayed: false });
    expect(jsonIn(await into(`/v1/events?import=${id}`))).toMatchObject({ accepted: 1, replayed: true });
    expect(problemIn(await into("/v1/events?import=other"))).toEqual(problem("import-missing", 404));
    await into("/v1/events", { "idempotency-key": "old" });
    expect(problemIn(await into(`/v1/events?import=${id}`, { "idempotency-key": "old" }))).toEqual(
      problem("batch-mismatch", 422),
    );
  });

  it("may think better of an import", async () => {
    const made = await createWorkspace(open.parts)({ id: "undecided", name: "Undecided", startsAt: NOW });
    const headers = as(made.credentials.apiKey);
    const { id } = jsonIn(await ask("POST", "/v1/imports", { headers })) as { id: string };
    const abandoned = await ask("DELETE", `/v1/imports/${id}`, { headers });

    expect([abandoned.statusCode, abandoned.body]).toEqual([204, undefined]);
    expect(problemIn(await ask("DELETE", `/v1/imports/${id}`, { headers }))).toEqual(problem("import-missing", 404));
  });
});

describe("what is for everybody", () => {
  it("needs no key", async () => {
    expect(jsonIn(await ask("GET", "/healthz"))).toEqual({ status: "ok" });
    expect((await ask("HEAD", "/healthz")).body).toBe("");
  });
});
