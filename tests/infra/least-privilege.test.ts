import { AsyncLocalStorage } from "node:async_hooks";
import type { APIGatewayProxyStructuredResultV2, SQSBatchResponse } from "aws-lambda";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { publicPart } from "../../cli/license/signing.ts";
import { lambdaParts } from "../../functions/adapters/compose.ts";
import { ENV, HANDLERS, type HandlerName, upstreamSecrets } from "../../functions/contract.ts";
import { DAY_MS, HOUR_MS, hourName, hourOf, MINUTE_MS } from "../../functions/core/hour.ts";
import { shareText } from "../../functions/core/share.ts";
import { ROUTES as IMKIT } from "../../functions/dialects/imkit/routes.ts";
import { ROUTES as ROCKETCHAT } from "../../functions/dialects/rocketchat/routes.ts";
import { ADMIN_ROUTES, ROUTES as V1 } from "../../functions/dialects/v1/routes.ts";
import { readSettings } from "../../functions/settings.ts";
import { createOperatorKey } from "../../functions/tasks/create-workspace.ts";
import { appAsDeployed } from "../support/app.ts";
import { counted } from "../support/counted.ts";
import { type Engine, openEngine } from "../support/engine.ts";
import { event, message } from "../support/events.ts";
import { httpApiEvent, schedulerEvent, sqsEvent } from "../support/lambda-events.ts";
import { makeSigner } from "../support/licenses.ts";
import { allowedIn, allows, type Permission, permissionsOf, textOf } from "../support/permissions.ts";
import { type S3Server, startS3Server } from "../support/servers/s3-server.ts";
import { type SdkCall, watchSdk } from "../support/sdk-calls.ts";
import { type SecretsServer, startSecretsServer } from "../support/servers/secrets-server.ts";
import { type SqsServer, startSqsServer } from "../support/servers/sqs-server.ts";
import { answering, startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";
import { playRocketchat, ROCKETCHAT_TOKEN, ROCKETCHAT_USER, rocketchat8 } from "../support/servers/vendors.ts";
import { messageHook } from "../support/webhooks.ts";
import { wholeStack } from "./deployment.ts";

// So that every kind of body lies in the bucket, as it does in a large workspace.
vi.mock("../../functions/contract.ts", async (original) => ({ ...(await original<object>()), ITEM_BODY_BYTES: 64 }));

const SENDER = "tidemark@example.org";
const TOPIC = "arn:aws:sns:eu-central-1:123456789012:ops";

/** What no call of ours uses, and who needs it all the same. */
const USED_BY_OTHERS: Readonly<Record<string, string>> = {
  "logs:CreateLogStream on log": "Lambda writes the function's log as the function's role",
  "logs:PutLogEvents on log": "Lambda writes the function's log as the function's role",
  "xray:PutTelemetryRecords on *": "Lambda follows a part of the calls as the function's role",
  "xray:PutTraceSegments on *": "Lambda follows a part of the calls as the function's role",
  "sqs:SendMessage on dead letters": "Lambda leaves calls of dispatch-hours that failed, as its role",
  "sqs:ReceiveMessage on queue": "Lambda takes a worker's messages as its role",
  "sqs:DeleteMessage on queue": "Lambda takes a worker's messages as its role",
  "sqs:ChangeMessageVisibility on queue": "Lambda takes a worker's messages as its role",
  "sqs:GetQueueUrl on queue": "Lambda takes a worker's messages as its role",
  "sqs:GetQueueAttributes on queue": "Lambda takes a worker's messages as its role",
  "ses:SendEmail on example.org": "Amazon SES knows either the sender's address or its domain",
};

/** What only races of two processes come to, which are not run here; by function. */
const USED_IN_RACES: Readonly<Partial<Record<HandlerName, Readonly<Record<string, string>>>>> = {
  "serve-v1": {
    "s3:GetObject on superseded/*": "one who was held up looks whether a later revision stands (functions/adapters/s3)",
    "s3:ListBucket on bucket": "one who lost to another's unfinished write finds nothing yet (409)",
  },
  "follow-hours": { "s3:ListBucket on bucket": "one who lost to another's unfinished write finds nothing yet (409)" },
};

/** A Sunday evening: the next day a day, a week and a month are over. */
const START = Date.parse("2026-05-31T20:10:00.000Z");
const MIDNIGHT = Date.parse("2026-06-01T00:00:00.000Z");

let engine: Engine;
let s3: S3Server;
let sqs: SqsServer;
let secrets: SecretsServer;
let other: UpstreamServer;
const caller = new AsyncLocalStorage<HandlerName>();
const used = new Map<HandlerName, Map<string, Permission>>(HANDLERS.map((name) => [name, new Map()]));
const answered = new Set<string>();
const unanswered: string[] = [];
const hasLost = new Set<HandlerName>();
let calls = 0;

const note = (name: HandlerName, permission: Permission): void => {
  used.get(name)?.set(textOf(permission), permission);
};
const watch = (call: SdkCall): ((attempt: number, request: () => Promise<unknown>) => Promise<unknown>) => {
  const name = caller.getStore();
  if (name !== undefined) {
    calls++;
    for (const permission of permissionsOf(call)) note(name, permission);
  }
  return async (_, request) => {
    if (call.service === "ses" || call.service === "sns" || call.service === "events")
      return { response: {}, output: { $metadata: {}, Entries: [{ EventId: "e" }] } };
    try {
      const answer = await request();
      // Once for each function a first write's answer is lost: what it does then is part of what it does.
      const isFirstWrite = call.operation === "PutObject" && call.input["IfNoneMatch"] !== undefined;
      if (name === undefined || !isFirstWrite || hasLost.has(name)) return answer;
      hasLost.add(name);
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    } catch (error) {
      // To be told that there is nothing needs more than to read: without it a missing key is a refusal.
      if (name !== undefined && call.service === "s3" && (error as Error).name === "NoSuchKey")
        note(name, { action: "s3:ListBucket", on: "bucket" });
      throw error;
    }
  };
};

const handlerOf = async (name: HandlerName): Promise<(event: unknown, context: object) => Promise<unknown>> =>
  ((await import(`../../functions/handlers/${name}.ts`)) as { handler: never }).handler;

/** Calls a function as the platform does. */
const call = async (name: HandlerName, given: unknown): Promise<unknown> => {
  const handler = await handlerOf(name);
  return caller.run(name, () => handler(given, {}));
};

type Fields = Record<string, unknown>;
type Headers = Record<string, string>;

/** Asks on a route, and expects it to be answered. `route` is as listed, its parts in braces filled from `of`. */
const ask = async (
  name: HandlerName,
  route: string,
  headers: Headers,
  more: { readonly of?: Record<string, string>; readonly query?: string; readonly body?: unknown } = {},
): Promise<Fields> => {
  const [method = "", path = ""] = route.split(" ");
  const target = path.replace(/\{(\w+)\+?\}/g, (_, part: string) => encodeURIComponent(more.of?.[part] ?? ""));
  const body = typeof more.body === "string" ? more.body : JSON.stringify(more.body);
  const answer = (await call(
    name,
    httpApiEvent(method, `${target}${more.query === undefined ? "" : `?${more.query}`}`, {
      headers: {
        ...headers,
        ...(more.body === undefined
          ? {}
          : { "content-type": body === more.body ? "application/x-ndjson" : "application/json" }),
      },
      ...(more.body === undefined ? {} : { body }),
    }),
  )) as APIGatewayProxyStructuredResultV2;
  if ((answer.statusCode ?? 500) >= 400) {
    unanswered.push(`${name} ${route}: ${answer.statusCode} ${answer.body}`);
    return {};
  }
  answered.add(`${name} ${route}`);
  try {
    return JSON.parse(answer.body ?? "{}") as Fields;
  } catch {
    return {};
  }
};

const at = (instant: number): void => {
  vi.setSystemTime(instant);
};

/** Messages of a queue until there are none. */
const work = async (name: HandlerName, workspaces: readonly string[]): Promise<void> => {
  sqs.messages.push({ body: shareText({ workspaces, now: Date.now(), attempt: 1 }), delaySeconds: 0 });
  for (let next = sqs.messages.shift(), left = 40; next !== undefined && left > 0; left--) {
    const { batchItemFailures } = (await call(name, sqsEvent([{ body: next.body }]))) as SQSBatchResponse;
    expect(batchItemFailures).toEqual([]);
    next = sqs.messages.shift();
  }
};

beforeAll(async () => {
  [engine, s3, sqs, secrets, other] = await Promise.all([
    openEngine(),
    startS3Server(),
    startSqsServer(),
    startSecretsServer(),
    startUpstream(),
  ]);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "tidemark");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "tidemark");
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", engine.endpoint);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", s3.endpoint);
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", sqs.endpoint);
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.endpoint);
  vi.stubEnv(ENV.table, engine.table);
  vi.stubEnv(ENV.archiveBucket, "archive");
  vi.stubEnv(ENV.workQueueUrl, sqs.queueUrl);
  vi.stubEnv(ENV.upstreamSecrets, upstreamSecrets("Tidemark"));
  vi.stubEnv(ENV.eventBus, "default");
  vi.stubEnv(ENV.mailSender, SENDER);
  vi.stubEnv(ENV.refreshCooldownSeconds, "0");
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  watchSdk({ call: watch });
  await everything();
}, 900_000);
afterAll(async () => {
  watchSdk(undefined);
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await Promise.all([engine?.close(), s3?.close(), sqs?.close(), secrets?.close(), other?.close()]);
});

/** Two workspaces from their first hour to their end, on every route and by every job. */
const everything = async (): Promise<void> => {
  const operator = { "x-api-key": await createOperatorKey(lambdaParts(readSettings("serve")))() };
  const admin = (route: string, headers: Headers, more: Parameters<typeof ask>[3] = {}): Promise<Fields> =>
    ask("serve-admin", route, headers, more);
  type Made = { readonly apiKey: string; readonly imkit: Headers; readonly rocketchat: Headers };
  const make = async (id: string): Promise<Made> =>
    (await admin("POST /v1/workspaces", operator, { body: { id, name: id } })) as unknown as Made;
  const acme = await make("acme");
  const polled = await make("polled");
  const crowd = await make("crowd");
  const key = { "x-api-key": acme.apiKey };
  const v1 = (route: string, more: Parameters<typeof ask>[3] = {}): Promise<Fields> =>
    ask("serve-v1", route, key, more);
  const inV1 = (instant: number, body: readonly unknown[], query?: string): Promise<Fields> => {
    at(instant);
    return v1("POST /v1/events", { body, ...(query === undefined ? {} : { query }) });
  };

  // A past, imported; one that is given up first.
  const given = await v1("POST /v1/imports", { body: {} });
  await v1("DELETE /v1/imports/{id}", { of: { id: String(given["id"]) } });
  const { id: imported } = await v1("POST /v1/imports", { body: {} });
  await inV1(START, [message(START - 3 * HOUR_MS, "ann")], `import=${String(imported)}`);
  for (let remaining: unknown = 1; Number(remaining) > 0;)
    ({ remaining } = await v1("POST /v1/imports/{id}/finish", { of: { id: String(imported) }, body: {} }));

  // Hours with events of every kind, full lists, and so many people that a union is large.
  const people = (instant: number): unknown[] =>
    Array.from({ length: 1_500 }, (_, serial) => message(instant + serial, `${serial}-${Math.sin(serial + instant)}`));
  await inV1(START + MINUTE_MS, [
    event("user.changed", START, { id: "ann", kind: "user", active: true, status: "online" }, { sequence: 1 }),
    event("totals.adjusted", START, { "messages.channels": 3, reason: "counted by hand" }),
    event("instance.reported", START, { id: "i1", version: "8.0.0", connections: 3 }, { sequence: 2 }),
  ]);
  // Another as large, which ends before anything of it is let go.
  await ask("serve-v1", "POST /v1/events", { "x-api-key": crowd.apiKey }, { body: people(START) });
  for (const hour of [0, 1, 2]) await inV1(START + hour * HOUR_MS + 2 * MINUTE_MS, people(START + hour * HOUR_MS));
  const lines = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const list = lines({ id: "ann", kind: "user", active: true, status: "away" });
  await v1("PUT /v1/directory/users", { body: list });
  at(START + 2 * HOUR_MS + 10 * MINUTE_MS);
  await v1("PUT /v1/directory/users", { body: lines({ id: "bob", kind: "user", active: true }) });
  await v1("PUT /v1/directory/rooms", { body: lines({ id: "general", kind: "channel" }) });
  await v1("POST /v1/statistics/refresh");

  // A server that is polled.
  other.play(playRocketchat(() => rocketchat8(Date.now())));
  const inPolled = { ...operator, "x-tidemark-workspace": "polled" };
  const upstream = { url: other.url, refresh: true, allowPrivate: true };
  const credential = { userId: ROCKETCHAT_USER, authToken: ROCKETCHAT_TOKEN };
  await admin("PATCH /v1/workspace", inPolled, { body: { source: "rocketchat", upstream } });
  await admin("PUT /v1/workspace/upstream-credential", inPolled, { body: credential });
  // As when somebody has deleted it by hand.
  let isDeleted = true;
  secrets.refuse = (operation) => {
    if (operation !== "PutSecretValue" || !isDeleted) return undefined;
    isDeleted = false;
    return "InvalidRequestException";
  };
  await admin("PUT /v1/workspace/upstream-credential", inPolled, { body: credential });
  await admin("POST /v1/workspace/source/check", inPolled, { body: {} });
  await admin("GET /v1/workspace/source", inPolled);
  await ask("serve-v1", "POST /v1/statistics/refresh", { "x-api-key": polled.apiKey });

  // A workspace that a worker fails on goes back into the queue.
  for (const name of ["close-hours", "compact-days", "follow-hours"] as const) {
    await call(name, sqsEvent([{ body: shareText({ workspaces: ["nobody"], now: Date.now(), attempt: 1 }) }]));
    sqs.messages.length = 0;
  }

  // What is told of, and to whom.
  const channel = { label: "Ops", topics: ["alert", "report.daily", "report.weekly", "report.monthly"] };
  const hook = await admin(
    "POST /v1/channels",
    { ...operator, "x-tidemark-workspace": "acme" },
    {
      body: { ...channel, kind: "webhook", url: other.url, allowPrivate: true },
    },
  );
  const removed = await admin("POST /v1/channels", key, {
    body: { ...channel, kind: "webhook", url: "https://a.example" },
  });
  await admin("DELETE /v1/channels/{id}", key, { of: { id: String(removed["id"]) } });
  for (const target of [
    { kind: "email", addresses: ["ops@example.org"] },
    { kind: "sns", topicArn: TOPIC },
  ]) {
    const { id } = await admin("POST /v1/channels", key, { body: { ...channel, ...target } });
    await admin("POST /v1/channels/{id}/test", key, { of: { id: String(id) } });
  }
  other.play(answering({}));
  await admin("POST /v1/channels/{id}/test", key, { of: { id: String(hook["id"]) } });
  const rule = { kind: "threshold", id: "high", statistic: "messages.sent", above: 5 };
  await admin("PUT /v1/alerts", key, { body: { rules: [rule, { kind: "anomaly", id: "odd" }] } });
  const schedule = await admin("GET /v1/reports/schedule", key);
  await admin("PUT /v1/reports/schedule", key, { body: schedule });

  // The jobs, and hours that are restated.
  other.play(playRocketchat(() => rocketchat8(Date.now())));
  at(MIDNIGHT + 3 * MINUTE_MS);
  await call("dispatch-hours", schedulerEvent(new Date(MIDNIGHT).toISOString()));
  sqs.messages.length = 0;
  await work("close-hours", ["acme", "polled", "crowd"]);
  await inV1(MIDNIGHT + 5 * MINUTE_MS, [message(START + 5, "late")]);
  await work("close-hours", ["acme"]);
  at(MIDNIGHT + 8 * MINUTE_MS);
  other.play(answering({}));
  await work("follow-hours", ["acme", "polled"]);
  at(MIDNIGHT + 30 * MINUTE_MS);
  await work("compact-days", ["acme", "polled"]);
  await inV1(MIDNIGHT + 40 * MINUTE_MS, [message(START + 6, "later")]);
  await work("close-hours", ["acme"]);
  at(MIDNIGHT + DAY_MS + 30 * MINUTE_MS);
  await work("close-hours", ["acme"]);
  await work("compact-days", ["acme"]);
  await work("follow-hours", ["acme"]);

  // Everything that is read.
  const hour = hourName(hourOf(START));
  const range = `from=${hour}&to=${hourName(hourOf(MIDNIGHT))}`;
  for (const [route, query] of [
    ["GET /v1/reporters"],
    ["GET /v1/reporters/{source+}"],
    ["GET /v1/statistics"],
    ["GET /v1/snapshots"],
    ["GET /v1/snapshots/{hour}"],
    ["GET /v1/snapshots/{hour}/statistics.json"],
    ["GET /v1/snapshots/{hour}/seen"],
    ["GET /v1/history", `metrics=messages.sent,users.seen&${range}`],
    ["GET /v1/history", `metrics=users.seen&interval=week&from=2026-05-25T00&to=2026-06-01T00`],
    ["GET /v1/summary"],
    ["GET /v1/activity"],
    ["GET /v1/anomalies"],
    ["GET /v1/baseline", "statistic=messages.sent"],
    ["GET /v1/ledger"],
    ["GET /v1/health"],
    ["GET /v1/metrics"],
    ["GET /healthz"],
  ] as const)
    await v1(route, { of: { hour, source: "chat-1" }, ...(query === undefined ? {} : { query }) });

  // Administration.
  const made = await admin("POST /v1/keys", key, { body: { label: "second" } });
  const rotated = await admin("POST /v1/keys/{id}/rotate", key, { of: { id: String(made["id"]) }, body: {} });
  await admin("DELETE /v1/keys/{id}", key, { of: { id: String(rotated["id"]) } });
  const hooks = await admin("POST /v1/keys", key, { body: { label: "hooks", kind: "webhook" } });
  const user = await admin("POST /v1/users", key, { body: { username: "ann", password: "correct horse battery" } });
  const ofUser = { of: { id: String(user["userId"] ?? user["id"]) } };
  await admin("POST /v1/users/{id}/password", key, { ...ofUser, body: { password: "another horse battery" } });
  const token = await admin("POST /v1/tokens", key, { body: { userId: ofUser.of.id, name: "script" } });
  await admin("DELETE /v1/tokens/{id}", key, { of: { id: String(token["id"]) } });
  for (const route of [
    "GET /v1/keys",
    "GET /v1/tokens",
    "GET /v1/users",
    "GET /v1/workspace",
    "GET /v1/alerts",
    "GET /v1/channels",
    "GET /v1/deliveries",
    "GET /v1/audit",
    "GET /v1/definitions",
    "GET /openapi.json",
    "GET /docs",
  ])
    await admin(route, key);
  await admin("DELETE /v1/users/{id}", key, ofUser);
  await admin("GET /problems/{slug}", key, { of: { slug: "route-unknown" } });
  const { reports } = (await admin("GET /v1/reports", key)) as { readonly reports: readonly { readonly id: string }[] };
  for (const { id } of reports) await admin("GET /v1/reports/{id}", key, { of: { id } });
  await admin("POST /v1/federation/check", key, { body: { domain: "localhost.invalid" } });
  const signer = await makeSigner();
  await admin("POST /v1/license-keys", operator, { body: { jwk: publicPart(signer.key) } });
  await admin("GET /v1/license-keys", operator);
  await admin("GET /v1/workspaces", operator);
  await admin("GET /v1/workspaces/{id}/export", operator, { of: { id: "acme" } });
  await admin("GET /v1/workspaces/{id}/audit", operator, { of: { id: "acme" } });

  // The dialects of others.
  const chat = { "x-user-id": acme.rocketchat["userId"] ?? "", "x-auth-token": acme.rocketchat["authToken"] ?? "" };
  const rocketchat = (route: string, more: Parameters<typeof ask>[3] = {}, headers: Headers = chat): Promise<Fields> =>
    ask("serve-rocketchat", route, headers, more);
  await inV1(Date.now() + 1, [message(Date.now(), "ann")]);
  await rocketchat("GET /api/v1/statistics", { query: "refresh=true" });
  await rocketchat("GET /api/v1/statistics.list");
  await rocketchat("POST /api/v1/statistics.telemetry", { body: { params: [] } });
  await rocketchat("GET /api/v1/instances.get");
  await rocketchat("GET /api/info");
  await rocketchat("GET /api/v1/me");
  const { username = "", password = "" } = acme.rocketchat;
  const session = async (): Promise<Headers> => {
    const { data } = (await rocketchat("POST /api/v1/login", { body: { user: username, password } }, {})) as {
      readonly data: Headers;
    };
    return { "x-user-id": data["userId"] ?? "", "x-auth-token": data["authToken"] ?? "" };
  };
  await rocketchat("POST /api/v1/logout", { body: {} }, await session());
  await rocketchat("GET /api/v1/logout", {}, await session());
  const tokens = { body: { tokenName: "mine" } };
  await rocketchat("POST /api/v1/users.generatePersonalAccessToken", tokens);
  await rocketchat("POST /api/v1/users.regeneratePersonalAccessToken", tokens);
  await rocketchat("GET /api/v1/users.getPersonalAccessTokens");
  await rocketchat("POST /api/v1/users.removePersonalAccessToken", tokens);
  const license = await signer.sign();
  await rocketchat("GET /api/v1/licenses.info");
  await rocketchat("POST /api/v1/licenses.validate", { body: { license } });
  await rocketchat("POST /api/v1/licenses.add", { body: { license } });
  await rocketchat("POST /ingest/rocketchat", {
    body: { ...messageHook("m1", new Date().toISOString()), token: hooks["secret"] },
  });
  await rocketchat("POST /api/v1/users.updateOwnBasicInfo", {
    body: { data: { currentPassword: password, newPassword: "a third horse battery" } },
  });
  await admin("DELETE /v1/license-keys/{id}", operator, { of: { id: signer.key.kid } });
  const refreshed = {
    "x-user-id": polled.rocketchat["userId"] ?? "",
    "x-auth-token": polled.rocketchat["authToken"] ?? "",
  };
  other.play(playRocketchat(() => rocketchat8(Date.now())));
  await rocketchat("GET /api/v1/statistics", { query: "refresh=true" }, refreshed);
  const imkit = { "im-api-key": acme.imkit["apiKey"] ?? "" };
  await ask("serve-imkit", "GET /admin/stats", imkit, { query: `start=${START / 1_000}&end=${START / 1_000 + 7_200}` });
  await ask("serve-imkit", "GET /admin/connection-count", imkit);
  const app = await make("app");
  const inApp = { "x-api-key": app.apiKey };
  await admin("PATCH /v1/workspace", inApp, { body: { source: "imkit" } });
  const push = await admin("POST /v1/keys", inApp, { body: { label: "reports", kind: "push" } });
  const end = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
  at(end + MINUTE_MS);
  await ask(
    "serve-imkit",
    "POST /ingest/imkit/{token}",
    {},
    {
      of: { token: String(push["secret"]) },
      body: { startTime: end - HOUR_MS, endTime: end, userList: ["ann"], roomCount: 1, messageCount: 2 },
    },
  );
  await work("close-hours", ["app"]);

  // Who was seen is let go of, by hash and altogether; then it all ends.
  await admin("PATCH /v1/workspace", key, { body: { retention: { people: "hash", afterDays: 36 } } });
  await admin("POST /v1/workspace/pause", key);
  at(MIDNIGHT + 40 * DAY_MS);
  await admin("POST /v1/workspace/resume", key);
  at(MIDNIGHT + 40 * DAY_MS + 2 * HOUR_MS);
  await work("close-hours", ["acme"]);
  at(MIDNIGHT + 40 * DAY_MS + 3 * HOUR_MS);
  await work("close-hours", ["acme"]);
  await work("follow-hours", ["acme"]);
  await v1("GET /v1/history", { query: "metrics=users.seen&interval=month&from=2026-05-01T00&to=2026-06-01T00" });
  await admin("PATCH /v1/workspace", key, { body: { retention: { people: "counts", afterDays: 36 } } });
  for (const later of [4, 5]) {
    at(MIDNIGHT + 40 * DAY_MS + later * HOUR_MS);
    await work("close-hours", ["acme"]);
  }
  await admin("DELETE /v1/workspace/upstream-credential", inPolled);
  for (const id of ["acme", "polled", "crowd", "app"])
    for (let remaining: unknown = true; remaining === true;)
      ({ remaining } = await admin("DELETE /v1/workspaces/{id}", operator, { of: { id }, query: `confirm=${id}` }));
};

describe("what the functions may do", () => {
  const app = appAsDeployed();
  app.node.setContext("mailSender", SENDER);
  app.node.setContext("snsTopics", TOPIC);
  const allowed = allowedIn(Template.fromStack(wholeStack(app)));

  it("is derived from calls on every route and by every job", () => {
    const routes = {
      "serve-v1": V1,
      "serve-admin": ADMIN_ROUTES,
      "serve-rocketchat": ROCKETCHAT,
      "serve-imkit": IMKIT,
    };
    const expected = Object.entries(routes).flatMap(([name, its]) =>
      its.map(({ method, path }) => `${name} ${method} ${path}`),
    );
    expect(unanswered).toEqual([]);
    expect([...answered].toSorted()).toEqual(expect.arrayContaining([...new Set(expected)].toSorted()));
    counted(answered.size, "routes", "least privilege");
    counted(calls, "calls of SDKs", "least privilege");
  });

  it.each(HANDLERS)("is all that %s does", (name) => {
    const its = [...(used.get(name)?.values() ?? [])];
    expect(its.length).toBeGreaterThan(0);
    const refused = its.filter((one) => !(allowed.get(name) ?? []).some((permission) => allows(permission, one)));
    expect(refused.map(textOf)).toEqual([]);
  });

  it.each(HANDLERS)("is no more than %s does", (name) => {
    const its = [...(used.get(name)?.values() ?? [])];
    const unused = (allowed.get(name) ?? [])
      .filter((permission) => !its.some((one) => allows(permission, one)))
      .map(textOf)
      .filter((permission) => !(permission in USED_BY_OTHERS));
    // In both directions: what is explained and used after all needs no reason any more.
    expect(unused.toSorted()).toEqual(Object.keys(USED_IN_RACES[name] ?? {}).toSorted());
  });
});
