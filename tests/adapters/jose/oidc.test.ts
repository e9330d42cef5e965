import { exportJWK, exportSPKI, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { oidcTokens } from "../../../functions/adapters/jose/oidc.ts";
import type { IdentityTokens } from "../../../functions/ports/identity-tokens.ts";
import {
  AUDIENCE,
  newKey,
  type OidcIssuer,
  signed,
  type SigningKey,
  startOidcIssuer,
} from "../../support/servers/oidc-issuer.ts";

let first: SigningKey;
let issuer: OidcIssuer;
let tokens: IdentityTokens;
/** The provider's clock is the system's, so the tests' is, too; it stands still. */
const NOW = Date.now();
const SECONDS = Math.floor(NOW / 1_000);

beforeAll(async () => {
  first = await newKey("first");
  issuer = await startOidcIssuer(first);
});
afterAll(() => issuer.close());
beforeEach(async () => {
  issuer.instead = undefined;
  issuer.asked.length = 0;
  tokens = oidcTokens({ issuer: issuer.issuer, audience: AUDIENCE });
});

/** Claims of a good token, with changes; an undefined one is left out. */
const claims = (changes: Readonly<Record<string, unknown>> = {}): JWTPayload =>
  JSON.parse(
    JSON.stringify({
      iss: issuer.issuer,
      aud: AUDIENCE,
      sub: "robot",
      exp: SECONDS + 600,
      iat: SECONDS,
      scope: "statistics:read",
      tidemark_workspace: "demo",
      ...changes,
    }),
  ) as JWTPayload;

const refused = async (token: string, now = NOW): Promise<{ code: string; details: Record<string, unknown> }> => {
  try {
    await tokens.verify(token, now);
  } catch (error) {
    return error as { code: string; details: Record<string, unknown> };
  }
  throw new Error("the token was taken");
};

describe("a token of the issuer", () => {
  it("is taken, with the scopes of a workspace and no other", async () => {
    const token = await issuer.grant("statistics:read events:write operator other", "demo");
    issuer.asked.length = 0;

    expect(await tokens.verify(token, NOW)).toEqual({
      issuer: issuer.issuer,
      subject: "robot",
      workspace: "demo",
      scopes: ["events:write", "statistics:read"],
      expiresAt: expect.closeTo(NOW + 600_000, -4) as number,
    });
    expect(issuer.asked).toEqual(["/.well-known/openid-configuration", "/jwks"]);
  });

  it("is taken without asking again for keys that are known, also by many at once", async () => {
    const token = await signed(claims(), first);
    await Promise.all(Array.from({ length: 20 }, () => tokens.verify(token, NOW)));
    await tokens.verify(token, NOW + 500_000);

    expect(issuer.asked).toHaveLength(2);
  });

  it("is taken for one of several audiences", async () => {
    const token = await signed(claims({ aud: ["https://other.example.test/", AUDIENCE] }), first);

    expect(await tokens.verify(token, NOW)).toMatchObject({ subject: "robot" });
  });

  it.each([
    ["expired up to a minute ago", { exp: SECONDS - 59 }],
    ["valid in up to a minute", { nbf: SECONDS + 60 }],
  ])("is taken when it is %s, because clocks differ", async (_what, changes) => {
    expect(await tokens.verify(await signed(claims(changes), first), NOW)).toMatchObject({ workspace: "demo" });
  });

  it("has no scopes when it names none", async () => {
    for (const scope of [undefined, "", 7, ["admin"], "Admin", "administer"])
      expect(await tokens.verify(await signed(claims({ scope }), first), NOW)).toMatchObject({ scopes: [] });
  });
});

describe("a token is refused", () => {
  it.each([
    ["of another issuer", { iss: "https://other.example.test" }, { reason: "issuer" }],
    ["without an issuer", { iss: undefined }, { reason: "claim", claim: "iss" }],
    ["for another audience", { aud: "https://other.example.test/" }, { reason: "audience" }],
    ["without an audience", { aud: undefined }, { reason: "claim", claim: "aud" }],
    ["that is not valid yet", { nbf: SECONDS + 61 }, { reason: "early" }],
    ["whose beginning is no number", { nbf: "now" }, { reason: "claim", claim: "nbf" }],
    ["without an end", { exp: undefined }, { reason: "claim", claim: "exp" }],
    ["whose end is no number", { exp: "never" }, { reason: "claim", claim: "exp" }],
    ["whose end is no instant", { exp: 1e300 }, { reason: "claim", claim: "exp" }],
    ["without a subject", { sub: undefined }, { reason: "claim", claim: "sub" }],
    ["with an endless subject", { sub: "x".repeat(256) }, { reason: "claim", claim: "sub" }],
    ["without a workspace", { tidemark_workspace: undefined }, { reason: "claim", claim: "tidemark_workspace" }],
    ["for every workspace", { tidemark_workspace: "*" }, { reason: "claim", claim: "tidemark_workspace" }],
    ["for several workspaces", { tidemark_workspace: ["demo"] }, { reason: "claim", claim: "tidemark_workspace" }],
  ])("%s", async (_what, changes, details) => {
    expect(await refused(await signed(claims(changes), first))).toMatchObject({ code: "credential.unknown", details });
  });

  it("of an issuer whose name differs by a slash", async () => {
    const token = await signed(claims({ iss: `${issuer.issuer}/` }), first);

    expect(await refused(token)).toMatchObject({ code: "credential.unknown", details: { reason: "issuer" } });
  });

  it("that has expired", async () => {
    const token = await signed(claims({ exp: SECONDS - 60 }), first);

    expect(await refused(token)).toMatchObject({ code: "credential.expired" });
    expect(await refused(await signed(claims(), first), NOW + 700_000)).toMatchObject({ code: "credential.expired" });
    expect(await refused(await signed(claims({ exp: -1e300 }), first))).toMatchObject({ code: "credential.expired" });
  });

  it("that somebody changed", async () => {
    const [header, , signature] = (await signed(claims(), first)).split(".");
    const [, payload] = (await signed(claims({ scope: "admin" }), first)).split(".");

    expect(await refused([header, payload, signature].join("."))).toMatchObject({ details: { reason: "signature" } });
  });

  it("that is signed with another key under a known name", async () => {
    const stranger = await newKey("first");

    expect(await refused(await signed(claims(), stranger))).toMatchObject({ details: { reason: "signature" } });
  });

  it("that is signed with a key the issuer doesn't have", async () => {
    expect(await refused(await signed(claims(), await newKey("unknown")))).toMatchObject({
      code: "credential.unknown",
      details: { reason: "key" },
    });
  });

  it("that carries its key along", async () => {
    const stranger = await newKey("unknown");
    const jwk = await exportJWK(stranger.publicKey);
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: "RS256", kid: "unknown", jwk, jku: "https://other.example.test/jwks" })
      .sign(stranger.privateKey);

    expect(await refused(token)).toMatchObject({ details: { reason: "key" } });
  });

  it("that nobody signed", async () => {
    expect(await refused(new UnsecuredJWT(claims()).encode())).toMatchObject({ details: { reason: "algorithm" } });
    const [, payload] = (await signed(claims(), first)).split(".");
    for (const alg of ["none", "None", "NONE", "nOnE"]) {
      const header = Buffer.from(JSON.stringify({ alg, kid: "first" })).toString("base64url");
      expect(await refused(`${header}.${payload}.`)).toMatchObject({ details: { reason: "algorithm" } });
    }
  });

  it("that is signed with the public key as if it were a secret", async () => {
    const secret = new TextEncoder().encode(await exportSPKI(first.publicKey));
    for (const alg of ["HS256", "HS384", "HS512"]) {
      const token = await new SignJWT(claims()).setProtectedHeader({ alg, kid: "first" }).sign(secret);
      expect(await refused(token)).toMatchObject({ details: { reason: "algorithm" } });
    }
  });

  it("that asks for what is not understood", async () => {
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: "RS256", kid: "first", crit: ["exp"], exp: 1 })
      .sign(first.privateKey, { crit: { exp: true } });

    expect(await refused(token)).toHaveProperty("code", "credential.unknown");
  });

  it.each([
    "a.b.c",
    "..",
    "eyJ9.eyJ9.eyJ9",
    "",
    "e30.e30.e30",
    `${"x".repeat(20_000)}.e30.e30`,
    "a.b.c.d.e",
    "\u0000.\u0000.\u0000",
  ])("that is garbage: %o", async (token) => {
    expect(await refused(token)).toMatchObject({ code: "credential.unknown" });
    expect(issuer.asked).toEqual([]);
  });

  it("without repeating any of it", async () => {
    const failure = (await refused(await signed(claims({ aud: "private" }), first))) as unknown as Error;

    expect(`${failure.message}${JSON.stringify((failure as { details?: unknown }).details)}`).not.toContain("private");
  });
});

describe("the issuer's keys", () => {
  afterEach(() => issuer.signWith(first));

  it("are asked for again when a token names one that is not known", async () => {
    await tokens.verify(await signed(claims(), first), NOW);
    const second = await newKey("second");
    await issuer.signWith(second, first);

    expect(await tokens.verify(await issuer.grant("admin", "demo"), NOW + 30_000)).toMatchObject({ scopes: ["admin"] });
    expect(await tokens.verify(await signed(claims(), first), NOW + 30_000)).toMatchObject({ subject: "robot" });
  });

  it("are not asked for by every token that names an unknown one", async () => {
    await tokens.verify(await signed(claims(), first), NOW);
    const asked = issuer.asked.length;
    for (let at = 0; at < 5; at++) {
      const token = await signed(claims(), { ...first, kid: `guess ${at}` });
      expect(await refused(token, NOW + 29_999)).toMatchObject({ details: { reason: "key" } });
    }

    expect(issuer.asked).toHaveLength(asked);
  });

  it("end when the issuer withdraws them", async () => {
    const token = await signed(claims({ exp: SECONDS + 3_600 }), first);
    await tokens.verify(token, NOW);
    await issuer.signWith(await newKey("second"));

    expect(await refused(token, NOW + 600_000)).toMatchObject({ details: { reason: "key" } });
  });

  it("make no secret good that lies among them", async () => {
    const secret = new TextEncoder().encode("a secret that everybody knows, long enough");
    answerWith({
      keys: [{ kty: "oct", kid: "shared", alg: "HS256", k: Buffer.from(secret).toString("base64url") }],
    });
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "shared" }).sign(secret);

    expect(await refused(token)).toMatchObject({ details: { reason: "algorithm" } });
  });
});

/** Sets what the issuer says of itself, and of its keys. */
const answerWith = (jwks: unknown, about: object = {}): void => {
  issuer.instead = (request, response) => {
    const isAbout = request.url === "/.well-known/openid-configuration";
    const metadata = { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/jwks`, ...about };
    response.end(JSON.stringify(isAbout ? metadata : jwks));
  };
};

describe("an issuer that can't be asked", () => {
  it.each([
    ["is down", (): void => void (issuer.instead = (request) => request.socket.destroy())],
    ["answers with an error", () => void (issuer.instead = (_request, response) => response.writeHead(500).end())],
    ["answers with a page", () => void (issuer.instead = (_request, response) => response.end("<html>"))],
    ["answers with nothing", () => void (issuer.instead = (_request, response) => response.end("null"))],
    [
      "sends one elsewhere",
      () => void (issuer.instead = (_request, response) => response.writeHead(302, { location: "/jwks" }).end()),
    ],
    [
      "answers without an end",
      () =>
        void (issuer.instead = (_request, response) => {
          response.on("error", () => undefined);
          const write = (): void => {
            if (!response.destroyed) response.write(Buffer.alloc(65_536, " "), write);
          };
          write();
        }),
    ],
    ["calls itself by another name", () => answerWith({ keys: [] }, { issuer: `${issuer.issuer}/` })],
    ["has its keys in an unsafe place", () => answerWith({ keys: [] }, { jwks_uri: "http://192.0.2.1/jwks" })],
    ["has its keys nowhere", () => answerWith({ keys: [] }, { jwks_uri: undefined })],
    ["has keys that are none", () => answerWith({ keys: "first" })],
  ])("because it %s accepts nobody", async (_what, arrange) => {
    const token = await signed(claims(), first);
    arrange();

    expect(await refused(token)).toMatchObject({ code: "store.busy", details: { retryAfterSeconds: 5 } });
  });

  it("is left alone for five seconds, and then asked again", async () => {
    const token = await signed(claims(), first);
    issuer.instead = (_request, response) => response.writeHead(500).end();
    await refused(token);
    issuer.instead = undefined;
    issuer.asked.length = 0;

    expect(await refused(token, NOW + 4_999)).toMatchObject({ code: "store.busy" });
    expect(issuer.asked).toEqual([]);
    expect(await tokens.verify(token, NOW + 5_000)).toMatchObject({ subject: "robot" });
  });

  it("lets nobody in once its known keys are old", async () => {
    const token = await signed(claims({ exp: SECONDS + 3_600 }), first);
    await tokens.verify(token, NOW);
    issuer.instead = (request) => request.socket.destroy();

    expect(await tokens.verify(token, NOW + 599_999)).toMatchObject({ subject: "robot" });
    expect(await refused(token, NOW + 600_000)).toMatchObject({ code: "store.busy" });
  });
});
