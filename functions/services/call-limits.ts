import type { Credential } from "../core/credential.ts";
import { MINUTE_MS } from "../core/hour.ts";
import type { Tally } from "../core/rate.ts";
import type { Request } from "../edge/http.ts";
import { limitCalls } from "../tasks/limit-calls.ts";
import { limitTogether } from "../tasks/limit-together.ts";
import type { Parts } from "../tasks/parts.ts";
import type { RocketchatCaller } from "./rocketchat-caller.ts";

type Headers = Readonly<Record<string, string>>;
type LimitParts = Pick<Parts, "clock">;

const NONE: Headers = {};

/** As Rocket.Chat's REST API names them; the reset is in milliseconds since 1970 UTC. */
const headersOf = (calls: number, { remaining, resetAt }: Tally): Headers => ({
  "x-ratelimit-limit": String(calls),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(resetAt),
});

/**
 * Rocket.Chat's limit: so many calls a minute of one token on one route, as the workspace has set it. Who is not logged
 * in has no token to count by.
 */
export const limitRocketchat = (
  parts: LimitParts,
): ((request: Request, caller: RocketchatCaller | undefined) => Headers) => {
  const count = limitCalls(parts);
  return ({ route }, caller) => {
    const calls = caller?.workspace.rocketchat.callsPerMinute ?? null;
    if (caller === undefined || calls === null || caller.credential.scopes.includes("api-bypass-rate-limit"))
      return NONE;
    const subject = `${caller.credential.hash} ${route.method} ${route.path}`;
    return headersOf(calls, count(subject, { calls, windowMs: MINUTE_MS }));
  };
};

/** A limit of so many calls a minute by credential, whatever the route; without a credential there is none. */
export const limitPerMinute = (
  parts: LimitParts,
  calls: number,
): ((request: Request, caller: { readonly credential: Pick<Credential, "hash"> } | undefined) => Headers) => {
  const count = limitCalls(parts);
  return (_request, caller) => {
    if (caller !== undefined) count(caller.credential.hash, { calls, windowMs: MINUTE_MS });
    return NONE;
  };
};

/** Calls a minute that a key of the IMKit dialect has. */
export const IMKIT_CALLS = 1_000;
/** Calls a minute that a credential of our own dialect has: several busy senders of 500 events a batch. */
export const V1_CALLS = 30_000;
/** Batches of events a minute that a credential has, in all processes together; each of them counts its own calls, too. */
export const BATCHES = 30_000;

/**
 * Holds a credential's batches of events to so many a minute, whatever process takes them.
 * @throws Failure `rate.exceeded`, `store.busy`.
 */
export const limitBatches = (
  parts: Pick<Parts, "calls" | "clock">,
): ((credential: Pick<Credential, "hash">) => Promise<void>) => {
  const count = limitTogether(parts, { calls: BATCHES, windowMs: MINUTE_MS });
  return ({ hash }) => count(`events of ${hash}`);
};
