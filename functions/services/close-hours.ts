import { hourName } from "../core/hour.ts";
import type { QueueHandler } from "../edge/queue.ts";
import { closeDueHours } from "../tasks/close-hours.ts";
import { HourFailed } from "../tasks/close-next.ts";
import type { CloseParts } from "../tasks/settle-head.ts";
import type { Job, WorkParts } from "../tasks/work-through.ts";
import { queueWorker } from "./queue-worker.ts";
import { tellingOf } from "./trail.ts";
import { untoldLine } from "./untold-line.ts";

/**
 * Closes the hours of a workspace that are over. Logs each that is published, one that can't be, and why a server that
 * was asked told nothing.
 */
export const closingJob = (parts: CloseParts, log: (line: object) => void): Job => {
  const telling = tellingOf(parts, log);
  return async (workspace, at) => {
    const { remaining, heldUntil, untold, ...counts } = await closeDueHours(telling)(workspace, at).catch(
      (error: unknown) => {
        if (error instanceof HourFailed)
          log({ event: error.name, workspace, hour: hourName(error.hour), why: String(error.cause) });
        throw error;
      },
    );
    if (untold !== undefined) log(untoldLine(workspace, untold));
    return { counts, remaining, heldUntil };
  };
};

/** The hourly run's worker: closes the hours of the workspaces that a message names. */
export const closeHours = (parts: CloseParts & WorkParts, log: (line: object) => void): QueueHandler =>
  queueWorker(parts, { job: closingJob(parts, log), event: "HoursClosed" }, log);
