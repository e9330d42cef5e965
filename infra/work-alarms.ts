import { Duration, Stack } from "aws-cdk-lib";
import { type IMetric, MathExpression, type Metric } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic.ts";
import { RunbookAlarm, type RunbookAlarmProps } from "./runbook-alarm.ts";
import type { ScheduledJob } from "./scheduled-job.ts";
import type { TidemarkFunction } from "./tidemark-function.ts";

/** The moving parts of a job, which its alarms watch. */
export interface WorkAlarmsProps {
  readonly job: ScheduledJob;
  readonly dispatch: TidemarkFunction;
  readonly worker: TidemarkFunction;
  readonly work: Queue;
  readonly dead: Readonly<Record<"schedule" | "dispatch" | "work", Queue>>;
  readonly topic: AlarmTopic;
}

const FIVE_MINUTES = Duration.minutes(5);
const HOURLY = { period: Duration.hours(1), statistic: "Sum" };

/** The alarms of one job; the runbook has a section for each kind of them, whatever the job. */
export class WorkAlarms extends Construct {
  readonly #props: WorkAlarmsProps;

  constructor(scope: Construct, id: string, props: WorkAlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.#alarmOnRuns();
    this.#alarmOnDeadLetters();
  }

  #alarmOn(
    section: string,
    alarm: Pick<RunbookAlarmProps, "severity" | "meaning" | "metric" | "threshold" | "evaluationPeriods"> &
      Partial<Pick<RunbookAlarmProps, "risesOnSilence">>,
  ): void {
    const { job, topic } = this.#props;
    new RunbookAlarm(this, section, { name: `${job.name}-${section}`, section: `job-${section}`, topic, ...alarm });
  }

  #alarmOnRuns(): void {
    const { job, dispatch, worker, work } = this.#props;
    this.#alarmOn("failing", {
      severity: "soon",
      meaning: `${job.run} fails, wholly or for some workspaces: it tries again, and meanwhile ${job.late}.`,
      metric: new MathExpression({
        label: "failed runs",
        expression: "FILL(dispatches, 0) + FILL(works, 0) + FILL(told, 0)",
        usingMetrics: {
          dispatches: dispatch.function.metricErrors(HOURLY),
          works: worker.function.metricErrors(HOURLY),
          told: this.#toldFailures().with(HOURLY),
        },
        period: HOURLY.period,
      }),
      threshold: 1,
      evaluationPeriods: 1,
    });
    // One period more than lies between two runs, so that one is in it.
    const silence = job.every.toHours() + 1;
    this.#alarmOn("not-running", {
      severity: job.severity,
      meaning: `${job.run} has not started for ${silence} hours.`,
      metric: dispatch.function.metricInvocations(HOURLY),
      threshold: 1,
      evaluationPeriods: silence,
      risesOnSilence: true,
    });
    this.#alarmOn("falling-behind", {
      severity: "soon",
      meaning: `${job.run} leaves work waiting for ${job.patience.toMinutes()} minutes: ${job.late}, and the next run adds to it.`,
      metric: work.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: "Maximum" }),
      threshold: job.patience.toSeconds(),
      evaluationPeriods: 2,
    });
  }

  /** A worker that fails at some of its workspaces sends those back and ends well; only its log tells. */
  #toldFailures(): Metric {
    const { worker, job } = this.#props;
    const filter = new MetricFilter(this, "ToldFailures", {
      logGroup: worker.log,
      filterPattern: FilterPattern.anyTerm("WorkspaceFailed", "MessageFailed", "WorkCutShort"),
      metricNamespace: `Tidemark/${Stack.of(this).stackName}`,
      metricName: `FailuresToldBy-${job.worker}`,
    });
    return filter.metric();
  }

  #alarmOnDeadLetters(): void {
    const { job, dead } = this.#props;
    const waiting = (queue: Queue): IMetric =>
      queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES, statistic: "Maximum" });
    const rows = {
      schedule: `${job.run} could not be started: the schedule's call of dispatch-hours failed.`,
      dispatch: `${job.run} failed three times over at dispatch-hours: no workspace was dispatched.`,
      work: `${job.worker} gave up on a message: of the workspaces that it names, ${job.late}.`,
    } as const;
    for (const [from, meaning] of Object.entries(rows) as [keyof typeof rows, string][])
      this.#alarmOn(`${from}-dead-letters`, {
        severity: job.severity,
        meaning,
        metric: waiting(dead[from]),
        threshold: 1,
        evaluationPeriods: 1,
      });
  }
}
