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

/** How each kind of server is asked. */
export type Upstreams = Readonly<Record<PolledSource, Poll>>;
