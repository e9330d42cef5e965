import { Failure } from "../core/failure.ts";
import type { Limit } from "../core/rate.ts";
import type { Parts } from "./parts.ts";

/** Calls that a process counts in the table at once: a write for each would cost a sixth of what is written anyway. */
export const HANDFUL = 20;
/** Subjects remembered at once; of more, the one that was remembered first is forgotten. */
const SUBJECTS = 10_000;

/** A process's own calls in a window. */
interface Own {
  readonly window: number;
  calls: number;
  isSpent: boolean;
}

/**
 * Counts calls of a subject in all processes together, by fixed windows of the clock. A process tells the table of every
 * so many of its own and learns the sum; from then on it refuses by itself until the window ends. So each process lets
 * at most a handful more through than the limit, and who calls seldom costs no write at all.
 * @returns counts one call; throws Failure `rate.exceeded` with the seconds to wait (`retryAfterSeconds`), the limit and
 * the end of the window (`resetAt`, milliseconds since 1970 UTC).
 */
export const limitTogether = (
  parts: Pick<Parts, "calls" | "clock">,
  { calls: most, windowMs }: Limit,
): ((subject: string) => Promise<void>) => {
  const known = new Map<string, Own>();

  const ownOf = (subject: string, window: number): Own => {
    const before = known.get(subject);
    if (before?.window === window) return before;
    const own = { window, calls: 0, isSpent: false };
    known.delete(subject);
    if (known.size >= SUBJECTS) known.delete(known.keys().next().value ?? "");
    known.set(subject, own);
    return own;
  };

  return async (subject) => {
    const now = parts.clock();
    const own = ownOf(subject, now - (now % windowMs));
    // What is refused is not counted.
    if (!own.isSpent && ++own.calls % HANDFUL === 0) {
      const sum = await parts.calls.count(subject, own.window, windowMs, HANDFUL);
      // Answers to several come in any order: the smaller sum may be told last.
      if (sum > most) own.isSpent = true;
    }
    if (!own.isSpent) return;
    const resetAt = own.window + windowMs;
    const retryAfterSeconds = Math.max(Math.ceil((resetAt - now) / 1_000), 1);
    throw new Failure("rate.exceeded", `Too many calls: wait ${retryAfterSeconds} seconds.`, {
      retryAfterSeconds,
      limit: most,
      resetAt,
    });
  };
};
