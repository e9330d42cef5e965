import { shareIn } from "../core/share.ts";
import { crashOf } from "../edge/crash.ts";
import { type QueueHandler, queueHandler } from "../edge/queue.ts";
import { type Job, workThrough, type WorkParts } from "../tasks/work-through.ts";

/**
 * A worker: does a job for the workspaces that a message names.
 * @param event what its log calls a message that was worked through.
 */
export const queueWorker = (
  parts: WorkParts,
  { job, event }: { readonly job: Job; readonly event: string },
  log: (line: object) => void,
): QueueHandler => {
  const work = workThrough(parts, job);
  return queueHandler({
    read: shareIn,
    work: async ({ message, isAgain, time }) => {
      const { failures, counts, queued } = await work(message, time, { isAgain });
      for (const { workspace, error, isGivenUp } of failures)
        log({ event: "WorkspaceFailed", workspace, attempt: message.attempt, isGivenUp, ...crashOf(error) });
      log({ event, workspaces: message.workspaces.length, failed: failures.length, ...counts, queued });
      const givenUp = failures.filter(({ isGivenUp }) => isGivenUp).map(({ workspace }) => workspace);
      if (givenUp.length > 0) throw new Error(`gave up on ${givenUp.join(", ")}`);
    },
    log,
  });
};
