import { MessageRejected, SendEmailCommand, SESv2Client, TooManyRequestsException } from "@aws-sdk/client-sesv2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { sendMail } from "../../../functions/adapters/ses/mail.ts";
import type { Channel } from "../../../functions/core/channel.ts";
import type { Message, Sent } from "../../../functions/ports/delivering.ts";

const client = new SESv2Client({ region: "eu-central-1" });
const ses = mockClient(client);
const CHANNEL: Channel = {
  id: "c1",
  label: "Ops",
  topics: ["report.daily"],
  target: { kind: "email", addresses: ["ops@example.com", "boss@example.com"] },
  createdAt: 0,
};
const MESSAGE: Message = {
  id: "msg_1",
  workspace: { id: "acme", name: "Acme" },
  notice: {
    id: "n",
    topic: "report.daily",
    at: 0,
    title: "Daily report:\r\nBcc: evil@example.com",
    lines: ["12 people."],
    data: {},
  },
  html: "<p>12 people",
  attachments: [{ name: "a.csv", contentType: "text/csv", bytes: Buffer.from("a,b") }],
};
const send = (message = MESSAGE): Promise<Sent> =>
  sendMail({ client, sender: "tidemark@example.com" })(CHANNEL, message, 0);

describe("a mail", () => {
  beforeEach(() => {
    ses.reset();
    ses.on(SendEmailCommand).resolves({ MessageId: "m" });
  });

  it("goes as one to everybody of the channel, as text, as a page, and with its files", async () => {
    expect(await send()).toEqual({ isTaken: true });
    expect(ses.commandCalls(SendEmailCommand)).toHaveLength(1);
    expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toMatchObject({
      FromEmailAddress: "tidemark@example.com",
      Destination: { ToAddresses: ["ops@example.com", "boss@example.com"] },
      Content: {
        Simple: {
          Body: { Text: { Data: expect.stringContaining("12 people.") as string }, Html: { Data: "<p>12 people" } },
          Headers: [{ Name: "X-Tidemark-Id", Value: "msg_1" }],
          Attachments: [{ FileName: "a.csv", ContentType: "text/csv", RawContent: Buffer.from("a,b") }],
        },
      },
    });
  });

  it("has a subject of one line", async () => {
    await send();
    const subject = ses.commandCalls(SendEmailCommand)[0]?.args[0].input.Content?.Simple?.Subject?.Data;
    expect(subject).toBe("Daily report: Bcc: evil@example.com");
  });

  it.each([
    [new MessageRejected({ message: "ops@example.com is not verified", $metadata: {} }), "MessageRejected", true],
    [new TooManyRequestsException({ message: "slow down", $metadata: {} }), "TooManyRequestsException", false],
    [Object.assign(new Error("getaddrinfo"), { name: "TimeoutError" }), "TimeoutError", false],
  ])("that is not taken says why without naming anybody (%#)", async (error, name, isFinal) => {
    ses.on(SendEmailCommand).rejects(error);
    expect(await send()).toEqual({ isTaken: false, why: `Amazon SES did not take it (${name})`, isFinal });
  });
});
