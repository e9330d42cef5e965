import type { ChatEvent } from "./events.ts";

/** An event that is no longer waiting: sent, refused or lost. `id` and `time` are as they were sent. */
export type ToldEvent = ChatEvent & { readonly id: string; readonly time: Date };

/** What the server said of a batch that it counted. */
export interface Sent {
  /** Its id, which was its `idempotency-key` at every try. */
  readonly batch: string;
  readonly accepted: number;
  /** Events whose `sequence` had been counted before; they are also told as lost. */
  readonly duplicates: number;
  readonly refusedCount: number;
  /** Whether an earlier try had been counted, its answer lost. */
  readonly replayed: boolean;
  /** How often it was sent. */
  readonly tries: number;
}

/** An event that the server would not count, and why. */
export interface Refusal {
  readonly event: ToldEvent;
  /** The slug of a problem page of the server, such as `event-too-old`. */
  readonly code: string;
  readonly detail: string;
}

/** Refused events of one batch. The server names the first 100; `refusedCount` is all of them. */
export interface Refused {
  readonly batch: string;
  readonly refusals: readonly Refusal[];
  readonly refusedCount: number;
}

/**
 * Why events will not be sent (any more):
 * - `queue-full`: there was no room for them;
 * - `too-large`: one event is larger than a batch may be;
 * - `rejected`: the server's answer will not change by asking again (a 4xx);
 * - `number-taken`: their sequence numbers had been counted before; another process sends under this source;
 * - `gave-up`: too many tries;
 * - `closed`: given after `close`;
 * - `deadline`: `close` could wait no longer.
 */
export type LossReason = "queue-full" | "too-large" | "rejected" | "number-taken" | "gave-up" | "closed" | "deadline";

/** Events that are given back. */
export interface Lost {
  readonly events: readonly ToldEvent[];
  readonly reason: LossReason;
  /** What the last answer said, or what failed. */
  readonly detail: string;
  /** The status of the last answer, where there was one. */
  readonly status?: number;
  /** Some try got no answer, so the server may have counted them all the same. */
  readonly isUncertain: boolean;
}

/** A try that failed and will be made again. */
export interface Retry {
  readonly batch: string;
  /** How often it was sent. */
  readonly tries: number;
  readonly delayMs: number;
  readonly detail: string;
}

/** How many events there were; `taken` is the sum of the others, at any moment. */
export interface Counts {
  /** All that were given to `send`. */
  readonly taken: number;
  readonly pending: number;
  readonly accepted: number;
  readonly refused: number;
  readonly lost: number;
}
