import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serveAdmin } from "../../functions/services/serve-admin.ts";
import { serveRocketchat } from "../../functions/services/serve-rocketchat.ts";
import type { HttpHandler } from "../../functions/edge/http.ts";
import { createOperatorKey, createWorkspace, type FirstCredentials } from "../../functions/tasks/create-workspace.ts";
import { publicPart } from "../../cli/license/signing.ts";
import { openParts, type OpenParts } from "../support/engine.ts";
import { jsonIn, sending } from "../support/http.ts";
import { makeSigner, type Signer } from "../support/licenses.ts";
import { withoutScrypt } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:30:20.500Z");
const LATER = 60_000;

let open: OpenParts;
let signer: Signer;
let rocketchat: HttpHandler;
let admin: HttpHandler;
let operatorKey: string;
let credentials: FirstCredentials;
const lines: object[] = [];
let made = 0;

beforeAll(async () => {
  [open, signer] = await Promise.all([openParts({ now: NOW }), makeSigner()]);
  const log = (line: object): number => lines.push(line);
  rocketchat = serveRocketchat(open.parts, log);
  admin = serveAdmin(open.parts, log);
  operatorKey = await createOperatorKey(open.parts)();
  await asOperator("POST", "/v1/license-keys", { jwk: publicPart(signer.key) });
});
afterAll(() => open.close());
beforeEach(async () => {
  open.clock.now = NOW;
  // A workspace of its own, so that no test is held up by the calls of another.
  ({ credentials } = await createWorkspace(withoutScrypt(open.parts))({ id: `acme-${made++}`, name: "Acme" }));
});
afterEach(() => {
  // Nothing in here may crash, not even once it is answered well.
  if (lines.length > 0) throw new Error(JSON.stringify(lines.splice(0)));
});

interface Told {
  readonly status: number | undefined;
  readonly body: unknown;
}

type Person = FirstCredentials["viewer"];

const asUser = async (person: Person | undefined, method: string, route: string, body?: unknown): Promise<Told> => {
  const result = await rocketchat(
    sending(method, `/api/v1/${route}`, {
      headers: {
        "content-type": "application/json",
        ...(person === undefined ? {} : { "x-auth-token": person.authToken, "x-user-id": person.userId }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return { status: result.statusCode, body: jsonIn(result) };
};
const asAdmin = (method: string, route: string, body?: unknown): Promise<Told> =>
  asUser(credentials.rocketchat, method, route, body);

const asOperator = async (method: string, path: string, body?: unknown, key = operatorKey): Promise<Told> => {
  const result = await admin(
    sending(method, path, {
      headers: { "content-type": "application/json", "x-api-key": key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return { status: result.statusCode, body: result.statusCode === 204 ? undefined : jsonIn(result) };
};

const NOT_LOGGED_IN = {
  success: false,
  error: "You must be logged in to do this.",
  status: "error",
  message: "You must be logged in to do this.",
};
const NOT_PERMITTED = {
  success: false,
  error: "User does not have the permissions required for this action [error-unauthorized]",
};

describe.each(["licenses.add", "licenses.validate"])("POST %s", (route) => {
  it("is for those who are logged in", async () => {
    expect(await asUser(undefined, "POST", route, { license: "" })).toEqual({ status: 401, body: NOT_LOGGED_IN });
  });

  it("is for those with the permission, whatever they send", async () => {
    for (const body of [{ license: "" }, { license: await signer.sign() }, {}])
      expect(await asUser(credentials.viewer, "POST", route, body)).toEqual({ status: 403, body: NOT_PERMITTED });
  });

  it.each([
    ["an empty licence", { license: "" }, { error: "Empty license" }],
    ["nothing but space", { license: " \n" }, { error: "Empty license" }],
    ["no licence", {}, { errorType: "invalid-params", error: "must have required property 'license'" }],
    ["a number", { license: 1 }, { errorType: "invalid-params", error: "must be string" }],
    ["null", { license: null }, { errorType: "invalid-params", error: "must be string" }],
    [
      "more than it takes",
      { license: "a", force: true },
      { errorType: "invalid-params", error: "must NOT have additional properties" },
    ],
    ["a list", [], { errorType: "invalid-params", error: "must be object" }],
  ])("refuses %s in upstream's words", async (_what, body, told) => {
    expect(await asAdmin("POST", route, body)).toEqual({ status: 400, body: { success: false, ...told } });
  });

  it("refuses what nobody signed, and says why", async () => {
    expect(await asAdmin("POST", route, { license: "garbage" })).toEqual({
      status: 400,
      body: {
        success: false,
        error: "Invalid license",
        reasons: [
          { behavior: "invalidate_license", reason: "format", detail: expect.stringContaining("It is no signed text") },
        ],
      },
    });
  });

  it("refuses one that does not hold, with every reason", async () => {
    const license = await signer.sign({
      validUntil: NOW - 500,
      workspace: "other",
      modules: ["auditing", "telepathy"],
      limits: { wishes: 3 },
    });
    expect(await asAdmin("POST", route, { license })).toEqual({
      status: 400,
      body: {
        success: false,
        error: "license-invalid",
        reasons: [
          {
            behavior: "invalidate_license",
            reason: "period",
            detail: "It was valid until 2026-11-21T09:30:20.000Z.",
          },
          { behavior: "invalidate_license", reason: "url", detail: expect.stringContaining("the workspace other") },
          { behavior: "invalidate_license", reason: "module", modules: ["telepathy"], detail: expect.any(String) },
          { behavior: "invalidate_license", reason: "limit", limit: "wishes", detail: expect.any(String) },
        ],
      },
    });
  });

  it("takes one that holds, with space around it", async () => {
    const license = `${await signer.sign({ workspace: credentials.workspace })}\n`;
    expect(await asAdmin("POST", route, { license })).toEqual({ status: 200, body: { success: true } });
  });
});

describe("licences applied by Rocket.Chat's routes", () => {
  it("are applied by licenses.add, and not by licenses.validate", async () => {
    const license = await signer.sign();
    const isValid = async () => ((await asAdmin("GET", "licenses.info")).body as Info).license.hasValidLicense;
    await asAdmin("POST", "licenses.validate", { license });
    expect(await isValid()).toBe(false);
    await asAdmin("POST", "licenses.add", { license });
    expect(await isValid()).toBe(true);
  });

  it("are refused the second time, and stay valid for licenses.validate", async () => {
    const license = await signer.sign();
    await asAdmin("POST", "licenses.add", { license });
    expect(await asAdmin("POST", "licenses.add", { license })).toEqual({
      status: 400,
      body: { success: false, error: "Duplicated license" },
    });
    expect((await asAdmin("POST", "licenses.validate", { license })).status).toBe(200);
  });

  it("leave the one before working when they are refused", async () => {
    await asAdmin("POST", "licenses.add", { license: await signer.sign({ id: "before" }) });
    await asAdmin("POST", "licenses.add", { license: await signer.sign({ validUntil: 1_000 }) });
    expect((await asAdmin("GET", "licenses.info")).body).toMatchObject({
      license: { hasValidLicense: true, license: { information: { id: "before" } } },
    });
  });
});

interface Info {
  readonly license: Readonly<Record<string, unknown>> & { readonly hasValidLicense: boolean };
}

describe("GET licenses.info", () => {
  it("is for those who are logged in", async () => {
    expect(await asUser(undefined, "GET", "licenses.info")).toEqual({ status: 401, body: NOT_LOGGED_IN });
  });

  it("tells a plain user what there is without a licence", async () => {
    expect(await asUser(credentials.viewer, "GET", "licenses.info")).toEqual({
      status: 200,
      body: {
        license: {
          activeModules: [],
          externalModules: [],
          preventedActions: {
            activeUsers: false,
            guestUsers: false,
            roomsPerGuest: false,
            privateApps: true,
            marketplaceApps: false,
            monthlyActiveContacts: false,
          },
          limits: {},
          tags: [],
          trial: false,
          hasValidLicense: false,
        },
        success: true,
      },
    });
  });

  it("tells an administrator the licence, and what it limits, without its signed text", async () => {
    const license = await signer.sign({
      workspace: credentials.workspace,
      grantedTo: "Acme",
      modules: ["auditing", "vendor.name"],
      limits: { activeUsers: 0, guestUsers: 5 },
      validUntil: NOW - 500 + LATER,
    });
    await asAdmin("POST", "licenses.add", { license });
    const told = await asAdmin("GET", "licenses.info?loadValues=true");
    expect(told.body).toEqual({
      license: {
        license: {
          version: "3.0",
          information: {
            id: "license-1",
            autoRenew: false,
            trial: false,
            offline: true,
            createdAt: "2026-11-01T00:00:00.000Z",
            grantedBy: { method: "manual" },
            grantedTo: { company: "Acme" },
            tags: [{ name: "Pro", color: "#2563eb" }],
          },
          validation: {
            serverUrls: [],
            serverUniqueId: credentials.workspace,
            validPeriods: [{ validUntil: "2026-11-21T09:31:20.000Z", invalidBehavior: "invalidate_license" }],
            statisticsReport: { required: false },
          },
          grantedModules: [{ module: "auditing" }, { module: "vendor.name", external: true }],
          limits: {
            activeUsers: [{ max: 0, behavior: "prevent_action" }],
            guestUsers: [{ max: 5, behavior: "prevent_action" }],
          },
        },
        activeModules: ["auditing", "vendor.name"],
        externalModules: [{ module: "vendor.name", external: true }],
        preventedActions: {
          activeUsers: true,
          guestUsers: false,
          roomsPerGuest: false,
          privateApps: false,
          marketplaceApps: false,
          monthlyActiveContacts: false,
        },
        limits: {
          activeUsers: { max: 0, value: 0 },
          guestUsers: { max: 5, value: 0 },
          privateApps: { max: -1 },
          marketplaceApps: { max: -1 },
          monthlyActiveContacts: { max: -1 },
        },
        tags: [{ name: "Pro", color: "#2563eb" }],
        trial: false,
        hasValidLicense: true,
      },
      success: true,
    });
    expect(JSON.stringify(told)).not.toContain(license);
  });

  it("tells values to those alone who ask for them, and may know", async () => {
    await asAdmin("POST", "licenses.add", { license: await signer.sign() });
    expect((await asAdmin("GET", "licenses.info")).body).toMatchObject({
      license: { limits: { activeUsers: { max: 50 } } },
    });
    expect(JSON.stringify(await asAdmin("GET", "licenses.info?loadValues=false"))).not.toContain("value");
    const { license } = (await asUser(credentials.viewer, "GET", "licenses.info?loadValues=true")).body as Info;
    expect(license).toMatchObject({
      limits: {},
      tags: [{ name: "Pro" }],
      activeModules: ["auditing", "engagement-dashboard"],
    });
    expect(license).not.toHaveProperty("license");
  });

  it("gives nothing once the licence is over, by the clock", async () => {
    const license = await signer.sign({ validUntil: NOW - 500 + LATER });
    await asAdmin("POST", "licenses.add", { license });
    open.clock.now = NOW - 500 + LATER;
    expect((await asAdmin("GET", "licenses.info")).body).toMatchObject({
      license: { hasValidLicense: false, activeModules: [], tags: [], limits: { activeUsers: { max: -1 } } },
    });
  });

  it("refuses another loadValues than true and false", async () => {
    expect(await asAdmin("GET", "licenses.info?loadValues=yes")).toEqual({
      status: 400,
      body: { success: false, errorType: "error-invalid-params", error: "must be boolean" },
    });
  });
});

describe("/v1/license-keys", () => {
  it("registers, lists and removes keys", async () => {
    const { key } = await makeSigner("RS256");
    const shown = { id: key.kid, algorithm: "RS256", jwk: publicPart(key) };
    expect(
      await asOperator("POST", "/v1/license-keys", { jwk: { ...publicPart(key), use: "sig", kid: "mine" } }),
    ).toEqual({
      status: 201,
      body: shown,
    });
    expect((await asOperator("GET", "/v1/license-keys")).body).toEqual({ keys: expect.arrayContaining([shown]) });
    expect(await asOperator("DELETE", `/v1/license-keys/${key.kid}`)).toEqual({ status: 204, body: undefined });
    expect(await asOperator("DELETE", `/v1/license-keys/${key.kid}`)).toEqual({ status: 204, body: undefined });
    expect(JSON.stringify(await asOperator("GET", "/v1/license-keys"))).not.toContain(key.kid);
  });

  it("is the operator's alone", async () => {
    for (const [method, path] of [
      ["GET", "/v1/license-keys"],
      ["POST", "/v1/license-keys"],
      ["DELETE", `/v1/license-keys/${signer.key.kid}`],
    ] as const)
      expect(await asOperator(method, path, undefined, credentials.apiKey)).toMatchObject({ status: 403 });
    expect((await asOperator("GET", "/v1/license-keys")).body).toMatchObject({ keys: [{ id: signer.key.kid }] });
  });

  it("sends a private key back unread", async () => {
    const { key } = await makeSigner();
    const told = await asOperator("POST", "/v1/license-keys", { jwk: key });
    expect(told).toMatchObject({ status: 400, body: { detail: expect.stringContaining("this is a private key") } });
    expect(JSON.stringify(told)).not.toContain(key.d);
  });

  it.each([
    ["nothing", {}],
    ["a text", { jwk: "key" }],
    ["a list", { jwk: [] }],
    ["a shared secret", { jwk: { kty: "oct", k: "AAAA" } }],
    ["a key of another curve", { jwk: { kty: "EC", crv: "P-256", x: "AA", y: "AA" } }],
    ["a short key", { jwk: { kty: "RSA", e: "AQAB", n: Buffer.alloc(128, 255).toString("base64url") } }],
    ["half an Ed25519 key", { jwk: { kty: "OKP", crv: "Ed25519", x: "AAAA" } }],
    ["a key not in base64url", { jwk: { kty: "OKP", crv: "Ed25519", x: `${"A".repeat(42)}=` } }],
    ["half a key", { jwk: { kty: "RSA", n: "AAAA" } }],
    ["an endless key", { jwk: { kty: "RSA", e: "AQAB", n: "A".repeat(5_000) } }],
    ["more than it takes", { jwk: { kty: "OKP", crv: "Ed25519", x: "AA" }, force: true }],
  ])("refuses %s", async (_what, body) => {
    expect(await asOperator("POST", "/v1/license-keys", body)).toMatchObject({
      status: 400,
      body: { type: expect.stringContaining("parameter-invalid") },
    });
  });
});
