import { setTimeout } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { type Delivery, queueHandler } from "../../functions/edge/queue.ts";
import { sqsEvent } from "../support/lambda-events.ts";

const read = (body: string): { readonly word: string } => JSON.parse(body) as { word: string };
const failing = (response: { batchItemFailures: { itemIdentifier: string }[] }): string[] =>
  response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

const open = (work: (word: string) => Promise<void> = () => Promise.resolve()) => {
  const lines: object[] = [];
  const deliveries: Delivery<{ readonly word: string }>[] = [];
  const handler = queueHandler({
    read,
    work: (delivery) => {
      deliveries.push(delivery);
      return work(delivery.message.word);
    },
    log: (line) => lines.push(line),
  });
  return { handler, lines, deliveries };
};

const timed = (milliseconds: number): Context => {
  const end = Date.now() + milliseconds;
  return { awsRequestId: "request-1", getRemainingTimeInMillis: () => end - Date.now() } as Context;
};

describe("work behind a queue", () => {
  it("is done with when every message is", async () => {
    const { handler, deliveries } = open();

    expect(failing(await handler(sqsEvent([{ body: '{"word":"a"}' }, { body: '{"word":"b"}' }])))).toEqual([]);
    expect(deliveries.map(({ message }) => message.word)).toEqual(["a", "b"]);
  });

  it("reports a message that fails, by its id, goes on, and logs one line", async () => {
    const { handler, lines, deliveries } = open((word) =>
      word === "bad" ? Promise.reject(new RangeError("too bad")) : Promise.resolve(),
    );

    const event = sqsEvent([{ body: '{"word":"bad"}', messageId: "first" }, { body: '{"word":"good"}' }]);
    expect(failing(await handler(event, timed(60_000)))).toEqual(["first"]);
    expect(deliveries).toHaveLength(2);
    expect(lines).toEqual([
      {
        event: "MessageFailed",
        requestId: "request-1",
        messageId: "first",
        error: "RangeError",
        message: "too bad",
        stack: expect.any(String),
      },
    ]);
  });

  it("reports a message that makes no sense, without holding up the others", async () => {
    const { handler, deliveries } = open();

    const event = sqsEvent([{ body: "no JSON", messageId: "senseless" }, { body: '{"word":"good"}' }]);
    expect(failing(await handler(event))).toEqual(["senseless"]);
    expect(deliveries.map(({ message }) => message.word)).toEqual(["good"]);
  });

  it("tells a message that comes again from one that comes first", async () => {
    const { handler, deliveries } = open();

    await handler(sqsEvent([{ body: '{"word":"a"}' }, { body: '{"word":"b"}', receiveCount: 2 }]));
    expect(deliveries.map(({ isAgain }) => isAgain)).toEqual([false, true]);
  });

  it("tells how much time it was given, and how much is left", async () => {
    const { handler, deliveries } = open();

    await handler(sqsEvent([{ body: '{"word":"a"}' }]), {
      getRemainingTimeInMillis: () => 30_000,
    } as Context);
    expect(deliveries[0]?.time.given).toBe(30_000);
    expect(deliveries[0]?.time.left()).toBe(30_000);
  });

  it("says what is not done just before its time is up, so that what is done stays done", async () => {
    const { handler, lines } = open((word) =>
      word === "slow" ? setTimeout(5_000, undefined, { ref: false }) : Promise.resolve(),
    );

    const event = sqsEvent([
      { body: '{"word":"quick"}', messageId: "done" },
      { body: '{"word":"slow"}', messageId: "begun" },
      { body: '{"word":"quick"}', messageId: "waiting" },
    ]);
    expect(failing(await handler(event, timed(700)))).toEqual(["begun", "waiting"]);
    expect(lines).toMatchObject([{ event: "WorkCutShort", requestId: "request-1" }]);
  });

  it("fails when what comes is no event of a queue", async () => {
    const { handler } = open();

    await expect(handler({} as never)).rejects.toThrow(TypeError);
  });
});
