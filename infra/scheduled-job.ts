import type { Duration } from "aws-cdk-lib";
import type { CronOptionsWithTimezone } from "aws-cdk-lib/aws-scheduler";
import type { HandlerName } from "../functions/contract.ts";
import type { Severity } from "./runbook-alarm.ts";

/** Something that is done for every workspace, time and again. */
export interface ScheduledJob {
  /** Its alarms begin with it. */
  readonly name: string;
  /** Subject of what its alarms say. */
  readonly run: string;
  /** What comes of it when it fails or is slow. */
  readonly late: string;
  /** Of the alarms that tell that it is not done at all. */
  readonly severity: Severity;
  readonly worker: HandlerName;
  /** What the worker does. */
  readonly description: string;
  /** UTC. */
  readonly at: CronOptionsWithTimezone;
  /** Whole hours from one run to the next. */
  readonly every: Duration;
  /** A run that could not be started by then is left to the next one, which does all that this one missed. */
  readonly worthTrying: Duration;
  /** Work that has waited so long is late. */
  readonly patience: Duration;
}
