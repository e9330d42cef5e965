import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Share, shareText } from "../../core/share.ts";
import type { Work } from "../../ports/work.ts";

/** What is needed to reach the queue. */
export interface Queue {
  readonly client: SQSClient;
  readonly url: string;
  /** Waits a little longer each time, by chance. */
  readonly pause: (attempt: number) => Promise<void>;
}

/** A client for AWS, or for what the environment names instead. */
export const sqsClient = (): SQSClient => new SQSClient({});

/** Messages of one request (AWS: at most 10). */
const AT_A_TIME = 10;
/** Tries of messages that the queue turns down one by one while it takes others. */
const TRIES = 5;

const sendTen = async ({ client, url, pause }: Queue, shares: readonly Share[], delay: number): Promise<void> => {
  let left = shares.map((share, at) => ({ Id: String(at), MessageBody: shareText(share), DelaySeconds: delay }));
  for (let attempt = 1; left.length > 0; attempt++) {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: left }));
    const failed = new Map(Failed.map((entry) => [entry.Id, entry]));
    left = left.filter(({ Id }) => failed.has(Id));
    const hopeless =
      Failed.find(({ SenderFault }) => SenderFault === true) ?? (attempt < TRIES ? undefined : Failed[0]);
    if (hopeless !== undefined)
      throw new Error(`the queue does not take a message: ${hopeless.Code} ${hopeless.Message ?? ""}`.trimEnd());
    if (left.length > 0) await pause(attempt);
  }
};

/** Work in an SQS queue, a message a share. */
export const sqsWork = (queue: Queue): Work => ({
  async send(shares, delaySeconds = 0) {
    for (let at = 0; at < shares.length; at += AT_A_TIME)
      await sendTen(queue, shares.slice(at, at + AT_A_TIME), delaySeconds);
  },
});
