import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { oidcTokens } from "../../functions/adapters/jose/oidc.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveV1 } from "../../functions/services/serve-v1.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { described } from "../support/described.ts";
import { type OpenParts, openParts } from "../support/engine.ts";
import { message } from "../support/events.ts";
import { jsonIn, sending } from "../support/http.ts";
import {
  AUDIENCE,
  newKey,
  type OidcIssuer,
  signed,
  type SigningKey,
  startOidcIssuer,
} from "../support/servers/oidc-issuer.ts";
import { withoutScrypt } from "../support/scene.ts";

let key: SigningKey;
let issuer: OidcIssuer;
let open: OpenParts;
let serve: HttpHandler;
let withoutIssuer: HttpHandler;
let apiKey: string;

/** The provider grants by the system's clock, so the deployment's starts there, too. */
const NOW = Date.now();

beforeAll(async () => {
  key = await newKey("first");
  issuer = await startOidcIssuer(key);
});
afterAll(() => issuer.close());
beforeEach(async () => {
  issuer.instead = undefined;
  open = await openParts({ now: NOW, expires: false });
  const parts = withoutScrypt(open.parts);
  apiKey = (await createWorkspace(parts)({ id: "demo", name: "Demo" })).credentials.apiKey;
  await createWorkspace(parts)({ id: "other", name: "Other" });
  const trusting = { ...parts, identityTokens: oidcTokens({ issuer: issuer.issuer, audience: AUDIENCE }) };
  const [v1, admin] = [serveV1, serveAdmin].map((service) => described(service(trusting, () => undefined)));
  serve = async (event) =>
    (await (event.rawPath === "/v1/events" || event.rawPath === "/v1/statistics" ? v1 : admin)?.(event)) ?? {};
  withoutIssuer = serveV1(parts, () => undefined);
});
afterEach(() => open.close());

const get = async (path: string, headers: Record<string, string>, by: HttpHandler = serve) => {
  const answer = await by(sending("GET", path, { headers }));
  return { status: answer.statusCode, body: jsonIn(answer) as Record<string, unknown> };
};
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const send = async (token: string, body: readonly unknown[]) => {
  const headers = { ...bearer(token), "content-type": "application/json", "idempotency-key": "batch-1" };
  const answer = await serve(sending("POST", "/v1/events", { headers, body: JSON.stringify(body) }));
  return { status: answer.statusCode, body: jsonIn(answer) as Record<string, unknown> };
};

describe("the bearer of an issuer's token", () => {
  it("reads the statistics of the workspace that the token names", async () => {
    const token = await issuer.grant("statistics:read", "demo");

    expect(await get("/v1/statistics", bearer(token))).toMatchObject({ status: 200, body: { workspace: "demo" } });
  });

  it("does what the scopes of the token say, and nothing else", async () => {
    const token = await issuer.grant("statistics:read", "demo");

    expect(await send(token, [message(NOW)])).toMatchObject({
      status: 403,
      body: { type: "/problems/scope-missing", scope: "events:write" },
    });
    expect(await get("/v1/keys", bearer(token))).toMatchObject({ status: 403, body: { scope: "admin" } });
    expect(await get("/v1/keys", bearer(await issuer.grant("admin", "demo")))).toMatchObject({ status: 200 });
  });

  it("chooses no other workspace than the token's", async () => {
    const token = await issuer.grant("statistics:read admin", "demo");

    expect(await get("/v1/statistics", { ...bearer(token), "x-tidemark-workspace": "other" })).toMatchObject({
      status: 403,
      body: { type: "/problems/scope-missing" },
    });
  });

  it("is never an operator", async () => {
    const token = await issuer.grant("operator admin", "demo");

    expect(await get("/v1/workspaces", bearer(token))).toMatchObject({
      status: 403,
      body: { type: "/problems/scope-missing", scope: "operator" },
    });
  });

  it("sends a batch that is counted once, whichever of its tokens it comes with", async () => {
    const batch = [message(NOW), message(NOW)];
    const [before, after] = [await issuer.grant("events:write", "demo"), await issuer.grant("events:write", "demo")];
    expect(before).not.toBe(after);

    expect(await send(before, batch)).toMatchObject({ status: 200, body: { accepted: 2, replayed: false } });
    expect(await send(after, batch)).toMatchObject({ status: 200, body: { accepted: 2, replayed: true } });
  });

  it("has batch ids of its own", async () => {
    await send(await issuer.grant("events:write", "demo"), [message(NOW)]);

    expect(await send(apiKey, [message(NOW)])).toMatchObject({ status: 200, body: { accepted: 1, replayed: false } });
  });

  it("is refused for a workspace that doesn't exist", async () => {
    expect(await get("/v1/statistics", bearer(await issuer.grant("statistics:read", "unknown")))).toMatchObject({
      status: 404,
      body: { type: "/problems/workspace-missing" },
    });
  });

  it("is told by name why a token is refused", async () => {
    const claims = {
      iss: issuer.issuer,
      aud: "https://other.example.test/",
      sub: "robot",
      exp: Math.floor(NOW / 1_000) + 600,
      tidemark_workspace: "demo",
    };

    expect(await get("/v1/statistics", bearer(await signed(claims, key)))).toMatchObject({
      status: 401,
      body: { type: "/problems/credential-unknown", reason: "audience" },
    });
    expect(
      await get("/v1/statistics", bearer(await signed({ ...claims, aud: AUDIENCE, exp: 1_000_000_000 }, key))),
    ).toMatchObject({ status: 401, body: { type: "/problems/credential-expired" } });
  });

  it("waits while the issuer is down, and keys of ours work on", async () => {
    issuer.instead = (request) => request.socket.destroy();
    const token = await signed({ iss: issuer.issuer, aud: AUDIENCE }, key);

    expect(await get("/v1/statistics", bearer(token))).toMatchObject({ status: 503, body: { retryAfterSeconds: 5 } });
    expect(await get("/v1/statistics", bearer(apiKey))).toMatchObject({ status: 200 });
  });

  it("comes with authorization: Bearer alone", async () => {
    const token = await issuer.grant("statistics:read", "demo");

    expect(await get("/v1/statistics", { "x-api-key": token })).toMatchObject({
      status: 401,
      body: { type: "/problems/credential-unknown" },
    });
  });

  it("is nobody where no issuer is trusted", async () => {
    const token = await issuer.grant("statistics:read", "demo");

    expect(await get("/v1/statistics", bearer(token), withoutIssuer)).toMatchObject({
      status: 401,
      body: { type: "/problems/credential-unknown" },
    });
  });
});
