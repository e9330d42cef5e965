import middyStack from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { crashOf } from "./crash.ts";

/** The time an invocation has, in milliseconds. */
export interface InvocationTime {
  readonly given: number;
  readonly left: () => number;
}

/** One message, and what is known of how it came. */
export interface Delivery<Message> {
  readonly message: Message;
  /** It came before, and nobody said that it was done. */
  readonly isAgain: boolean;
  readonly time: InvocationTime;
}

/** What works through a queue. */
export interface QueueService<Message> {
  /** Reads a body; throws at one that makes no sense. */
  readonly read: (body: string) => Message;
  readonly work: (delivery: Delivery<Message>) => Promise<void>;
  /** Takes one line about each message that failed. */
  readonly log: (line: object) => void;
}

/** What Lambda calls with messages of an SQS queue, partial failures being reported. */
export type QueueHandler = (event: SQSEvent, context?: Context) => Promise<SQSBatchResponse>;

/** Left for saying what is not done, before Lambda ends the process and every message comes again. */
const SPARE_MS = 500;

const failuresOf = (messageIds: Iterable<string>): SQSBatchResponse => ({
  batchItemFailures: Array.from(messageIds, (itemIdentifier) => ({ itemIdentifier })),
});

const timeOf = (context: Context): InvocationTime => {
  const left = (): number => context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
  return { given: left(), left };
};

const isAgain = ({ attributes }: SQSRecord): boolean => Number(attributes.ApproximateReceiveCount) > 1;

/**
 * Puts work behind a queue. A message that fails, or makes no sense, holds up no other: it alone comes again, and ends
 * among the dead letters.
 */
export const queueHandler = <Message>({ read, work, log }: QueueService<Message>): QueueHandler => {
  const unfinished = new WeakMap<SQSEvent, Set<string>>();

  const workOn = async (record: SQSRecord, context: Context, time: InvocationTime): Promise<boolean> => {
    try {
      await work({ message: read(record.body), isAgain: isAgain(record), time });
      return true;
    } catch (error) {
      const { messageId } = record;
      log({ event: "MessageFailed", requestId: context.awsRequestId, messageId, ...crashOf(error) });
      return false;
    }
  };

  const stack = middyStack<SQSEvent, SQSBatchResponse>({ timeoutEarlyInMillis: SPARE_MS })
    .onError((request) => {
      const left = unfinished.get(request.event);
      log({ event: "WorkCutShort", requestId: request.context.awsRequestId, ...crashOf(request.error) });
      if (left !== undefined) request.response = failuresOf(left);
    })
    .handler(async (event, context) => {
      const left = new Set(event.Records.map(({ messageId }) => messageId));
      unfinished.set(event, left);
      const time = timeOf(context);
      for (const record of event.Records) if (await workOn(record, context, time)) left.delete(record.messageId);
      return failuresOf(left);
    });
  return async (event, context = {} as Context) => stack(event, context);
};
