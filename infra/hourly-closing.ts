import { Duration, Stack, Validations } from "aws-cdk-lib";
import { type IMetric, MathExpression, type Metric } from "aws-cdk-lib/aws-cloudwatch";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { FilterPattern, type LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { DISPATCH, ENV } from "../functions/contract.ts";
import type { AlarmTopic } from "./alarm-topic.ts";
import { READING } from "./counters-table.ts";
import { RunbookAlarm } from "./runbook-alarm.ts";
import { TidemarkFunction, type Workshop } from "./tidemark-function.ts";

/** To page through every workspace: 100,000 of them in some 2,000 messages. */
const DISPATCHING = Duration.minutes(2);
/** To close one message's workspaces; one that runs short sends the rest back as messages of their own. */
const CLOSING = Duration.minutes(5);
/** AWS's rule: a message stays hidden for six times what a worker may take. */
const HIDDEN = Duration.minutes(6 * CLOSING.toMinutes());
/** Workers at once: 1,000 workspaces closing side by side, and no more load on the table than that. */
const WORKERS = 20;
/** A message that was given up on waits so long for somebody to look. */
const DEAD = Duration.days(14);
/** Deliveries of a message before it is given up on; each comes half an hour after the one before. */
const DELIVERIES = 3;
/** The next hour's run does all that this one missed, so there is no use in trying for longer. */
const WORTH_TRYING = Duration.minutes(50);

/** Every hour, a grace past it: schedule → dispatch → queue → workers, and a place for whatever gets lost between them. */
export class HourlyClosing extends Construct {
  readonly #alarms: AlarmTopic;

  constructor(scope: Construct, id: string, { alarms, ...workshop }: Workshop & { readonly alarms: AlarmTopic }) {
    super(scope, id);
    this.#alarms = alarms;

    const scheduleDead = this.#deadLetters("ScheduleDeadLetters", "calls that the schedule could not make");
    const dispatchDead = this.#deadLetters("DispatchDeadLetters", "calls that dispatch-hours failed at");
    const workDead = this.#deadLetters("WorkDeadLetters", "messages that close-hours failed at");
    const work = new Queue(this, "Work", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: HIDDEN,
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: workDead, maxReceiveCount: DELIVERIES },
    });
    const dispatch = this.#dispatch(workshop, work, dispatchDead);
    const close = this.#close(workshop, work);
    this.#schedule(dispatch, scheduleDead);

    this.#alarmOnRuns(dispatch, close, work);
    this.#alarmOnDeadLetters([scheduleDead, dispatchDead, workDead]);
  }

  #deadLetters(id: string, holds: string): Queue {
    const queue = new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: DEAD,
    });
    Validations.of(queue).acknowledge({
      id: "AwsSolutions-SQS3",
      reason: `This is a dead-letter queue: it holds ${holds}, and an alarm tells of the first.`,
    });
    return queue;
  }

  #dispatch(workshop: Workshop, work: Queue, dead: Queue): TidemarkFunction {
    const dispatch = new TidemarkFunction(this, "dispatch-hours", {
      handler: "dispatch-hours",
      description: "Lists the workspaces into messages for the workers",
      timeout: DISPATCHING,
      environment: { [ENV.workQueueUrl]: work.queueUrl },
      retryAttempts: 2,
      maxEventAge: WORTH_TRYING,
      onFailure: new SqsDestination(dead),
      ...workshop,
    });
    workshop.counters.grant(dispatch.role, ["Query"]);
    this.#letSend(dispatch, work);
    return dispatch;
  }

  #close(workshop: Workshop, work: Queue): TidemarkFunction {
    const close = new TidemarkFunction(this, "close-hours", {
      handler: "close-hours",
      description: "Closes the hours that are over, for the workspaces of a message",
      timeout: CLOSING,
      environment: {
        [ENV.archiveBucket]: workshop.archive.bucket.bucketName,
        [ENV.workQueueUrl]: work.queueUrl,
        ...workshop.secrets.environment,
      },
      ...workshop,
    });
    workshop.counters.grant(close.role, [...READING, "PutItem", "UpdateItem"]);
    workshop.archive.grant(close.role, { blobs: "read and write", documents: "read and write" });
    workshop.secrets.grant(close.role, "read");
    this.#letSend(close, work);
    close.function.addEventSource(
      // A message is fifty workspaces already, and what remains of one must not wait for another.
      new SqsEventSource(work, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: WORKERS }),
    );
    return close;
  }

  #letSend({ role }: TidemarkFunction, work: Queue): void {
    role.addToPolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [work.queueArn] }));
  }

  #schedule({ function: dispatch }: TidemarkFunction, dead: Queue): void {
    const { account } = Stack.of(this);
    const role = new Role(this, "ScheduleRole", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": account } },
      }),
      description: "What the hourly schedule may do",
    });
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [dispatch.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [dead.queueArn] }));
    const schedule = new Schedule(this, "Schedule", {
      description: "Closes the hour",
      schedule: ScheduleExpression.cron({ minute: String(DISPATCH.minute) }),
      target: new LambdaInvoke(dispatch, {
        // Left to itself, the target would allow every version of the function, too.
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: dead,
        retryAttempts: 10,
        maxEventAge: WORTH_TRYING,
        input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
      }),
    });
    // Made before its role may do anything, the first call of a fresh deployment could come too early.
    schedule.node.addDependency(role);
  }

  #alarmOnRuns(dispatch: TidemarkFunction, close: TidemarkFunction, work: Queue): void {
    const topic = this.#alarms;
    const sum = { period: Duration.hours(1), statistic: "Sum" };
    const failures = new MathExpression({
      label: "failed runs",
      expression: "FILL(dispatches, 0) + FILL(closings, 0) + FILL(told, 0)",
      usingMetrics: {
        dispatches: dispatch.function.metricErrors(sum),
        closings: close.function.metricErrors(sum),
        told: this.#toldFailures(close).with(sum),
      },
      period: sum.period,
    });
    new RunbookAlarm(this, "Failing", {
      name: "closing-failing",
      severity: "soon",
      meaning: "The hourly run fails, wholly or for some workspaces: it tries again, and hours may close late.",
      metric: failures,
      threshold: 1,
      evaluationPeriods: 1,
      topic,
    });
    new RunbookAlarm(this, "UpstreamMisconfigured", {
      name: "upstream-misconfigured",
      severity: "soon",
      meaning:
        "A polled server refuses its credential or can't be asked at its address: its hours are missing for good.",
      metric: this.#refusedUpstreams(close).with(sum),
      threshold: 1,
      evaluationPeriods: 1,
      topic,
    });
    new RunbookAlarm(this, "NotRunning", {
      name: "closing-not-running",
      severity: "urgent",
      meaning: "The hourly run has not started for two hours.",
      metric: dispatch.function.metricInvocations(sum),
      threshold: 1,
      evaluationPeriods: 2,
      risesOnSilence: true,
      topic,
    });
    new RunbookAlarm(this, "FallingBehind", {
      name: "closing-falling-behind",
      severity: "soon",
      meaning: "Work of the hourly run has waited for 40 minutes: hours close late, and the next run adds to it.",
      metric: work.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: "Maximum" }),
      threshold: Duration.minutes(40).toSeconds(),
      evaluationPeriods: 2,
      topic,
    });
  }

  /** A worker that fails at some of its workspaces sends those back and ends well; only its log tells. */
  #toldFailures({ log }: TidemarkFunction): Metric {
    return this.#toldBy(log, "ToldFailures", {
      terms: ["WorkspaceFailed", "MessageFailed", "WorkCutShort"],
      metricName: "FailuresToldByCloseHours",
    });
  }

  /** Servers that tell nothing until somebody mends a setting; what passes by itself is in the log and the ledger. */
  #refusedUpstreams({ log }: TidemarkFunction): Metric {
    return this.#toldBy(log, "RefusedUpstreams", {
      terms: ["UpstreamMisconfigured"],
      metricName: "UpstreamsMisconfigured",
    });
  }

  #toldBy(
    logGroup: LogGroup,
    id: string,
    { terms, metricName }: { readonly terms: string[]; readonly metricName: string },
  ): Metric {
    const filter = new MetricFilter(this, id, {
      logGroup,
      filterPattern: FilterPattern.anyTerm(...terms),
      metricNamespace: `Tidemark/${Stack.of(this).stackName}`,
      metricName,
    });
    return filter.metric();
  }

  #alarmOnDeadLetters([scheduleDead, dispatchDead, workDead]: readonly [Queue, Queue, Queue]): void {
    const waiting = (queue: Queue): IMetric =>
      queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: "Maximum" });
    const rows = [
      ["schedule", waiting(scheduleDead), "The schedule could not call dispatch-hours."],
      [
        "dispatch",
        waiting(dispatchDead),
        "dispatch-hours failed three times over: no workspace's hour was dispatched.",
      ],
      ["work", waiting(workDead), "close-hours gave up on a message: the workspaces it names are behind."],
    ] as const;
    for (const [name, metric, meaning] of rows)
      new RunbookAlarm(this, `${name}-dead-letters`, {
        name: `${name}-dead-letters`,
        severity: "urgent",
        meaning,
        metric,
        threshold: 1,
        evaluationPeriods: 1,
        topic: this.#alarms,
      });
  }
}
