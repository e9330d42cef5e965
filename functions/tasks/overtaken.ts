import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import type { Parts } from "./parts.ts";

/** Losses against other closers of one workspace before a run leaves it to them. */
const TRIES = 20;

/** Somebody else moved the head: read again. */
class Overtaken extends Error {}

/** The head that was stored; when somebody else was first, {@link untilOurs} starts over. */
export const orOvertaken = (head: Head | undefined): Head => {
  if (head === undefined) throw new Overtaken();
  return head;
};

/** Tries again from the start whenever another was faster; what it did is done. */
export const untilOurs = async <T>(parts: Pick<Parts, "pauseByChance">, work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      await parts.pauseByChance(attempt);
    }
  }
  throw new Failure("store.busy", "Others kept moving this workspace; they do the same work.");
};
