import type { QueueHandler } from "../edge/queue.ts";
import { closeDueHours, type CloseParts } from "../tasks/close-hours.ts";
import type { Job, WorkParts } from "../tasks/work-through.ts";
import { queueWorker } from "./queue-worker.ts";
import { untoldLine } from "./untold-line.ts";

/** Closes the hours of a workspace that are over, and logs why a server that was asked told nothing. */
export const closingJob =
  (parts: CloseParts, log: (line: object) => void): Job =>
  async (workspace, at) => {
    const { remaining, heldUntil, untold, ...counts } = await closeDueHours(parts)(workspace, at);
    if (untold !== undefined) log(untoldLine(workspace, untold));
    return { counts, remaining, heldUntil };
  };

/** The hourly run's worker: closes the hours of the workspaces that a message names. */
export const closeHours = (parts: CloseParts & WorkParts, log: (line: object) => void): QueueHandler =>
  queueWorker(parts, { job: closingJob(parts, log), event: "HoursClosed" }, log);
