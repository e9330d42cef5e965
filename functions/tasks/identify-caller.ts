import { type Credential, hashOf, standing } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { HOUR_MS } from "../core/hour.ts";
import { isoOf } from "../core/instant.ts";
import type { Parts } from "./parts.ts";

/**
 * Looks a caller up by the hash of the secret, and notes once an hour that it is in use.
 * @throws Failure `credential.unknown` (revoked ones too), `credential.expired`.
 */
export const identifyCaller =
  (parts: Pick<Parts, "credentials" | "clock">) =>
  async (secret: string): Promise<Credential> => {
    const now = parts.clock();
    const hash = hashOf(secret);
    const credential = await parts.credentials.find(hash);
    const state = credential === undefined ? "revoked" : standing(credential, now);
    if (credential === undefined || state === "revoked")
      throw new Failure("credential.unknown", "This credential is not known: check it, or ask for a new one.");
    if (state === "expired")
      throw new Failure(
        "credential.expired",
        `This credential expired at ${isoOf(credential.expiresAt ?? now)}: ask for a new one.`,
      );
    if (now - (credential.lastUsedAt ?? -Infinity) >= HOUR_MS) await parts.credentials.touch(hash, now);
    return credential;
  };
