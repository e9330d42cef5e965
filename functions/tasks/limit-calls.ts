import { Failure } from "../core/failure.ts";
import { countCall, type Limit, type RateWindow, type Tally } from "../core/rate.ts";
import type { Parts } from "./parts.ts";

/** Subjects counted at once; of more, the one whose window began first is forgotten. */
export const SUBJECTS = 10_000;

/**
 * Counts calls in this process, by subject. Several processes each allow as much: this keeps one caller from drowning
 * the others, and what must hold across processes is counted in the table.
 * @returns counts one call of a subject; throws Failure `rate.exceeded` once there were too many, with the seconds to
 * wait (`retryAfterSeconds`), the limit, and the end of the window (`resetAt`, milliseconds since 1970 UTC).
 */
export const limitCalls = (parts: Pick<Parts, "clock">): ((subject: string, limit: Limit) => Tally) => {
  // In the order in which windows began, so the first is the oldest.
  const windows = new Map<string, RateWindow>();
  return (subject, limit) => {
    const before = windows.get(subject);
    const tally = countCall(before, limit, parts.clock());
    if (tally.window.startedAt !== before?.startedAt) {
      windows.delete(subject);
      if (windows.size >= SUBJECTS) windows.delete(windows.keys().next().value ?? "");
    }
    windows.set(subject, tally.window);
    if (tally.isExceeded)
      throw new Failure("rate.exceeded", `Too many calls: wait ${tally.waitSeconds} seconds.`, {
        retryAfterSeconds: tally.waitSeconds,
        limit: limit.calls,
        resetAt: tally.resetAt,
      });
    return tally;
  };
};
