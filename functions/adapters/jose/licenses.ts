import { compactVerify, decodeProtectedHeader, errors, importJWK } from "jose";
import { LONGEST_TEXT } from "../../core/license.ts";
import { LICENSE_ALGORITHMS, LICENSE_TYPE, licenseOf } from "../../core/license-claims.ts";
import { algorithmOf } from "../../core/license-key.ts";
import { errorOf } from "../../core/thrown.ts";
import type { LicenseKey, Verified, VerifyLicense } from "../../ports/licenses.ts";

const PART = /^[\w-]+$/;

/** Whether a part is base64url as it has to be written: the same bytes written otherwise would pass as well. */
const isCanonical = (part: string): boolean =>
  PART.test(part) && Buffer.from(part, "base64url").toString("base64url") === part;

const headerOf = (text: string): ReturnType<typeof decodeProtectedHeader> | undefined => {
  try {
    return decodeProtectedHeader(text);
  } catch {
    return undefined;
  }
};

const keyFor = (kid: string | undefined, keys: readonly LicenseKey[]): LicenseKey | { readonly reason: string } => {
  if (kid === undefined) return { reason: "It does not name the key it is signed with (kid)." };
  const key = keys.find(({ id }) => id === kid);
  return key ?? { reason: "It is signed with a key that is not registered here." };
};

const claimsIn = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
};

const verifyWith = async (text: string, key: LicenseKey): Promise<Verified> => {
  const algorithm = algorithmOf(key.jwk);
  if (algorithm === undefined) return { reason: `The key ${key.id} is not one that licences are signed with.` };
  try {
    // Bound to the key's own algorithm, whatever the text says. Only the signature: times are judged by the caller.
    const { payload } = await compactVerify(text, await importJWK({ ...key.jwk }, algorithm), {
      algorithms: [algorithm],
    });
    return licenseOf(text, claimsIn(payload));
  } catch (error) {
    if (error instanceof errors.JOSEAlgNotAllowed) return { reason: `The key ${key.id} signs with ${algorithm} only.` };
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return { reason: "Its signature does not fit: it was changed after it was signed." };
    if (error instanceof errors.JOSEError) return { reason: "It is no signed text as JSON Web Signature has it." };
    if (error instanceof TypeError || errorOf(error).name === "DataError")
      return { reason: `The key ${key.id} can't be used: remove it, and register it again.` };
    throw error;
  }
};

/** Checks licences: JSON Web Signatures (RFC 7515) in compact form by a key of the operator's. */
export const verifyLicense: VerifyLicense = async (text, keys) => {
  if (text.length > LONGEST_TEXT) return { reason: `It is longer than ${LONGEST_TEXT} characters.` };
  const parts = text.split(".");
  const header = parts.length === 3 && parts.every(isCanonical) ? headerOf(text) : undefined;
  if (header === undefined)
    return { reason: "It is no signed text: three parts of letters, digits, - and _ with dots between." };
  if (header.typ !== LICENSE_TYPE) return { reason: "It is signed, but is no licence." };
  if (!(LICENSE_ALGORITHMS as readonly (string | undefined)[]).includes(header.alg))
    return { reason: `It is signed with something else than ${LICENSE_ALGORITHMS.join(" or ")}.` };
  const key = keyFor(header.kid, keys);
  return "reason" in key ? key : verifyWith(text, key);
};
