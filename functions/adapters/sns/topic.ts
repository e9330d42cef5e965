import { PublishCommand, SNSClient, SNSServiceException } from "@aws-sdk/client-sns";
import { isoOf } from "../../core/instant.ts";
import { errorOf } from "../../core/thrown.ts";
import type { Message, Send } from "../../ports/delivering.ts";

/** A client for AWS as the environment says, or for an endpoint of one's own. Tries are ours to count. */
export const snsClient = (region?: string): SNSClient =>
  new SNSClient({ maxAttempts: 1, ...(region === undefined ? {} : { region }) });

const FINAL: ReadonlySet<string> = new Set(["NotFoundException", "InvalidParameterException"]);

/** Amazon SNS: less than 100 characters of ASCII, no line breaks, beginning with a letter, a number or punctuation. */
const MOST_SUBJECT = 99;
const subjectOf = ({ notice }: Message): string =>
  notice.title
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/g, "")
    .trim()
    .slice(0, MOST_SUBJECT) || notice.topic;

/** For machines, the same that a webhook has; for people, the lines. */
const bodiesOf = ({ id, workspace, notice }: Message): string => {
  const machine = JSON.stringify({
    id,
    type: notice.topic,
    timestamp: isoOf(notice.at),
    workspace: workspace.id,
    data: { title: notice.title, lines: notice.lines, ...notice.data },
  });
  const text = [notice.title, "", ...notice.lines].join("\n");
  return JSON.stringify({ default: text, email: text, sqs: machine, lambda: machine, https: machine, http: machine });
};

/** `arn:aws:sns:eu-central-1:123456789012:ops`: a topic is reached where it is. */
const regionOf = (topicArn: string): string | undefined => topicArn.split(":")[3];

/** Publishes a notice to a topic of Amazon SNS. */
export const sendToTopic =
  (clientFor: (region: string | undefined) => SNSClient): Send =>
  async ({ target }, message) => {
    if (target.kind !== "sns") throw new Error(`a ${target.kind} is no topic`);
    const { topicArn } = target;
    try {
      await clientFor(regionOf(topicArn)).send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subjectOf(message),
          Message: bodiesOf(message),
          MessageStructure: "json",
          MessageAttributes: {
            id: { DataType: "String", StringValue: message.id },
            topic: { DataType: "String", StringValue: message.notice.topic },
            workspace: { DataType: "String", StringValue: message.workspace.id },
          },
          // Only a topic with an order takes these, and it leaves out what it has had in the last five minutes.
          ...(topicArn.endsWith(".fifo")
            ? { MessageGroupId: message.workspace.id, MessageDeduplicationId: message.id }
            : {}),
        }),
      );
      return { isTaken: true };
    } catch (error) {
      const { name } = errorOf(error);
      return {
        isTaken: false,
        why: `Amazon SNS did not take it (${name})`,
        isFinal: error instanceof SNSServiceException && FINAL.has(name),
      };
    }
  };
