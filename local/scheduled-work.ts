import type { PollNote } from "../functions/core/upstream.ts";
import { compactionJob } from "../functions/services/compact-days.ts";
import type { TableFile } from "../functions/ports/table-files.ts";
import type { Parts } from "../functions/tasks/parts.ts";
import type { Job } from "../functions/tasks/work-through.ts";
import { closeEverywhere, type Closings } from "./ticker.ts";

/** Loaded when a day is over: a runtime of an hour does without. */
const lateTableFile: TableFile = async (...what) =>
  (await import("../functions/adapters/parquet/table-file.ts")).tableFile(...what);

/** What follows the closings, in this order; the deployed schedules start it later in the hour, or once a day. */
const followingJobs = (parts: Parts): readonly Job[] => [compactionJob({ ...parts, tableFile: lateTableFile })];

const doEverywhere = async (
  parts: Parts,
  job: Job,
  now: number,
  tellFailure: (workspace: string, error: unknown) => void,
): Promise<void> => {
  let after: string | undefined;
  do {
    const page = await parts.workspaces.list(after);
    for (const workspace of page.ids)
      try {
        for (let remaining = 1; remaining > 0;) ({ remaining } = await job(workspace, { now }));
      } catch (error) {
        tellFailure(workspace, error);
      }
    after = page.next;
  } while (after !== undefined);
};

/**
 * Does all that schedules start, for every workspace as of `now`: closes the hours that are over, then the jobs that
 * follow, each until nothing remains.
 * @param tellFailure takes what kept a job from being done for a workspace; it is done for the others all the same.
 * @param tellUntold takes why a server that was asked told nothing.
 */
export const doScheduledWork = async (
  parts: Parts,
  now: number,
  tellFailure: (workspace: string, error: unknown) => void,
  tellUntold?: (workspace: string, note: PollNote) => void,
): Promise<Closings> => {
  const closings = await closeEverywhere(parts, now, tellFailure, tellUntold);
  for (const job of followingJobs(parts)) await doEverywhere(parts, job, now, tellFailure);
  return closings;
};
