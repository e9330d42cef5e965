import { Duration, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ENV } from "../functions/contract.ts";
import type { AlarmTopic } from "./alarm-topic.ts";
import type { ScheduledJob } from "./scheduled-job.ts";
import { TidemarkFunction, type Workshop } from "./tidemark-function.ts";
import { WorkAlarms } from "./work-alarms.ts";

/** To page through every workspace: 100,000 of them in some 2,000 messages. */
const DISPATCHING = Duration.minutes(2);
/** To work through one message's workspaces; one that runs short sends the rest back as messages of their own. */
const WORKING = Duration.minutes(5);
/** AWS's rule: a message stays hidden for six times what a worker may take. */
const HIDDEN = Duration.minutes(6 * WORKING.toMinutes());
/** Workers at once: 1,000 workspaces side by side, and no more load on the table than that. */
const WORKERS = 20;
/** A message that was given up on waits so long for somebody to look. */
const DEAD = Duration.days(14);
/**
 * Deliveries of a message before it is given up on; each comes half an hour after the one before. AWS asks for five at
 * least: a worker that Lambda had no room for used one up, and the message is not to blame.
 */
const DELIVERIES = 5;

/** What a job's machinery stands on. */
export interface JobGround extends Workshop {
  readonly alarms: AlarmTopic;
}

/**
 * A job for every workspace: schedule → dispatch → queue → workers, and a place for whatever gets lost between them.
 * Its worker may send messages back and read nothing yet: that is for the job to grant.
 */
export class ScheduledWork extends Construct {
  readonly worker: TidemarkFunction;
  readonly work: Queue;
  readonly dead: Readonly<Record<"schedule" | "dispatch" | "work", Queue>>;

  constructor(scope: Construct, id: string, { alarms, ...workshop }: JobGround, job: ScheduledJob) {
    super(scope, id);

    const dead = {
      schedule: this.#deadLetters("ScheduleDeadLetters", "calls that the schedule could not make"),
      dispatch: this.#deadLetters("DispatchDeadLetters", "calls that dispatch-hours failed at"),
      work: this.#deadLetters("WorkDeadLetters", `messages that ${job.worker} failed at`),
    };
    const work = new Queue(this, "Work", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: HIDDEN,
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: dead.work, maxReceiveCount: DELIVERIES },
    });
    const dispatch = this.#dispatch(workshop, work, dead.dispatch, job);
    this.work = work;
    this.dead = dead;
    this.worker = this.#makeWorker(workshop, work, job);
    this.#schedule(dispatch, dead.schedule, job);
    new WorkAlarms(this, "Alarms", { job, dispatch, worker: this.worker, work, dead, topic: alarms });
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

  #dispatch(workshop: Workshop, work: Queue, dead: Queue, { worthTrying }: ScheduledJob): TidemarkFunction {
    const dispatch = new TidemarkFunction(this, "dispatch-hours", {
      handler: "dispatch-hours",
      description: "Lists the workspaces into messages for the workers",
      timeout: DISPATCHING,
      environment: { [ENV.workQueueUrl]: work.queueUrl },
      retryAttempts: 2,
      maxEventAge: worthTrying,
      // CDK's own destination would let it look at the queue, too.
      onFailure: { bind: () => ({ destination: dead.queueArn }) },
      ...workshop,
    });
    workshop.counters.grant(dispatch.role, ["Query"]);
    this.#letSend(dispatch, dead);
    this.#letSend(dispatch, work);
    return dispatch;
  }

  #makeWorker(workshop: Workshop, work: Queue, { worker: handler, description }: ScheduledJob): TidemarkFunction {
    const worker = new TidemarkFunction(this, handler, {
      handler,
      description,
      timeout: WORKING,
      environment: {
        [ENV.archiveBucket]: workshop.archive.bucket.bucketName,
        [ENV.workQueueUrl]: work.queueUrl,
      },
      ...workshop,
    });
    this.#letSend(worker, work);
    worker.function.addEventSource(
      // A message is fifty workspaces already, and what remains of one must not wait for another.
      new SqsEventSource(work, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: WORKERS }),
    );
    return worker;
  }

  #letSend({ role }: TidemarkFunction, work: Queue): void {
    role.addToPolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [work.queueArn] }));
  }

  #schedule({ function: dispatch }: TidemarkFunction, dead: Queue, job: ScheduledJob): void {
    const { account } = Stack.of(this);
    const role = new Role(this, "ScheduleRole", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": account } },
      }),
      description: `What the schedule of ${job.worker} may do`,
    });
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [dispatch.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [dead.queueArn] }));
    const schedule = new Schedule(this, "Schedule", {
      description: `Starts ${job.worker} for every workspace`,
      schedule: ScheduleExpression.cron(job.at),
      target: new LambdaInvoke(dispatch, {
        // Left to itself, the target would allow every version of the function, too.
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: dead,
        retryAttempts: 10,
        maxEventAge: job.worthTrying,
        input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
      }),
    });
    // Made before its role may do anything, the first call of a fresh deployment could come too early.
    schedule.node.addDependency(role);
  }
}
