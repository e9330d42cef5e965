import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { createOperatorKey, createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { jsonIn, sending, type Sending } from "../support/http.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");

let open: OpenParts;
let admin: HttpHandler;
let v1: HttpHandler;
let key: string;
let operatorKey: string;
const lines: object[] = [];

const as = (secret: string, headers: Record<string, string> = {}) => ({
  authorization: `Bearer ${secret}`,
  "content-type": "application/json",
  ...headers,
});
const ask = (method: string, target: string, sent: Sending = {}) => admin(sending(method, target, sent));
const problem = (slug: string, status: number) => ({ statusCode: status, slug: `/problems/${slug}` });
const problemIn = (result: Awaited<ReturnType<HttpHandler>>) => ({
  statusCode: result.statusCode,
  slug: (jsonIn(result) as { type: string }).type,
});

beforeAll(async () => {
  open = await openParts({ now: NOW });
  const log = (line: object): number => lines.push(line);
  [admin, v1] = [serveAdmin(open.parts, log), serveV1(open.parts, log)];
  key = (await createWorkspace(open.parts)({ id: "acme", name: "Acme" })).credentials.apiKey;
  operatorKey = await createOperatorKey(open.parts)();
});
afterAll(() => open.close());
afterEach(() => {
  // Nothing in here may crash, not even once it is answered well.
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

describe("a new workspace", () => {
  const make = (secret: string) =>
    ask("POST", "/v1/workspaces", {
      headers: as(secret, { host: "127.0.0.1:3000", "x-forwarded-proto": "http" }),
      body: JSON.stringify({ id: "newcomer", name: "New", startsAt: "2026-11-21T09:00:00Z" }),
    });

  it("is made by an operator alone", async () => {
    expect(problemIn(await make(key))).toEqual(problem("scope-missing", 403));
  });

  it("comes with its first credentials, once", async () => {
    const result = await make(operatorKey);
    const credentials = jsonIn(result) as { apiKey: string };

    expect(result).toMatchObject({ statusCode: 201, headers: { "cache-control": "private, no-store" } });
    expect(credentials).toEqual({
      workspace: "newcomer",
      baseUrl: "http://127.0.0.1:3000",
      apiKey: expect.any(String) as string,
      imkit: { apiKey: expect.any(String) as string, clientKey: expect.any(String) as string },
      rocketchat: {
        userId: expect.any(String) as string,
        authToken: expect.any(String) as string,
        username: expect.any(String) as string,
        password: expect.any(String) as string,
      },
      viewer: { userId: expect.any(String) as string, authToken: expect.any(String) as string },
    });
    const read = await v1(sending("GET", "/v1/statistics", { headers: as(credentials.apiKey) }));
    expect(read.statusCode).toBe(200);
    expect(problemIn(await make(operatorKey))).toEqual(problem("workspace-exists", 409));
  });
});

describe("what is for everybody", () => {
  it("needs no key", async () => {
    expect(jsonIn(await ask("GET", "/v1/definitions"))).toHaveProperty("statistics");
    expect(await ask("GET", "/problems/too-many-requests")).toMatchObject({
      statusCode: 200,
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'" },
    });
    expect(problemIn(await ask("GET", "/problems/none"))).toEqual(problem("route-unknown", 404));
    expect((await ask("HEAD", "/v1/definitions")).body).toBe("");
  });
});
