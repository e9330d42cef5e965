import type { Topic } from "./notice.ts";

/** Where notices go: a URL that is posted to, people who are mailed, a topic of Amazon SNS. */
export type Target =
  | {
      readonly kind: "webhook";
      readonly url: string;
      /** Whether its host may be at a private address, and be reached by plain http there; an operator's to say. */
      readonly allowPrivate: boolean;
    }
  | { readonly kind: "email"; readonly addresses: readonly string[] }
  | { readonly kind: "sns"; readonly topicArn: string };

/** A way out of a workspace. What a webhook is signed with is no part of it: it lies in the vault. */
export interface Channel {
  readonly id: string;
  /** What a person calls it. */
  readonly label: string;
  readonly topics: readonly Topic[];
  readonly target: Target;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
}

/** Channels of one workspace: each notice is sent to all of them in one run. */
export const MOST_CHANNELS = 20;
/** Recipients of one mail (Amazon SES takes 50; a list of one's own reaches more). */
export const MOST_ADDRESSES = 10;

/** Those that take a topic. */
export const takersOf = (channels: readonly Channel[], topic: Topic): readonly Channel[] =>
  channels.filter(({ topics }) => topics.includes(topic));
