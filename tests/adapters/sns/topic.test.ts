import { AuthorizationErrorException, NotFoundException, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { sendToTopic } from "../../../functions/adapters/sns/topic.ts";
import type { Message, Sent } from "../../../functions/ports/delivering.ts";

const ARN = "arn:aws:sns:eu-central-1:123456789012:ops";
const client = new SNSClient({ region: "us-east-1" });
const sns = mockClient(client);
const MESSAGE: Message = {
  id: "msg_1",
  workspace: { id: "acme", name: "Acme" },
  notice: { id: "n", topic: "alert", at: 0, title: `Füße 👋 ${"x".repeat(200)}`, lines: ["Up."], data: { value: 7 } },
  html: undefined,
  attachments: [],
};
const regions: (string | undefined)[] = [];
const send = (topicArn = ARN): Promise<Sent> =>
  sendToTopic((region) => {
    regions.push(region);
    return client;
  })({ id: "c", label: "", topics: [], target: { kind: "sns", topicArn }, createdAt: 0 }, MESSAGE, 0);
const published = (): PublishCommand["input"] | undefined => sns.commandCalls(PublishCommand)[0]?.args[0].input;

describe("a topic of Amazon SNS", () => {
  beforeEach(() => {
    sns.reset();
    sns.on(PublishCommand).resolves({});
    regions.length = 0;
  });

  it("gets lines for people and JSON for machines, in its own region", async () => {
    expect(await send()).toEqual({ isTaken: true });
    expect(regions).toEqual(["eu-central-1"]);
    expect(published()).toMatchObject({ TopicArn: ARN, MessageStructure: "json" });
    const bodies = JSON.parse(published()?.Message ?? "") as Record<string, string>;
    expect(bodies["default"]).toContain("Up.");
    expect(JSON.parse(bodies["sqs"] ?? "")).toMatchObject({
      id: "msg_1",
      type: "alert",
      workspace: "acme",
      data: { value: 7 },
    });
  });

  it("gets a subject that it takes", async () => {
    await send();
    expect(published()?.Subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  });

  it("gets what it needs to leave out what it has had, where it keeps an order", async () => {
    await send(`${ARN}.fifo`);
    expect(published()).toMatchObject({ MessageGroupId: "acme", MessageDeduplicationId: "msg_1" });
  });

  it.each([
    [new NotFoundException({ message: "no topic", $metadata: {} }), "NotFoundException", true],
    [new AuthorizationErrorException({ message: "no", $metadata: {} }), "AuthorizationErrorException", false],
  ])("that does not take it says why (%#)", async (error, name, isFinal) => {
    sns.on(PublishCommand).rejects(error);
    expect(await send()).toEqual({ isTaken: false, why: `Amazon SNS did not take it (${name})`, isFinal });
  });
});
