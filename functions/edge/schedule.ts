import middyStack from "@middy/core";
import type { Context } from "aws-lambda";
import { crashOf } from "./crash.ts";

/** What a schedule starts. */
export interface ScheduledService {
  /** One run, as of the time it was meant for. */
  readonly run: (now: number) => Promise<void>;
  readonly clock: () => number;
  /** Takes one line about each run that failed. */
  readonly log: (line: object) => void;
}

/** What EventBridge Scheduler calls, with the input `{"scheduledTime": "<aws.scheduler.scheduled-time>"}`. */
export type ScheduleHandler = (event: unknown, context?: Context) => Promise<void>;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

const instantIn = (value: unknown): number | undefined => {
  const at = typeof value === "string" && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

/**
 * When a run was meant to be: what Scheduler put into the input; else, when it put nothing there or the placeholder
 * came through as it was, the `time` of an EventBridge event; else now. Never later than now.
 */
export const scheduledTimeOf = (event: unknown, now: number): number => {
  const { scheduledTime, time } = (event ?? {}) as { readonly scheduledTime?: unknown; readonly time?: unknown };
  return Math.min(instantIn(scheduledTime) ?? instantIn(time) ?? now, now);
};

/** Puts a run behind a schedule. It fails as the run does, so that it is tried again and then told of. */
export const scheduleHandler = ({ run, clock, log }: ScheduledService): ScheduleHandler => {
  const stack = middyStack<unknown, void>()
    .onError(({ error, context }) => {
      log({ event: "RunFailed", requestId: context.awsRequestId, ...crashOf(error) });
    })
    .handler(async (event) => run(scheduledTimeOf(event, clock())));
  return async (event, context = {} as Context) => stack(event, context);
};
