import { shareIn } from "../core/share.ts";
import { crashOf } from "../edge/crash.ts";
import { type QueueHandler, queueHandler } from "../edge/queue.ts";
import { untoldLine } from "./untold-line.ts";
import { workThrough, type WorkParts } from "../tasks/work-through.ts";

/** The hourly run's worker: closes the hours of the workspaces that a message names. */
export const closeHours = (parts: WorkParts, log: (line: object) => void): QueueHandler => {
  const work = workThrough(parts);
  return queueHandler({
    read: shareIn,
    work: async ({ message, isAgain, time }) => {
      const { failures, untold, ...counts } = await work(message, time, { isAgain });
      for (const { workspace, error, isGivenUp } of failures)
        log({ event: "WorkspaceFailed", workspace, attempt: message.attempt, isGivenUp, ...crashOf(error) });
      for (const { workspace, note } of untold) log(untoldLine(workspace, note));
      log({ event: "HoursClosed", workspaces: message.workspaces.length, failed: failures.length, ...counts });
      const givenUp = failures.filter(({ isGivenUp }) => isGivenUp).map(({ workspace }) => workspace);
      if (givenUp.length > 0) throw new Error(`gave up on ${givenUp.join(", ")}`);
    },
    log,
  });
};
