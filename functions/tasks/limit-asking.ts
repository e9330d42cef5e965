import { Failure } from "../core/failure.ts";
import { MINUTE_MS } from "../core/hour.ts";
import type { Parts } from "./parts.ts";

/** Times in a minute that a workspace may have other people's servers, or mailboxes, tried. */
const MOST_A_MINUTE = 10;

/**
 * Counts what a workspace has us do to somebody else, in all processes together, by the minute.
 * @param subject what is limited, as keys of the table have it.
 * @param what the same in words: «A domain is checked».
 * @throws Failure `rate.exceeded`.
 */
export const limitAsking =
  (parts: Pick<Parts, "calls" | "clock">) =>
  async (subject: string, what: string): Promise<void> => {
    const now = parts.clock();
    const window = now - (now % MINUTE_MS);
    if ((await parts.calls.count(subject, window, MINUTE_MS)) <= MOST_A_MINUTE) return;
    const retryAfterSeconds = Math.ceil((window + MINUTE_MS - now) / 1_000);
    throw new Failure("rate.exceeded", `${what} ${MOST_A_MINUTE} times a minute at most.`, {
      retryAfterSeconds,
      limit: MOST_A_MINUTE,
      resetAt: window + MINUTE_MS,
    });
  };
