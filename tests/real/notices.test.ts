import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { CreateEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { eventBridgeAnnouncements } from "../../functions/adapters/eventbridge/announcements.ts";
import { sendMail } from "../../functions/adapters/ses/mail.ts";
import { sendToTopic } from "../../functions/adapters/sns/topic.ts";
import type { Announcement } from "../../functions/core/announcement.ts";
import type { Channel, Target } from "../../functions/core/channel.ts";
import type { Message, Sent } from "../../functions/ports/delivering.ts";
import type { Server } from "./moto.ts";
import { openMoto, runOn } from "./on-server.ts";

let endpoint = "";
const open = async (): Promise<Server> => {
  const server = await openMoto();
  ({ endpoint } = server);
  return server;
};

const REGION = "eu-central-1";
const credentials = { accessKeyId: "tidemark", secretAccessKey: "tidemark" };
const at = (region = REGION) => ({ endpoint, region, credentials, maxAttempts: 1 });

const MESSAGE: Message = {
  id: "msg_1",
  workspace: { id: "acme", name: "Acme" },
  notice: {
    id: "alert/messages.sent/2026-11-21T08",
    topic: "alert",
    at: Date.parse("2026-11-21T09:08:00Z"),
    title: "Messages are up – «Füße» 👋",
    lines: ["Twice as many as usual."],
    data: { statistic: "messages.sent" },
  },
  html: "<p>Twice as many",
  attachments: [{ name: "acme.csv", contentType: "text/csv", bytes: Buffer.from("a,b\n") }],
};
const channelTo = (target: Target): Channel => ({ id: "c1", label: "Ops", topics: ["alert"], target, createdAt: 0 });

/** A queue of its own, and everything that came into it. */
const openQueue = async (QueueName: string, Attributes: Record<string, string> = {}) => {
  const client = new SQSClient(at());
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  const { Attributes: told } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const received = async (): Promise<readonly Record<string, unknown>[]> => {
    const bodies: Record<string, unknown>[] = [];
    for (;;) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body }) => JSON.parse(Body ?? "") as Record<string, unknown>));
      const Entries = Messages.map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  return { arn: told?.["QueueArn"] ?? "", received };
};

const topics = (): void => {
  describe("a notice to a topic", () => {
    const send = (topicArn: string, message = MESSAGE): Promise<Sent> =>
      sendToTopic((region) => new SNSClient(at(region)))(channelTo({ kind: "sns", topicArn }), message, 0);
    /** A topic and the queue that it fans out to. */
    const openTopic = async (name: string, isFifo = false) => {
      const client = new SNSClient(at());
      const Attributes: Record<string, string> = isFifo ? { FifoTopic: "true" } : {};
      const Name = isFifo ? `${name}.fifo` : name;
      const { TopicArn } = await client.send(new CreateTopicCommand({ Name, Attributes }));
      const queue = await openQueue(Name, isFifo ? { FifoQueue: "true" } : {});
      await client.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queue.arn }));
      return { arn: TopicArn ?? "", received: queue.received };
    };

    it("comes to a queue of machines as JSON, with what it can be filtered by", async () => {
      const { arn, received } = await openTopic("ops");
      expect(await send(arn)).toEqual({ isTaken: true });
      const [envelope, ...more] = await received();
      expect(more).toEqual([]);
      expect(envelope).toMatchObject({
        TopicArn: arn,
        Subject: expect.stringMatching(/^[\x20-\x7e]{1,99}$/) as string,
        MessageAttributes: { topic: { Value: "alert" }, workspace: { Value: "acme" }, id: { Value: "msg_1" } },
      });
      expect(JSON.parse(String(envelope?.["Message"]))).toMatchObject({
        id: "msg_1",
        type: "alert",
        workspace: "acme",
        data: { title: MESSAGE.notice.title, lines: MESSAGE.notice.lines, statistic: "messages.sent" },
      });
    });

    it("that keeps an order comes once, though it was sent twice", async () => {
      const { arn, received } = await openTopic("ordered", true);
      await send(arn);
      await send(arn);
      expect(await received()).toHaveLength(1);
    });

    it("that is gone is given up at once", async () => {
      expect(await send(`arn:aws:sns:${REGION}:123456789012:gone`)).toEqual({
        isTaken: false,
        why: "Amazon SNS did not take it (NotFoundException)",
        isFinal: true,
      });
    });
  });
};

/** Debian's moto lacks the library that rules hand events on with, so this ends at the bus. */
const bus = (): void => {
  describe("announcements on an event bus", () => {
    const announced = Array.from({ length: 12 }, (_, place): Announcement => ({
      id: `acme/${place + 1}`,
      workspace: "acme",
      hour: "2026-11-21T09",
      revision: place,
      status: "complete",
      publication: place + 1,
      anomalies: [],
    }));
    const announce = (name: string): Promise<void> =>
      eventBridgeAnnouncements({
        client: new EventBridgeClient(at()),
        name,
        pause: () => Promise.reject(new Error("an event was turned down")),
      }).announce(announced);

    it("are all taken, in requests that are not too large", async () => {
      await expect(announce("default")).resolves.toBeUndefined();
    });

    it("fail where there is no such bus, so that nothing is followed past them", async () => {
      await expect(announce("gone")).rejects.toThrow("gone");
    });
  });
};

const mail = (): void => {
  describe("a mail", () => {
    const sender = "tidemark@example.com";
    const send = (): Promise<Sent> =>
      sendMail({ client: new SESv2Client(at()), sender })(
        channelTo({ kind: "email", addresses: ["ops@example.com", "boss@example.com"] }),
        MESSAGE,
        0,
      );

    it("is given up where its sender was not verified, and taken once it is", async () => {
      expect(await send()).toEqual({
        isTaken: false,
        why: "Amazon SES did not take it (MessageRejected)",
        isFinal: true,
      });
      await new SESv2Client(at()).send(new CreateEmailIdentityCommand({ EmailIdentity: sender }));
      expect(await send()).toEqual({ isTaken: true });
    });
  });
};

await runOn([open], {
  "Amazon SNS": async () => topics(),
  "Amazon EventBridge": async () => bus(),
  "Amazon SES": async () => mail(),
});
