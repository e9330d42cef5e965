import type { HourReport } from "../core/hour-report.ts";
import type { PollReason, PolledSource, Upstream, UpstreamCredential } from "../core/upstream.ts";

/** A server's answer, or why there is none; `why` is one sentence without anything secret. */
export type Polled =
  | { readonly report: HourReport }
  | {
      readonly reason: PollReason;
      readonly why: string;
      /** How long the server wants to be left alone, milliseconds. */
      readonly retryAfterMs?: number;
    };

/** Asks a server for its statistics as of `now`, milliseconds since 1970 UTC. Never throws. */
export type Poll = (upstream: Upstream, credential: UpstreamCredential, now: number) => Promise<Polled>;

/**
 * Asks an IMKit app how many messages there were in `[start, end)`, milliseconds since 1970 UTC; undefined when it does
 * not tell. Never throws.
 */
export type CountMessages = (
  upstream: Upstream,
  credential: UpstreamCredential,
  window: { readonly start: number; readonly end: number },
) => Promise<number | undefined>;

/** How each kind of server is asked, and what some can tell later. */
export interface Upstreams extends Readonly<Record<PolledSource, Poll>> {
  readonly countMessages: CountMessages;
}
