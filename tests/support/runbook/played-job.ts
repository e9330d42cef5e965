import type { Context, SQSBatchResponse } from "aws-lambda";
import type { HandlerName } from "../../../functions/contract.ts";
import { schedulerEvent, sqsEvent } from "../lambda-events.ts";
import type { Process, Stage } from "../sweep/stage.ts";
import type { PlayedAlarms } from "./alarms.ts";

interface QueueProperties {
  readonly VisibilityTimeout: number;
  readonly RedrivePolicy: { readonly maxReceiveCount: number };
}
interface InvokeProperties {
  readonly MaximumRetryAttempts: number;
}

interface Waiting {
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receiveCount: number;
}

/** What lies among the dead letters, as AWS leaves it there. */
export interface Dead {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Which functions a job has, and what it is called in the template. */
export interface JobNames {
  readonly construct: string;
  readonly worker: HandlerName & keyof Process["functions"];
}

/** Milliseconds that a worker has. */
const WORKING_MS = 300_000;

/**
 * Schedule, asynchronous call, queue and dead letters of one job, with the numbers of the template, around the job's own
 * functions; time is the stage's. What AWS would measure of them is told to the alarms.
 */
export class PlayedJob {
  readonly dead: Record<"schedule" | "dispatch" | "work", Dead[]> = { schedule: [], dispatch: [], work: [] };
  /** Lines that its functions logged. */
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  /** The deployed ones; another deployment puts others here. */
  functions: Process["functions"];
  isEnabled = true;
  mayInvoke = true;
  msOfWork = WORKING_MS;
  readonly #queue: Waiting[] = [];
  readonly #stage: Stage;
  readonly #alarms: PlayedAlarms;
  readonly #names: JobNames;

  constructor(stage: Stage, alarms: PlayedAlarms, names: JobNames) {
    this.#stage = stage;
    this.#alarms = alarms;
    this.#names = names;
    this.functions = this.deployed().functions;
  }

  /** A process of what is deployed, whose lines are seen. */
  deployed(): Process {
    return this.#stage.start(undefined, (line, by) => this.log(line, by));
  }

  /** A line that one of the functions logged. */
  log(line: object, by: HandlerName): void {
    this.lines.push(line as Record<string, unknown>);
    this.#alarms.log(this.#functionOf(by), line, this.#stage.clock.now);
  }

  #functionOf(name: HandlerName): string {
    const beginning = `${this.#names.construct}${name.replace("-", "")}Function`;
    return this.#alarms.resource("AWS::Lambda::Function", beginning)[0];
  }

  /** The schedule's time has come. */
  async tick(): Promise<void> {
    if (!this.isEnabled) return;
    const input = schedulerEvent(new Date(this.#stage.clock.now).toISOString());
    if (this.mayInvoke) return this.invoke(input);
    this.dead.schedule.push({
      body: JSON.stringify(input),
      attributes: {
        ERROR_CODE: "AccessDeniedException",
        ERROR_MESSAGE: "not authorized to perform lambda:InvokeFunction",
      },
    });
  }

  /** An asynchronous call of `dispatch-hours`, tried again as the template says. */
  async invoke(input: object): Promise<void> {
    const id = this.#functionOf("dispatch-hours");
    const [, config] = this.#alarms.resource("AWS::Lambda::EventInvokeConfig", id.slice(0, -8));
    const { MaximumRetryAttempts: most } = config as InvokeProperties;
    for (let tries = 0; tries <= most; tries++) {
      this.#alarms.tell("Invocations", id, 1, this.#stage.clock.now);
      try {
        await this.functions["dispatch-hours"](input as never);
        return;
      } catch (error) {
        this.#alarms.tell("Errors", id, 1, this.#stage.clock.now);
        if (tries < most) continue;
        this.dead.dispatch.push({
          body: JSON.stringify({
            requestContext: { condition: "RetriesExhausted", approximateInvokeCount: tries + 1 },
            requestPayload: input,
            responsePayload: { errorType: (error as Error).name, errorMessage: (error as Error).message },
          }),
        });
      }
    }
  }

  /** Workers take what can be seen in the queue, and what they send back at once. */
  async deliver(): Promise<void> {
    const { worker, construct } = this.#names;
    const [, queue] = this.#alarms.resource("AWS::SQS::Queue", this.queueId());
    const { VisibilityTimeout, RedrivePolicy } = queue as QueueProperties;
    const { now } = this.#stage.clock;
    for (let message = this.#next(now); message !== undefined; message = this.#next(now)) {
      if (message.receiveCount === RedrivePolicy.maxReceiveCount) {
        this.#remove(message);
        this.dead.work.push({ body: message.body });
        continue;
      }
      message.receiveCount++;
      message.visibleAt = now + VisibilityTimeout * 1_000;
      const { batchItemFailures } = await this.#work(`${construct}${worker.replace("-", "")}Function`, message);
      if (batchItemFailures.length === 0) this.#remove(message);
    }
    this.measure();
  }

  #next(now: number): Waiting | undefined {
    for (const { body, delaySeconds } of this.#stage.queue.messages.splice(0))
      this.#queue.push({ body, sentAt: now, visibleAt: now + delaySeconds * 1_000, receiveCount: 0 });
    return this.#queue.find(({ visibleAt }) => visibleAt <= now);
  }

  /** What CloudWatch is told of the queues every minute. */
  measure(): void {
    const { now } = this.#stage.clock;
    const oldest = Math.min(now, ...this.#queue.map(({ sentAt }) => sentAt));
    this.#alarms.tell("ApproximateAgeOfOldestMessage", this.queueId(), (now - oldest) / 1_000, now);
    for (const from of ["schedule", "dispatch", "work"] as const) {
      const beginning = `${this.#names.construct}${from[0]?.toUpperCase()}${from.slice(1)}DeadLetters`;
      const [id] = this.#alarms.resource("AWS::SQS::Queue", beginning);
      this.#alarms.tell("ApproximateNumberOfMessagesVisible", id, this.dead[from].length, now);
    }
  }

  /** Moves dead letters back to where they came from, as `aws sqs start-message-move-task` does. */
  moveBack(): void {
    const { now } = this.#stage.clock;
    for (const { body } of this.dead.work.splice(0))
      this.#queue.push({ body, sentAt: now, visibleAt: now, receiveCount: 0 });
  }

  queueId(): string {
    // The dead letters' ids go on after the word, where this one has its digest.
    const [id] = this.#alarms.resource("AWS::SQS::Queue", `${this.#names.construct}WorkDeadLetters`);
    return this.#alarms.sourceOf(id);
  }

  async #work(beginning: string, { body, receiveCount }: Waiting): Promise<SQSBatchResponse> {
    const [id] = this.#alarms.resource("AWS::Lambda::Function", beginning);
    const { msOfWork } = this;
    const context = { getRemainingTimeInMillis: () => msOfWork } as Context;
    const event = sqsEvent([{ body, receiveCount }]);
    const worker = this.functions[this.#names.worker] as (...what: unknown[]) => Promise<unknown>;
    try {
      return (await worker(event, context)) as SQSBatchResponse;
    } catch {
      this.#alarms.tell("Errors", id, 1, this.#stage.clock.now);
      return { batchItemFailures: [{ itemIdentifier: "all" }] };
    }
  }

  #remove(message: Waiting): void {
    this.#queue.splice(this.#queue.indexOf(message), 1);
  }
}
