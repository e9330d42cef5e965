import fc from "fast-check";
import { CompactSign, importJWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyLicense } from "../../../functions/adapters/jose/licenses.ts";
import { claimsOf, LICENSE_TYPE } from "../../../functions/core/license-claims.ts";
import { makeSigner, sampleLicense, type Signer } from "../../support/licenses.ts";

let ed: Signer;
let rsa: Signer;
beforeAll(async () => {
  [ed, rsa] = await Promise.all([makeSigner(), makeSigner("RS256")]);
});

const reasonOf = async (text: string, keys = [ed.publicKey, rsa.publicKey]): Promise<string | undefined> => {
  const verified = await verifyLicense(text, keys);
  return "reason" in verified ? verified.reason : undefined;
};

/** Signs anything as a licence is signed, or otherwise. */
const signed = async (
  payload: unknown,
  header: Readonly<Record<string, unknown>> = {},
  { key }: Signer = ed,
): Promise<string> =>
  new CompactSign(Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: LICENSE_TYPE, ...header })
    .sign(await importJWK(key, key.alg));

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a signed licence", () => {
  it.each(["EdDSA", "RS256"] as const)("is read when its %s signature fits", async (algorithm) => {
    const signer = algorithm === "EdDSA" ? ed : rsa;
    const text = await signer.sign({ workspace: "acme", validUntil: 1_000 });
    expect(await verifyLicense(text, [ed.publicKey, rsa.publicKey])).toEqual({
      license: sampleLicense({ text, workspace: "acme", validUntil: 1_000 }),
    });
  });

  it("is read whether it is long over or not begun: time is judged elsewhere", async () => {
    for (const changes of [{ validUntil: 1_000 }, { validFrom: Date.parse("9999-01-01T00:00:00Z") }])
      expect(await reasonOf(await ed.sign(changes))).toBeUndefined();
  });

  it("is refused when any byte of its text is another", async () => {
    const text = await ed.sign({ workspace: "acme" });
    const bytes = fc.integer({ min: 0, max: text.length - 1 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const other = String.fromCharCode(byte);
        fc.pre(other !== text[at]);
        expect(await reasonOf(text.slice(0, at) + other + text.slice(at + 1))).toBeTypeOf("string");
      }),
      { numRuns: 500 },
    );
  });

  it("is refused when its last character is another, which stands for the same bytes in part", async () => {
    const text = await ed.sign();
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \n".replace(
      text.at(-1) ?? "",
      "",
    );
    const reasons = await Promise.all(Array.from(letters).map((letter) => reasonOf(text.slice(0, -1) + letter)));
    expect(reasons.filter((reason) => reason === undefined)).toEqual([]);
  });

  it("is refused when anything is cut off or added", async () => {
    const text = await ed.sign();
    for (const changed of [
      text.slice(1),
      text.slice(0, -1),
      `${text}A`,
      `${text}=`,
      ` ${text}`,
      `${text}.`,
      `${text}\n`,
    ])
      expect(await reasonOf(changed)).toBeTypeOf("string");
  });

  it("is refused when its key is not registered, or no longer", async () => {
    expect(await reasonOf(await ed.sign(), [rsa.publicKey])).toMatch(/not registered here/);
    expect(await reasonOf(await ed.sign(), [])).toMatch(/not registered here/);
  });

  it("is refused when another key stands under its key's id", async () => {
    const other = await makeSigner();
    expect(await reasonOf(await ed.sign(), [{ ...other.publicKey, id: ed.key.kid }])).toMatch(/signature does not fit/);
  });

  it("is refused without a signature", async () => {
    const [, payload] = (await ed.sign()).split(".");
    for (const alg of ["none", "None", ""])
      expect(await reasonOf(`${encoded({ alg, kid: ed.key.kid, typ: LICENSE_TYPE })}.${payload}.`)).toBeTypeOf(
        "string",
      );
    expect(await reasonOf(`${encoded({ alg: "none", kid: ed.key.kid, typ: LICENSE_TYPE })}.${payload}.AAAA`)).toMatch(
      /something else than EdDSA or RS256/,
    );
  });

  it("is refused when it was made with the public key as if that were a secret", async () => {
    const secret = Buffer.from(JSON.stringify(rsa.publicKey.jwk));
    const text = await new CompactSign(Buffer.from(JSON.stringify(claimsOf(sampleLicense()))))
      .setProtectedHeader({ alg: "HS256", kid: rsa.key.kid, typ: LICENSE_TYPE })
      .sign(secret);
    expect(await reasonOf(text)).toMatch(/something else than EdDSA or RS256/);
  });

  it("is refused when it names the other algorithm than its key's", async () => {
    const [, payload, signature] = (await ed.sign()).split(".");
    const header = encoded({ alg: "RS256", kid: ed.key.kid, typ: LICENSE_TYPE });
    expect(await reasonOf(`${header}.${payload}.${signature}`)).toMatch(/signs with EdDSA only/);
  });

  it.each([
    ["no type", { typ: undefined }, /is no licence/],
    ["the type of other tokens", { typ: "JWT" }, /is no licence/],
    ["no key named", { kid: undefined }, /does not name the key/],
  ])("is refused with %s", async (_what, header, told) => {
    expect(await reasonOf(await signed(claimsOf(sampleLicense()), header))).toMatch(told);
  });

  it.each([
    ["no JSON", "{", /not an object/],
    ["a list", [], /not an object/],
    ["claims missing", { jti: "a" }, /The claim iat is missing/],
  ])("is refused when what is signed is %s", async (_what, payload, told) => {
    expect(await reasonOf(await signed(payload))).toMatch(told);
  });

  it.each([
    "",
    ".",
    "..",
    "a.b.c",
    "a.b.c.d.e",
    "not a licence",
    "RCV3_eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
    "👋.👋.👋",
    "\u0000",
  ])("is not «%s»", async (text) => {
    expect(await reasonOf(text)).toMatch(/no signed text/);
  });

  it("is refused unread when it is too long", async () => {
    const text = await signed({ ...claimsOf(sampleLicense()), padding: "x".repeat(16_384) });
    expect(await reasonOf(text)).toMatch(/longer than 16384 characters/);
  });

  it("is refused when its key is damaged or of another kind, and says which key", async () => {
    const text = await ed.sign();
    const id = ed.key.kid;
    expect(await reasonOf(text, [{ id, jwk: { kty: "OKP", crv: "Ed25519", x: "AAAA" } }])).toContain(id);
    expect(await reasonOf(text, [{ id, jwk: { kty: "oct", k: "AAAA" } }])).toContain(id);
    expect(await reasonOf(text, [{ id, jwk: {} }])).toContain(id);
  });

  it("is never anything that came by chance", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (text) => {
        expect(await reasonOf(text)).toBeTypeOf("string");
      }),
    );
  });
});
