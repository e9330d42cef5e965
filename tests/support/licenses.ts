import { makeSigningKey, publicPart, signLicense, type SigningKey } from "../../cli/license/signing.ts";
import type { License } from "../../functions/core/license.ts";
import type { LicenseKey } from "../../functions/ports/licenses.ts";

/** From when on sample licences are issued: 2026-11-01. */
export const ISSUED_AT = Date.parse("2026-11-01T00:00:00Z");

/** A licence for any workspace at any time. */
export const sampleLicense = (changes: Partial<License> = {}): License => ({
  text: "not signed",
  id: "license-1",
  issuedAt: ISSUED_AT,
  tags: [{ name: "Pro", color: "#2563eb" }],
  modules: ["auditing", "engagement-dashboard"],
  limits: { activeUsers: 50 },
  validFrom: null,
  validUntil: null,
  workspace: null,
  grantedTo: null,
  ...changes,
});

/** Somebody who signs licences, and the key to check them with. */
export interface Signer {
  readonly key: SigningKey;
  readonly publicKey: LicenseKey;
  readonly sign: (changes?: Partial<License>) => Promise<string>;
}

/** Makes a key to sign with. */
export const makeSigner = async (algorithm: "EdDSA" | "RS256" = "EdDSA"): Promise<Signer> => {
  const key = await makeSigningKey(algorithm);
  return {
    key,
    publicKey: { id: key.kid, jwk: publicPart(key) },
    sign: (changes = {}) => signLicense(key, sampleLicense(changes)),
  };
};
