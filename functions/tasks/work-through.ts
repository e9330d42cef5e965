import type { Share } from "../core/share.ts";
import type { PollNote } from "../core/upstream.ts";
import type { Work } from "../ports/work.ts";
import { closeDueHours, type CloseParts } from "./close-hours.ts";

export type WorkParts = CloseParts & { readonly work: Work };

/** A worker's time, in milliseconds. */
export interface Time {
  readonly given: number;
  readonly left: () => number;
}

/** A workspace whose run failed; given up when it is not queued again. */
export interface FailedRun {
  readonly workspace: string;
  readonly error: unknown;
  readonly isGivenUp: boolean;
}

/** A workspace whose server was asked and told nothing. */
export interface Untold {
  readonly workspace: string;
  readonly note: PollNote;
}

/** What became of a share. */
export interface Worked {
  readonly closed: number;
  readonly restated: number;
  /** Messages that went back into the queue. */
  readonly queued: number;
  readonly failures: readonly FailedRun[];
  readonly untold: readonly Untold[];
}

/** Of its time a worker leaves so much unused, because one workspace can take long. */
const SPARE = 0.2;
/** Attempts at a workspace before its message is left to the dead letters. */
const ATTEMPTS = 3;
/** Seconds until a workspace that failed is tried again, more with every attempt. */
const DELAY_SECONDS = 30;

/** The longest that a message may wait (AWS: SQS). */
const LONGEST_DELAY_SECONDS = 900;

const delayUntil = (instant: number, now: number): number =>
  Math.min(Math.max(Math.ceil((instant - now) / 1_000), 1), LONGEST_DELAY_SECONDS);

const eachAlone = (share: Share): readonly Share[] =>
  share.workspaces.map((workspace) => ({ ...share, workspaces: [workspace] }));

/**
 * Closes the hours of a share's workspaces. What fails is queued again by itself, so that it holds up nobody; so is a
 * workspace with hours left, and what there is no time for. A share that comes again, because its worker was stopped,
 * is first split: one workspace that stops every worker must not take its neighbours to the dead letters.
 */
export const workThrough = (parts: WorkParts) => {
  const close = closeDueHours(parts);

  return async (share: Share, time: Time, { isAgain }: { readonly isAgain: boolean }): Promise<Worked> => {
    if (isAgain && share.workspaces.length > 1) {
      const alone = eachAlone(share);
      await parts.work.send(alone);
      return { closed: 0, restated: 0, queued: alone.length, failures: [], untold: [] };
    }
    // No hour closes before it is over, whatever a message says.
    const now = Math.min(share.now, parts.clock());
    const counts = { closed: 0, restated: 0 };
    const failures: FailedRun[] = [];
    const unfinished: Share[] = [];
    const failed: Share[] = [];
    const held: [Share, number][] = [];
    const untold: Untold[] = [];
    for (const [at, workspace] of share.workspaces.entries()) {
      if (time.left() < time.given * SPARE) {
        unfinished.push({ ...share, workspaces: share.workspaces.slice(at) });
        break;
      }
      try {
        const { closed, restated, remaining, heldUntil, untold: note } = await close(workspace, { now });
        if (note !== undefined) untold.push({ workspace, note });
        counts.closed += closed;
        counts.restated += restated;
        if (remaining > 0) unfinished.push({ ...share, workspaces: [workspace], attempt: 1 });
        else if (heldUntil !== undefined)
          held.push([{ ...share, workspaces: [workspace], attempt: 1 }, delayUntil(heldUntil, parts.clock())]);
      } catch (error) {
        const isGivenUp = share.attempt >= ATTEMPTS;
        failures.push({ workspace, error, isGivenUp });
        if (!isGivenUp) failed.push({ ...share, workspaces: [workspace], attempt: share.attempt + 1 });
      }
    }
    if (unfinished.length > 0) await parts.work.send(unfinished);
    for (const [one, delay] of held) await parts.work.send([one], delay);
    if (failed.length > 0) await parts.work.send(failed, DELAY_SECONDS * share.attempt);
    return { ...counts, queued: unfinished.length + failed.length + held.length, failures, untold };
  };
};
