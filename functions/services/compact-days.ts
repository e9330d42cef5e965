import type { QueueHandler } from "../edge/queue.ts";
import { compactDays as compact, type CompactParts } from "../tasks/compact-days.ts";
import type { Job, WorkParts } from "../tasks/work-through.ts";
import { queueWorker } from "./queue-worker.ts";

/** Makes the tables of a workspace's days that are over. */
export const compactionJob =
  (parts: CompactParts): Job =>
  async (workspace) => {
    const { remaining, ...counts } = await compact(parts)(workspace);
    return { counts, remaining };
  };

/** The daily compaction's worker: makes the tables of the workspaces that a message names. */
export const compactDays = (parts: CompactParts & WorkParts, log: (line: object) => void): QueueHandler =>
  queueWorker(parts, { job: compactionJob(parts), event: "DaysCompacted" }, log);
