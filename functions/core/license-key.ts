import { createHash } from "node:crypto";
import type { LicenseAlgorithm } from "./license-claims.ts";

/** Members of a public JSON Web Key, as RFC 7638 hashes them: in this order, and no others. */
const MEMBERS = {
  OKP: ["crv", "kty", "x"],
  RSA: ["e", "kty", "n"],
} as const;

/** Members that only private keys have (RFC 7518, section 6; RFC 8037, section 2). */
const PRIVATE: readonly string[] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** A public key that licences may be checked with. */
export type PublicJwk = Readonly<Record<string, string>>;

/** Whether a key could sign: such a key has no business on a server. */
export const isPrivate = (jwk: Readonly<Record<string, unknown>>): boolean =>
  PRIVATE.some((member) => Object.hasOwn(jwk, member));

/** The algorithm a key is for; undefined when it is for none that licences are signed with. */
export const algorithmOf = (jwk: Readonly<Record<string, unknown>>): LicenseAlgorithm | undefined => {
  if (jwk["kty"] === "OKP" && jwk["crv"] === "Ed25519") return "EdDSA";
  return jwk["kty"] === "RSA" ? "RS256" : undefined;
};

/** The members of a key that make it what it is, in the order of RFC 7638; undefined for a key of another kind. */
export const publicOf = (jwk: Readonly<Record<string, unknown>>): PublicJwk | undefined => {
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined) return undefined;
  const members = MEMBERS[algorithm === "EdDSA" ? "OKP" : "RSA"];
  const found = members.map((name) => [name, jwk[name]] as const);
  return found.every(([, value]) => typeof value === "string") ? (Object.fromEntries(found) as PublicJwk) : undefined;
};

/** A key's id: its thumbprint (RFC 7638), so that one key has one id everywhere and none can take another's. */
export const keyIdOf = (jwk: PublicJwk): string => createHash("sha256").update(JSON.stringify(jwk)).digest("base64url");

const ED25519_BYTES = 32;
/** Least modulus of RSA (RFC 7518, section 3.3: 2,048 bits) in bytes. */
const RSA_BYTES = 256;

const bytesOf = (member = ""): Buffer | undefined => {
  const bytes = Buffer.from(member, "base64url");
  return bytes.toString("base64url") === member ? bytes : undefined;
};

/** Whether a public key is whole and long enough, its numbers written in base64url as they have to be. */
export const isSound = (jwk: PublicJwk): boolean => {
  if (algorithmOf(jwk) === "EdDSA") return bytesOf(jwk["x"])?.length === ED25519_BYTES;
  const modulus = bytesOf(jwk["n"]);
  return modulus !== undefined && modulus[0] !== 0 && modulus.length >= RSA_BYTES && bytesOf(jwk["e"]) !== undefined;
};
