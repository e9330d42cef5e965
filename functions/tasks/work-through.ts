import type { Share } from "../core/share.ts";
import type { Work } from "../ports/work.ts";
import type { Parts } from "./parts.ts";

/** What working through a queue takes. */
export type WorkParts = Pick<Parts, "clock"> & { readonly work: Work };

/** What a job did for one workspace. */
export interface Done {
  /** By name, such as `closed`; a share's are added up. */
  readonly counts: Readonly<Record<string, number>>;
  /** What one run had no room for; anything above 0 brings another. */
  readonly remaining: number;
  /** When there will be more to do, milliseconds since 1970 UTC: somebody has to be asked again. */
  readonly heldUntil?: number | undefined;
}

/** What is to be done for each workspace, as of an instant; doing it twice, or at once, does it once. */
export type Job = (workspace: string, at: { readonly now: number }) => Promise<Done>;

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

/** What became of a share. */
export interface Worked {
  readonly counts: Readonly<Record<string, number>>;
  /** Messages that went back into the queue. */
  readonly queued: number;
  readonly failures: readonly FailedRun[];
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

/** Adds counts to those that are there. */
export const addCounts = (to: Record<string, number>, counts: Done["counts"]): void => {
  for (const [name, count] of Object.entries(counts)) to[name] = (to[name] ?? 0) + count;
};

/**
 * Does a job for a share's workspaces. What fails is queued again by itself, so that it holds up nobody; so is a
 * workspace with more left to do, and what there is no time for. A share that comes again, because its worker was
 * stopped, is first split: one workspace that stops every worker must not take its neighbours to the dead letters.
 */
export const workThrough =
  (parts: WorkParts, job: Job) =>
  async (share: Share, time: Time, { isAgain }: { readonly isAgain: boolean }): Promise<Worked> => {
    if (isAgain && share.workspaces.length > 1) {
      const alone = eachAlone(share);
      await parts.work.send(alone);
      return { counts: {}, queued: alone.length, failures: [] };
    }
    // No hour is over before it is, whatever a message says.
    const now = Math.min(share.now, parts.clock());
    const counts: Record<string, number> = {};
    const failures: FailedRun[] = [];
    const unfinished: Share[] = [];
    const failed: Share[] = [];
    const held: [Share, number][] = [];
    for (const [at, workspace] of share.workspaces.entries()) {
      if (time.left() < time.given * SPARE) {
        unfinished.push({ ...share, workspaces: share.workspaces.slice(at) });
        break;
      }
      try {
        const done = await job(workspace, { now });
        addCounts(counts, done.counts);
        if (done.remaining > 0) unfinished.push({ ...share, workspaces: [workspace], attempt: 1 });
        else if (done.heldUntil !== undefined)
          held.push([{ ...share, workspaces: [workspace], attempt: 1 }, delayUntil(done.heldUntil, parts.clock())]);
      } catch (error) {
        const isGivenUp = share.attempt >= ATTEMPTS;
        failures.push({ workspace, error, isGivenUp });
        if (!isGivenUp) failed.push({ ...share, workspaces: [workspace], attempt: share.attempt + 1 });
      }
    }
    if (unfinished.length > 0) await parts.work.send(unfinished);
    for (const [one, delay] of held) await parts.work.send([one], delay);
    if (failed.length > 0) await parts.work.send(failed, DELAY_SECONDS * share.attempt);
    return { counts, queued: unfinished.length + failed.length + held.length, failures };
  };
