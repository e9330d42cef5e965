import { errorOf } from "../functions/core/thrown.ts";
import { compactionJob } from "../functions/services/compact-days.ts";
import { followingJob } from "../functions/services/follow-hours.ts";
import { untoldLine } from "../functions/services/untold-line.ts";
import type { TableFile } from "../functions/ports/table-files.ts";
import type { Parts } from "../functions/tasks/parts.ts";
import type { Job } from "../functions/tasks/work-through.ts";
import { closeEverywhere, type Closings } from "./ticker.ts";

/** Loaded when a day is over: a runtime of an hour does without. */
const lateTableFile: TableFile = async (...what) =>
  (await import("../functions/adapters/parquet/table-file.ts")).tableFile(...what);

type Log = (line: object) => void;

/** What follows the closings, in this order; the deployed schedules start it later in the hour, or once a day. */
const followingJobs = (parts: Parts, log: Log): readonly Job[] => [
  followingJob(parts, log),
  compactionJob({ ...parts, tableFile: lateTableFile }),
];

type TellFailure = (workspace: string, error: unknown) => void;

const doEverywhere = async (
  parts: Parts,
  job: Job,
  now: number,
  tellFailure: TellFailure,
  isStopped: () => boolean,
): Promise<void> => {
  let after: string | undefined;
  do {
    const page = await parts.workspaces.list(after);
    for (const workspace of page.ids)
      try {
        for (let remaining = 1; remaining > 0 && !isStopped();) ({ remaining } = await job(workspace, { now }));
      } catch (error) {
        tellFailure(workspace, error);
      }
    after = page.next;
  } while (after !== undefined);
};

/**
 * Does the jobs that follow the closings, for every workspace, each until nothing remains.
 * @param isStopped asked between two runs; what is left then is done the next time.
 */
const followClosings = async (
  parts: Parts,
  now: number,
  tellFailure: TellFailure,
  log: Log,
  isStopped: () => boolean,
): Promise<void> => {
  for (const job of followingJobs(parts, log)) await doEverywhere(parts, job, now, tellFailure, isStopped);
};

/**
 * Begins, behind a start that nobody is to wait for, what follows the closings.
 * @returns a stop, which waits for the run that is under way.
 */
export const catchUpBehind = (parts: Parts, now: number, tellFailure: TellFailure, log: Log): (() => Promise<void>) => {
  let isStopped = false;
  const work = async (): Promise<void> => {
    try {
      await followClosings(parts, now, tellFailure, log, () => isStopped);
    } catch (error) {
      log({ event: "CatchingUpFailed", error: String(error), stack: errorOf(error).stack });
    }
  };
  const working = work();
  return async () => {
    isStopped = true;
    await working;
  };
};

/**
 * Does all that schedules start, for every workspace as of `now`: closes the hours that are over, then the jobs that
 * follow, each until nothing remains.
 * @param tellFailure takes what kept a job from being done for a workspace; it is done for the others all the same.
 * @param log takes a line about each server that was asked and told nothing, and about each delivery that was given up.
 */
export const doScheduledWork = async (
  parts: Parts,
  now: number,
  tellFailure: TellFailure,
  log: Log,
): Promise<Closings> => {
  const closings = await closeEverywhere(parts, now, tellFailure, (workspace, note) =>
    log(untoldLine(workspace, note)),
  );
  await followClosings(parts, now, tellFailure, log, () => false);
  return closings;
};
