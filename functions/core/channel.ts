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

/** So much of an address may be shown of the end, as of a key. */
const SHOWN_CHARACTERS = 4;
/** A shorter rest would be told by its end. */
const SHORTEST_SECRET = 20;

/**
 * A webhook's address without what a receiver knows its senders by, which many put into path or query: the host, and of
 * the rest the last four characters, as of a key.
 */
export const shownUrl = (url: string): string => {
  const { origin, pathname, search } = new URL(url);
  const rest = `${pathname}${search}`;
  if (rest === "/") return origin;
  return `${origin}/…${rest.length < SHORTEST_SECRET ? "" : rest.slice(-SHOWN_CHARACTERS)}`;
};

/** A target as lists and the audit trail show it. */
export const shownTarget = (target: Target): Target =>
  target.kind === "webhook" ? { ...target, url: shownUrl(target.url) } : target;
