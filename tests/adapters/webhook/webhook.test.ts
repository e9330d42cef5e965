import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boundedOutbound } from "../../../functions/adapters/dns/outbound.ts";
import { sendWebhook } from "../../../functions/adapters/webhook/webhook.ts";
import type { Channel } from "../../../functions/core/channel.ts";
import { signingSecret } from "../../../functions/core/webhook.ts";
import type { Message, Sent } from "../../../functions/ports/delivering.ts";

const SECRET = signingSecret("an unguessable secret of 32 chars");
const MESSAGE: Message = {
  id: "msg_0123456789abcdef0123456789abcdef",
  workspace: { id: "acme", name: "Acme" },
  notice: {
    id: "report.daily/2026-11-20",
    topic: "report.daily",
    at: Date.parse("2026-11-21T00:00:00Z"),
    title: "Daily report: Acme, Füße 👋",
    lines: ["12 people were active."],
    data: { report: "daily-2026-11-20", hours: 24 },
  },
  html: undefined,
  attachments: [],
};

interface Received {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe("a webhook", () => {
  let server: Server;
  let received: Received[];
  let answer: (response: ServerResponse) => void;
  let url: string;
  beforeEach(async () => {
    received = [];
    answer = (response) => response.writeHead(204).end();
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      response.on("error", () => undefined);
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push({
          method: request.method ?? "",
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        });
        answer(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const send = (
    target: Partial<{ url: string; allowPrivate: boolean }> = {},
    { now = Date.now(), secret = SECRET }: { now?: number; secret?: string | undefined } = {},
  ): Promise<Sent> => {
    const secrets = {
      keep: () => Promise.resolve(),
      find: () => Promise.resolve(secret === "" ? undefined : secret),
      remove: () => Promise.resolve(),
    };
    const channel: Channel = {
      id: "c1",
      label: "Ops",
      topics: ["report.daily"],
      target: { kind: "webhook", url, allowPrivate: true, ...target },
      createdAt: 0,
    };
    return sendWebhook(boundedOutbound({ deadlineMs: 400 }), secrets)(channel, MESSAGE, now);
  };

  it("is what a receiver by Standard Webhooks takes", async () => {
    expect(await send()).toEqual({ isTaken: true });
    const [{ method, headers, body }] = received as [Received];
    expect(method).toBe("POST");
    const told = new Webhook(SECRET).verify(body, headers as Record<string, string>);
    expect(told).toEqual({
      id: MESSAGE.id,
      type: "report.daily",
      timestamp: "2026-11-21T00:00:00.000Z",
      workspace: "acme",
      data: { title: MESSAGE.notice.title, lines: MESSAGE.notice.lines, report: "daily-2026-11-20", hours: 24 },
    });
    expect(headers["webhook-id"]).toBe(MESSAGE.id);
  });

  it("is refused by a receiver with another secret, another body, or a clock that is far from ours", async () => {
    await send({}, { now: Date.now() - 3_600_000 });
    await send();
    const [old, now] = received as [Received, Received];
    const verify = (secret: string, { body, headers }: Received, changed = body): unknown =>
      new Webhook(secret).verify(changed, headers as Record<string, string>);
    expect(() => verify(SECRET, old)).toThrow(/timestamp/i);
    expect(() => verify(signingSecret("another secret of 32 characters!"), now)).toThrow(/signature/i);
    expect(() => verify(SECRET, now, now.body.replace("24", "25"))).toThrow(/signature/i);
  });

  it("has the same id and body in every attempt", async () => {
    answer = (response) => response.writeHead(500).end();
    await send({}, { now: 1_000_000 });
    await send({}, { now: 2_000_000 });
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(received[0]?.headers["webhook-id"]).toBe(received[1]?.headers["webhook-id"]);
    expect(received[0]?.headers["webhook-signature"]).not.toBe(received[1]?.headers["webhook-signature"]);
  });

  it.each<[string, (response: ServerResponse) => void, Sent]>([
    ["takes it with 200", (response) => response.writeHead(200).end("thanks"), { isTaken: true }],
    [
      "fails",
      (response) => response.writeHead(503).end(),
      { isTaken: false, why: "it answered with 503", isFinal: false },
    ],
    [
      "is gone for good",
      (response) => response.writeHead(410).end(),
      { isTaken: false, why: "it answered with 410", isFinal: true },
    ],
    [
      "does not know it",
      (response) => response.writeHead(404).end(),
      { isTaken: false, why: "it answered with 404", isFinal: false },
    ],
    [
      "hangs up",
      (response) => response.destroy(),
      { isTaken: false, why: expect.stringContaining("connection") as string, isFinal: false },
    ],
    [
      "says nothing",
      () => undefined,
      { isTaken: false, why: expect.stringContaining("in time") as string, isFinal: false },
    ],
    [
      "answers without end",
      (response) => response.writeHead(200).end("x".repeat(100_000)),
      { isTaken: false, why: "the answer is over 64000 bytes", isFinal: false },
    ],
  ])("that %s", async (_, how, outcome) => {
    answer = how;
    expect(await send()).toEqual(outcome);
  });

  it("is posted once where it is redirected, on the same host, too", async () => {
    for (const location of ["/elsewhere", "https://example.com/hook"]) {
      answer = (response) => response.writeHead(307, { location }).end();
      expect(await send()).toMatchObject({ isTaken: false, isFinal: false });
    }
    expect(received).toHaveLength(2);
  });

  it("goes to no private address and by no plain http, unless that was allowed", async () => {
    expect(await send({ allowPrivate: false })).toMatchObject({ isTaken: false });
    expect(await send({ allowPrivate: false, url: url.replace("http:", "https:") })).toMatchObject({ isTaken: false });
    expect(await send({ url: "http://169.254.169.254/latest" })).toMatchObject({ isTaken: false });
    expect(received).toEqual([]);
  });

  it("is given up where its secret is gone", async () => {
    expect(await send({}, { secret: "" })).toMatchObject({ isTaken: false, isFinal: true });
    expect(received).toEqual([]);
  });
});
