import { readFile } from "node:fs/promises";
import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { claimsOf, LICENSE_TYPE, type LicenseAlgorithm } from "../../functions/core/license-claims.ts";
import type { License } from "../../functions/core/license.ts";
import { algorithmOf, isPrivate, keyIdOf, type PublicJwk, publicOf } from "../../functions/core/license-key.ts";
import { errorOf } from "../../functions/core/thrown.ts";
import { Misuse } from "../misuse.ts";

/** What signs licences: a private JSON Web Key, which names itself and its algorithm. */
export type SigningKey = JWK & { readonly kid: string; readonly alg: LicenseAlgorithm };

/** Modulus of an RSA key, bits: NIST SP 800-57 has it good beyond 2030. */
const RSA_BITS = 3_072;

/** The public part of a key. */
export const publicPart = (key: SigningKey): PublicJwk => {
  const part = publicOf({ ...key });
  if (part === undefined)
    throw new Misuse("This is no key that signs licences: make one with `tidemark license keygen`.");
  return part;
};

/** Makes a key that signs licences; its id is that of its public part. */
export const makeSigningKey = async (alg: LicenseAlgorithm): Promise<SigningKey> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, crv: "Ed25519", modulusLength: RSA_BITS });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg, kid: keyIdOf(publicPart({ ...jwk, alg, kid: "" })) };
};

/** Signs a licence (RFC 7515, compact). */
export const signLicense = async (key: SigningKey, license: Omit<License, "text">): Promise<string> =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(claimsOf(license))))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: LICENSE_TYPE })
    .sign(await importJWK(key, key.alg));

const jsonIn = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    const found = JSON.parse(await readFile(path, "utf8"));
    return typeof found === "object" && found !== null ? { ...found } : {};
  } catch (error) {
    const told = error instanceof SyntaxError ? "holds no JSON" : `can't be read: ${errorOf(error).message}`;
    throw new Misuse(`${path} ${told}.`, { cause: error });
  }
};

/**
 * The key in a file, private or public; its id and algorithm are its own, whatever the file says.
 * @throws Misuse.
 */
export const keyIn = async (path: string): Promise<{ readonly key: SigningKey; readonly isPrivate: boolean }> => {
  const jwk = await jsonIn(path);
  const alg = algorithmOf(jwk);
  const part = publicOf(jwk);
  if (alg === undefined || part === undefined)
    throw new Misuse(`${path} holds no key for licences: give a JSON Web Key, Ed25519 or RSA.`);
  return { key: { ...jwk, alg, kid: keyIdOf(part) }, isPrivate: isPrivate(jwk) };
};
