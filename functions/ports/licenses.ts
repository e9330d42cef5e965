import type { License } from "../core/license.ts";
import type { Act } from "./audit.ts";

/** A public key that licences are checked with. */
export interface LicenseKey {
  readonly id: string;
  /** JSON Web Key (RFC 7517), public members only. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** The operator's public keys. Acts are what the audit trail is to keep of a change, with it. */
export interface LicenseKeys {
  list(): Promise<readonly LicenseKey[]>;
  put(key: LicenseKey, acts?: readonly Act[]): Promise<void>;
  remove(id: string, acts?: readonly Act[]): Promise<void>;
}

/** What a signed text says, or why it is no licence of ours. Time and workspace are for core to judge. */
export type Verified = { readonly license: License } | { readonly reason: string };

/** Checks signatures of licences. */
export type VerifyLicense = (text: string, keys: readonly LicenseKey[]) => Promise<Verified>;
