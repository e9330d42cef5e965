import { isoOf } from "../../core/instant.ts";
import { webhookHeaders } from "../../core/webhook.ts";
import type { Message, Send, SigningSecrets } from "../../ports/delivering.ts";
import type { Ask } from "../../ports/outbound.ts";

/** What a receiver answers is of no interest, beyond its status. */
const MOST_BYTES = 64_000;
const GONE = 410;

/** Answers after which asking again the same thing is of no use: nobody is there, or it will never be taken. */
const isFinal = (status: number): boolean => status === GONE;

/** What is posted: the same bytes in every attempt, so that a receiver may compare them, too. */
export const webhookBody = ({ id, workspace, notice }: Message): string =>
  JSON.stringify({
    id,
    type: notice.topic,
    timestamp: isoOf(notice.at),
    workspace: workspace.id,
    data: { title: notice.title, lines: notice.lines, ...notice.data },
  });

/** Posts a notice, signed. Any answer of 2xx means that it was taken; redirects are not followed. */
export const sendWebhook =
  (ask: Ask, secrets: SigningSecrets): Send =>
  async ({ id, target }, message, now) => {
    if (target.kind !== "webhook") throw new Error(`a ${target.kind} is no webhook`);
    const secret = await secrets.find(message.workspace.id, id);
    if (secret === undefined) return { isTaken: false, why: "its signing secret is gone: add it anew", isFinal: true };
    const body = webhookBody(message);
    const reply = await ask({
      url: new URL(target.url),
      headers: webhookHeaders({ secret, id: message.id, seconds: Math.floor(now / 1_000), body }),
      isNeighbour: target.allowPrivate,
      maxBytes: MOST_BYTES,
      post: body,
    });
    if ("none" in reply) return { isTaken: false, why: reply.why, isFinal: false };
    const { status } = reply;
    return status >= 200 && status < 300
      ? { isTaken: true }
      : { isTaken: false, why: `it answered with ${status}`, isFinal: isFinal(status) };
  };
