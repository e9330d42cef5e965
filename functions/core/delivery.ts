import { createHash } from "node:crypto";
import type { Channel } from "./channel.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./hour.ts";
import type { Notice, Topic } from "./notice.ts";

/** One notice on its way to one channel. Instants in milliseconds since 1970 UTC. */
export interface Delivery {
  /** Made from notice and channel, and the same in every attempt: receivers know by it what they have had. */
  readonly id: string;
  readonly notice: string;
  readonly topic: Topic;
  readonly title: string;
  readonly channel: string;
  readonly addedAt: number;
  /** pending: to be sent. delivered: the channel took it. failed: given up. dropped: its channel was removed. */
  readonly state: "pending" | "delivered" | "failed" | "dropped";
  /** Attempts begun; one counts from when it was claimed, whatever became of who claimed it. */
  readonly attempts: number;
  /** Not to be sent before: the end of a pause, or of the lease of whoever is sending it. */
  readonly dueAt: number;
  /** When it came to its end; null while it is pending. */
  readonly finishedAt: number | null;
  /** Why the last attempt failed, in words without secrets; null when it did not, or nobody knows. */
  readonly lastError: string | null;
}

/** Pauses after the first attempt, the second, …; the last attempt comes 25 hours after the first. */
const PAUSES = [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS, 10 * HOUR_MS] as const;
/** Attempts before a delivery is given up. */
export const ATTEMPTS = PAUSES.length + 1;
/** How long one who claimed a delivery has it alone: longer than any attempt takes, so it is lost only in a crash. */
export const LEASE_MS = 5 * MINUTE_MS;

/** `msg_` and 32 characters: the id of a notice's delivery to a channel. */
export const deliveryId = (workspace: string, notice: string, channel: string): string =>
  `msg_${createHash("sha256")
    .update(JSON.stringify([workspace, notice, channel]))
    .digest("hex")
    .slice(0, 32)}`;

/** A new delivery, due at once. */
export const newDelivery = (workspace: string, notice: Notice, { id: channel }: Channel, now: number): Delivery => ({
  id: deliveryId(workspace, notice.id, channel),
  notice: notice.id,
  topic: notice.topic,
  title: notice.title,
  channel,
  addedAt: now,
  state: "pending",
  attempts: 0,
  dueAt: now,
  finishedAt: null,
  lastError: null,
});

/** Whether it waits, and its time has come; `now` is milliseconds since 1970 UTC. */
export const isDue = ({ state, dueAt }: Delivery, now: number): boolean => state === "pending" && dueAt <= now;

/** As it is while somebody sends it. */
export const claimed = (delivery: Delivery, now: number): Delivery => ({
  ...delivery,
  attempts: delivery.attempts + 1,
  dueAt: now + LEASE_MS,
});

const finished = (delivery: Delivery, state: "delivered" | "failed" | "dropped", now: number): Delivery => ({
  ...delivery,
  state,
  dueAt: now,
  finishedAt: now,
});

/** As it is once its channel took it. */
export const delivered = (delivery: Delivery, now: number): Delivery => ({
  ...finished(delivery, "delivered", now),
  lastError: null,
});

/** As it is when there is no such channel any more. */
export const dropped = (delivery: Delivery, now: number): Delivery => finished(delivery, "dropped", now);

/** As it is after an attempt that failed: due again after a pause, or given up. `isFinal`: no further attempt can help. */
export const failed = (delivery: Delivery, lastError: string, isFinal: boolean, now: number): Delivery => {
  const pause = PAUSES[delivery.attempts - 1];
  return pause === undefined || isFinal
    ? { ...finished(delivery, "failed", now), lastError }
    : { ...delivery, dueAt: now + pause, lastError };
};

/** Whether nobody knows how its last attempt ended, and there is to be no other: who claimed it last never came back. */
export const isSpent = ({ state, attempts }: Delivery): boolean => state === "pending" && attempts >= ATTEMPTS;

/** Deliveries of one channel that were given up, and nothing was taken since. */
export interface GivenUpTo {
  readonly channel: string;
  readonly count: number;
  /** The last of them. */
  readonly last: Delivery;
}

/** How long one that was given up speaks against a channel that nothing was sent to since. */
const SPEAKS_MS = 7 * DAY_MS;

/**
 * Channels that took nothing after a delivery to them was given up, at most seven days ago. `now` is milliseconds since
 * 1970 UTC.
 * @param ended deliveries that came to their end, the latest first.
 */
export const givenUpTo = (ended: readonly Delivery[], now: number): readonly GivenUpTo[] => {
  const takers = new Set<string>();
  const found = new Map<string, GivenUpTo>();
  for (const delivery of ended) {
    const { channel, state, finishedAt } = delivery;
    if (state === "delivered") takers.add(channel);
    if (state !== "failed" || takers.has(channel) || (finishedAt ?? now) <= now - SPEAKS_MS) continue;
    const before = found.get(channel);
    found.set(channel, { channel, count: (before?.count ?? 0) + 1, last: before?.last ?? delivery });
  }
  return [...found.values()];
};
