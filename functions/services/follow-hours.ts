import { type MakeParts, makeReports, type ReportWriter } from "../tasks/make-reports.ts";
import type { QueueHandler } from "../edge/queue.ts";
import { deliverNotices, type DeliverParts, type GivenUp } from "../tasks/deliver-notices.ts";
import { followPublications, type FollowParts } from "../tasks/follow-publications.ts";
import type { Job, WorkParts } from "../tasks/work-through.ts";
import { queueWorker } from "./queue-worker.ts";

/** What following takes: rules, reports and deliveries. */
export type FollowingParts = FollowParts & MakeParts & DeliverParts;

/** Loaded when a report is due, which is seldom. */
const lateWriter = async (): Promise<ReportWriter> => import("../dialects/report/writer.ts");

/** A delivery that is due so soon is waited for; a later one is left to the next run. */
const SOON_MS = 15 * 60_000;

/** A line of the log, and in a deployment an alarm, for a delivery that was given up. */
const givenUpLine = (workspace: string, givenUp: GivenUp): object => ({
  event: "DeliveryGivenUp",
  workspace,
  ...givenUp,
});

/**
 * What follows the closing of hours, for one workspace: alerts and events of what was published, reports that are due,
 * and the deliveries of both.
 * @param log takes a line about each delivery that was given up.
 */
export const followingJob =
  (parts: FollowingParts, log: (line: object) => void): Job =>
  async (workspace, { now }) => {
    const followed = await followPublications(parts)(workspace, { now });
    const made = await makeReports(parts, lateWriter)(workspace, now);
    const { delivered, retrying, givenUp, nextAt } = await deliverNotices(parts)(workspace);
    for (const one of givenUp) log(givenUpLine(workspace, one));
    return {
      counts: {
        followed: followed.followed,
        notices: followed.notices,
        reports: made.length,
        delivered,
        retrying,
        givenUp: givenUp.length,
      },
      remaining: followed.isDone ? 0 : 1,
      heldUntil: nextAt !== undefined && nextAt <= parts.clock() + SOON_MS ? nextAt : undefined,
    };
  };

/** The worker of what follows the closings: does it for the workspaces that a message names. */
export const followHours = (parts: FollowingParts & WorkParts, log: (line: object) => void): QueueHandler =>
  queueWorker(parts, { job: followingJob(parts, log), event: "HoursFollowed" }, log);
