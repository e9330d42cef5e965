import { type Credential, hashOf, standing } from "../core/credential.ts";
import { Failure } from "../core/failure.ts";
import { isoOf } from "../core/instant.ts";
import type { Parts } from "./parts.ts";

/** A credential revoked elsewhere ends here after this long at the latest. */
const SEEN_MS = 30_000;
/** Credentials remembered; the oldest goes first. */
const REMEMBERED = 10_000;

type Found = { readonly credential: Credential | undefined; readonly readAt: number };

/** Who a secret belongs to; remembers for half a minute. */
export interface Identify {
  /** @throws Failure `credential.unknown` (revoked ones too), `credential.expired`. */
  (secret: string): Promise<Credential>;
  /** Ends a credential, here at once. */
  revoke(hash: string): Promise<void>;
}

/** Looks callers up by the hash of their secret; unknown ones are remembered, too, so that guessing costs no reads. */
export const identifyCaller = (parts: Pick<Parts, "credentials" | "clock">): Identify => {
  const seen = new Map<string, Found>();
  /** Ended here; a look-up that was under way then may still find them good. */
  const ended = new Set<string>();
  const find = async (hash: string, now: number): Promise<Credential | undefined> => {
    const known = seen.get(hash);
    if (known !== undefined && Math.abs(now - known.readAt) < SEEN_MS) return known.credential;
    const credential = await parts.credentials.find(hash);
    if (seen.size >= REMEMBERED) seen.delete(seen.keys().next().value ?? "");
    seen.set(hash, { credential, readAt: now });
    return credential;
  };
  const identify = async (secret: string): Promise<Credential> => {
    const now = parts.clock();
    const hash = hashOf(secret);
    const credential = await find(hash, now);
    const state = credential === undefined || ended.has(hash) ? "revoked" : standing(credential, now);
    if (credential === undefined || state === "revoked")
      throw new Failure("credential.unknown", "This credential is not known: check it, or ask for a new one.");
    if (state === "expired")
      throw new Failure(
        "credential.expired",
        `This credential expired at ${isoOf(credential.expiresAt ?? now)}: ask for a new one.`,
      );
    return credential;
  };
  const revoke = async (hash: string): Promise<void> => {
    ended.add(hash);
    await parts.credentials.revoke(hash, parts.clock());
    seen.delete(hash);
  };
  return Object.assign(identify, { revoke });
};
