import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { TABLE } from "../../local/places.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { startEngine } from "../../local/engine.ts";
import { counted } from "../support/counted.ts";
import { Witness } from "../support/described.ts";
import { event, message } from "../support/events.ts";
import { textIn } from "../support/http.ts";
import { makeSigner } from "../support/licenses.ts";
import { AUDIENCE, newKey, type OidcIssuer, signed, startOidcIssuer } from "../support/servers/oidc-issuer.ts";
import { type Secret, Traces } from "../support/traces.ts";
import { answering, startUpstream, type UpstreamServer } from "../support/servers/upstream-server.ts";
import { messageHook } from "../support/webhooks.ts";

const NOW = Date.parse("2026-03-04T09:20:00Z");
const HOUR_MS = 3_600_000;

/** What somebody chooses or was given elsewhere, told apart from everything else. */
const made = (what: string): string => `${what}-${randomBytes(18).toString("hex")}`;

/** Answers of one request. */
interface Answered {
  readonly route: string;
  readonly text: string;
}

let folder: string;
let runtime: Runtime;
let issuer: OidcIssuer;
let upstream: UpstreamServer;
const witness = new Witness();
const answers: Answered[] = [];
const lines: object[] = [];
const printed: string[] = [];
const secrets: Secret[] = [];
/** Of each secret that is told once, the answer that tells it. */
const tellings = new Map<string, string>();

type Fields = Readonly<Record<string, unknown>>;
type Headers = Readonly<Record<string, string>>;

const keep = (name: string, text: unknown, toldBy?: string): string => {
  if (typeof text !== "string" || text.length < 12) throw new Error(`${name} is no secret: ${String(text)}`);
  secrets.push({ name, text });
  if (toldBy !== undefined) tellings.set(name, toldBy);
  return text;
};

const ask = async (
  route: string,
  { body, headers = {}, raw }: { body?: unknown; headers?: Headers; raw?: string } = {},
): Promise<{ readonly status: number; readonly body: Fields }> => {
  const [method = "", target = ""] = route.split(" ");
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${runtime.baseUrl}${target}`, {
    method,
    headers: {
      ...("x-auth-token" in headers || "im-api-key" in headers || "authorization" in headers
        ? {}
        : { authorization: `Bearer ${runtime.credentials.apiKey}` }),
      ...(sent === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, body: isJson ? (JSON.parse(text) as Fields) : {} };
};

const done = async (...what: Parameters<typeof ask>): Promise<Fields> => {
  const { status, body } = await ask(...what);
  if (status >= 300) throw new Error(`${what[0]} was answered by ${status}: ${JSON.stringify(body)}`);
  return body;
};

const asOperator = (workspace = "demo"): Headers => ({
  authorization: `Bearer ${runtime.credentials.operatorKey}`,
  "x-tidemark-workspace": workspace,
});
const asUser = (userId: unknown, authToken: unknown): Headers => ({
  "x-user-id": String(userId),
  "x-auth-token": String(authToken),
});

const pass = async (seconds: number): Promise<void> => {
  await done("POST /local/clock", { body: { advanceSeconds: seconds } });
  await done("POST /local/close-hours");
};

const useFirstCredentials = async (): Promise<void> => {
  const { apiKey, operatorKey, imkit, rocketchat, viewer } = runtime.credentials;
  keep("the first key", apiKey);
  keep("the operator's key", operatorKey);
  keep("the IMKit key", imkit.apiKey);
  keep("the administrator's token", rocketchat.authToken);
  keep("the administrator's password", rocketchat.password);
  keep("the viewer's token", viewer.authToken);
  await done("POST /v1/events", {
    body: [message(NOW - 60_000), event("user.changed", NOW - 50_000, { id: "ann", kind: "user", active: true })],
  });
  await done("GET /v1/statistics");
  await done("GET /admin/stats", { headers: { "im-api-key": imkit.apiKey } });
  await done("GET /admin/connection-count", { headers: { "im-api-key": imkit.apiKey } });
  await done("GET /api/v1/statistics?refresh=true", { headers: asUser(rocketchat.userId, rocketchat.authToken) });
  await ask("GET /api/v1/statistics", { headers: asUser(viewer.userId, viewer.authToken) });
};

const makeKeys = async (): Promise<void> => {
  for (const kind of ["key", "imkit", "push", "webhook"]) {
    const first = await done("POST /v1/keys", { body: { label: `a ${kind}`, kind } });
    keep(`a ${kind}`, first["secret"], "POST /v1/keys");
    const next = await done(`POST /v1/keys/${String(first["id"])}/rotate`, { body: {} });
    const secret = keep(`a rotated ${kind}`, next["secret"], "POST /v1/keys/{id}/rotate");
    if (kind === "key") await done("GET /v1/statistics", { headers: { authorization: `Bearer ${secret}` } });
    if (kind === "webhook")
      await done("POST /ingest/rocketchat", { body: messageHook("m1", "2026-03-04T09:19:00.000Z", { token: secret }) });
    // In the path, for a workspace that takes no reports.
    if (kind === "push") expect((await ask(`POST /ingest/imkit/${secret}`, { body: {} })).status).toBeGreaterThan(399);
    await done(`DELETE /v1/keys/${String(first["id"])}`);
    expect(
      (await ask("GET /v1/statistics", { headers: { authorization: `Bearer ${String(first["secret"])}` } })).status,
    ).toBe(401);
  }
};

const makeUsers = async (): Promise<void> => {
  const user = await done("POST /v1/users", {
    body: { username: "ada", permissions: ["view-statistics", "create-personal-access-tokens"] },
  });
  const password = keep("a made-up password", user["password"], "POST /v1/users");
  const chosen = keep("a chosen password", made("chosen"));
  const wrong = keep("a wrong password", made("wrong"));
  await done("POST /v1/users", {
    body: { username: "bob", permissions: [], password: keep("another's password", made("given")) },
  });
  expect((await ask("POST /api/v1/login", { body: { user: "ada", password: wrong } })).status).toBe(401);
  const { data } = (await done("POST /api/v1/login", { body: { user: "ada", password } })) as { data: Fields };
  keep("a session", data["authToken"], "POST /api/v1/login");
  const session = asUser(data["userId"], data["authToken"]);
  await done("POST /api/v1/users.updateOwnBasicInfo", {
    headers: session,
    body: { data: { currentPassword: password, newPassword: chosen } },
  });
  const own = await done("POST /api/v1/users.generatePersonalAccessToken", {
    headers: session,
    body: { tokenName: "one" },
  });
  keep("a personal access token", own["token"], "POST /api/v1/users.generatePersonalAccessToken");
  const again = await done("POST /api/v1/users.regeneratePersonalAccessToken", {
    headers: session,
    body: { tokenName: "one" },
  });
  keep("a token made anew", again["token"], "POST /api/v1/users.regeneratePersonalAccessToken");
  const token = await done("POST /v1/tokens", { body: { userId: user["id"], name: "two" } });
  keep("a token by an administrator", token["secret"] ?? token["token"], "POST /v1/tokens");
  await done("POST /api/v1/logout", { headers: session });
  const reset = await done(`POST /v1/users/${String(user["id"])}/password`, { body: {} });
  keep("a reset password", reset["password"], "POST /v1/users/{id}/password");
};

const makeChannels = async (): Promise<void> => {
  const path = keep("a webhook's address", made("services-T024BE7LD"));
  const url = `${upstream.url}/hooks/${path}?sig=${keep("a webhook's signature in its address", made("sig"))}`;
  const added = await done("POST /v1/channels", {
    headers: asOperator(),
    body: { kind: "webhook", label: "Ops", topics: ["report.daily", "alert"], url, allowPrivate: true },
  });
  keep("a signing secret", added["secret"], "POST /v1/channels");
  keep(
    "the bytes of a signing secret",
    Buffer.from(String(added["secret"]).slice("whsec_".length), "base64").toString("latin1"),
  );
  expect(await done(`POST /v1/channels/${String(added["id"])}/test`)).toMatchObject({ ok: true });
  await done("PUT /v1/alerts", {
    body: { rules: [{ id: "busy", kind: "threshold", statistic: "messages.sent", above: 0 }] },
  });
};

const pollServers = async (): Promise<void> => {
  const { body: first } = await ask("POST /v1/workspaces", {
    headers: asOperator(),
    body: { id: "polled", name: "Polled" },
  });
  const credentials = first as {
    apiKey: string;
    imkit: { apiKey: string };
    rocketchat: { authToken: string; password: string };
  };
  keep("another workspace's key", credentials.apiKey, "POST /v1/workspaces");
  keep("another workspace's IMKit key", credentials.imkit.apiKey, "POST /v1/workspaces");
  keep("another workspace's token", credentials.rocketchat.authToken, "POST /v1/workspaces");
  keep("another workspace's password", credentials.rocketchat.password, "POST /v1/workspaces");
  const headers = asOperator("polled");
  const authToken = keep("a polled server's token", made("upstream"));
  await done("PATCH /v1/workspace", {
    headers,
    body: { source: "rocketchat", upstream: { url: upstream.url, allowPrivate: true } },
  });
  await done("PUT /v1/workspace/upstream-credential", { headers, body: { userId: "ew28FnZqipDpvKw3R", authToken } });
  const tried = keep("a tried server's token", made("tried"));
  await done("POST /v1/workspace/source/check", {
    headers,
    body: { credential: { userId: "ew28FnZqipDpvKw3R", authToken: tried } },
  });
  // A server that says back what it was told, in the hour that is asked for.
  upstream.play((request, response) => {
    const said = String(request.headers["x-auth-token"]);
    answering({ success: true, token: said, statistics: { note: said, [said]: said } })(request, response);
  });
  await done("GET /v1/workspace/source", { headers });
};

const makeMistakes = async (): Promise<void> => {
  const broken = keep("a password in a body that is no JSON", made("broken"));
  expect((await ask("POST /api/v1/login", { raw: `{"user":"ada","password":"${broken}",}` })).status).toBe(400);
  const misplaced = keep("a key in a query", made("query"));
  await ask(`GET /v1/statistics?x-api-key=${misplaced}`, { headers: { authorization: "Bearer tm_unknown" } });
  const elsewhere = keep("a token in a path that nobody has", made("path"));
  expect((await ask(`POST /ingest/imkit/${elsewhere}/more`, { body: {} })).status).toBe(404);
  const unknown = keep("an unknown key", made("tm_unknown"));
  expect((await ask("GET /v1/statistics", { headers: { authorization: `Bearer ${unknown}` } })).status).toBe(401);
  const field = keep("a secret in a field of no meaning", made("field"));
  await ask("POST /v1/keys", { body: { label: "x", secret: field } });
  const { key } = await makeSigner();
  const { d } = key as { d?: string };
  keep("a private key", d);
  expect((await ask("POST /v1/license-keys", { headers: asOperator(), body: { jwk: key } })).status).toBe(400);
};

const bearIdentities = async (key: Parameters<typeof signed>[1]): Promise<void> => {
  const token = await signed(
    {
      iss: issuer.issuer,
      aud: AUDIENCE,
      sub: "robot",
      exp: NOW / 1_000 + 600,
      tidemark_workspace: "demo",
      scope: "admin statistics:read",
    },
    key,
  );
  keep("another issuer's token", token.split(".")[2]);
  await done("GET /v1/statistics", { headers: { authorization: `Bearer ${token}` } });
  await done("PATCH /v1/workspace", { headers: { authorization: `Bearer ${token}` }, body: { name: "Known" } });
};

const everythingRead = async (): Promise<void> => {
  const routes = [
    "keys",
    "tokens",
    "users",
    "workspace",
    "workspace/source",
    "alerts",
    "channels",
    "deliveries",
    "reports",
    "audit",
    "reporters",
    "snapshots",
    "ledger",
    "health",
    "metrics",
    "activity",
    "anomalies",
  ];
  for (const name of routes) {
    await done(`GET /v1/${name}`);
    await done(`GET /v1/${name}`, { headers: asOperator("polled") });
  }
  for (const name of [
    "workspaces",
    "workspaces/demo/export",
    "workspaces/demo/audit",
    "workspaces/*/audit",
    "license-keys",
  ])
    await done(`GET /v1/${name}`, { headers: asOperator() });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-leaks-"));
  const key = await newKey("one");
  issuer = await startOidcIssuer(key);
  upstream = await startUpstream();
  upstream.play(answering({ ok: true }));
  runtime = await startRuntime({
    dataFolder: folder,
    port: 0,
    now: NOW,
    drill: true,
    empty: true,
    out: { write: (text: string) => printed.push(text) > 0 },
    log: (line) => lines.push(line),
    surroundings: { oidc: { issuer: issuer.issuer, audience: AUDIENCE } },
    watch: (asked, result) => {
      witness.watch(asked, result);
      const { method, path } = asked.requestContext.http;
      answers.push({ route: `${method} ${path}`, text: `${JSON.stringify(result.headers)} ${textIn(result)}` });
    },
  });
  await useFirstCredentials();
  await makeKeys();
  await makeUsers();
  await makeChannels();
  await pollServers();
  await makeMistakes();
  await bearIdentities(key);
  for (let hour = 0; hour < 17; hour++) {
    await done("POST /v1/events", { body: [message(NOW + hour * HOUR_MS + 1_000)] });
    await pass(3_600);
  }
  await everythingRead();
}, 280_000);
afterAll(async () => {
  await runtime?.stop();
  await issuer?.close();
  await upstream?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The route of a telling, as an answer names its path. */
const fits = (pattern: string, route: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`).test(route);

const scan = async (endpoint: string, into: Traces): Promise<number> => {
  const client = dynamoClient(endpoint);
  let items = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: TABLE, ConsistentRead: true }))
    for (const packed of Items) {
      const item = unmarshall(packed);
      const place = `the item ${String(item["pk"])} ${String(item["sk"])}`;
      items++;
      for (const value of Object.values(item))
        into.add(
          place,
          value instanceof Uint8Array
            ? value
            : JSON.stringify(value, (_name, inner: unknown) =>
                inner instanceof Uint8Array ? Buffer.from(inner).toString("latin1") : inner,
              ),
        );
    }
  client.destroy();
  return items;
};

/** Files that are for secrets, by their first folder, and what they may hold. */
const VAULTS = ["credentials.json", "upstreams", "signing"] as const;

describe("secrets, after a whole run of every dialect", () => {
  it("were told once where they were made, and echoed to their own caller by IMKit alone", () => {
    const wrong: string[] = [];
    for (const { name, text } of secrets) {
      const told = answers.filter((answer) => answer.text.includes(text)).map(({ route }) => route);
      const telling = tellings.get(name);
      const expected = told.filter(
        (route) =>
          (telling !== undefined && fits(telling, route)) || (name === "the IMKit key" && route === "GET /admin/stats"),
      );
      if (expected.length !== told.length || told.length > 1) wrong.push(`${name}: ${told.join(", ")}`);
      if (telling !== undefined && told.length !== 1) wrong.push(`${name} was not told by ${telling}`);
    }
    expect(wrong).toEqual([]);
    const traces = new Traces();
    for (const { route, text } of answers)
      traces.add(
        `the answer to ${route}`,
        text.replaceAll(/"(?:secret|token|authToken|password|apiKey|path)":"[^"]*"/g, ""),
      );
    expect(traces.of(secrets)).toEqual([]);
    counted(answers.length, "answers searched for secrets", "secrets");
  });

  it("are in no line of a log, and nothing that was printed", () => {
    const traces = new Traces();
    for (const line of lines) traces.add("the log", JSON.stringify(line));
    traces.add("what was printed", printed.join(""));
    expect(traces.of(secrets)).toEqual([]);
    counted(lines.length + printed.length, "lines searched for secrets", "secrets");
  });

  it("are in no file but those of the vaults, which their owner alone may read, and in no item", async () => {
    await runtime.stop();
    witness.settle();
    const engine = await startEngine({ folder, onDeath: () => undefined });
    const traces = new Traces();
    // A webhook's whole address is what notices are sent with, so it lies with its channel, and nowhere else.
    const addresses = secrets.filter(({ name }) => name.startsWith("a webhook's"));
    const others = secrets.filter((secret) => !addresses.includes(secret));
    let items: number;
    try {
      items = await scan(engine.endpoint, traces);
    } finally {
      await engine.stop();
    }
    expect(traces.of(others)).toEqual([]);
    expect(traces.of(addresses)).toEqual(addresses.map(({ name }) => `${name} in the item WS#demo CHANNELS`));

    const files = new Traces();
    const open: string[] = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const named = relative(folder, path);
      const { mode } = await stat(path);
      const isVault = VAULTS.some((vault) => named === vault || named.startsWith(`${vault}/`));
      if (isVault && (mode & 0o077) !== 0) open.push(`${named} ${(mode & 0o777).toString(8)}`);
      if (entry.isFile() && !isVault) files.add(`the file ${named}`, await readFile(path));
    }
    expect(open).toEqual([]);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    expect(files.of(others)).toEqual([]);
    counted(secrets.length, `secrets × ${items} items and ${files.count} readings of files`, "secrets");
  });
});
