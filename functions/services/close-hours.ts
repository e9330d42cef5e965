import type { QueueHandler } from "../edge/queue.ts";
import { closeDueHours, type CloseParts } from "../tasks/close-hours.ts";
import type { Job, WorkParts } from "../tasks/work-through.ts";
import { queueWorker } from "./queue-worker.ts";

/** Closes the hours of a workspace that are over. */
export const closingJob =
  (parts: CloseParts): Job =>
  async (workspace, at) => {
    const { remaining, heldUntil, ...counts } = await closeDueHours(parts)(workspace, at);
    return { counts, remaining, heldUntil };
  };

/** The hourly run's worker: closes the hours of the workspaces that a message names. */
export const closeHours = (parts: CloseParts & WorkParts, log: (line: object) => void): QueueHandler =>
  queueWorker(parts, { job: closingJob(parts), event: "HoursClosed" }, log);
