import type { Channel, Target } from "../core/channel.ts";
import type { Notice } from "../core/notice.ts";

/** A file that goes with a message. */
export interface Attachment {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A notice as it is sent to one channel. */
export interface Message {
  /** The same in every attempt. */
  readonly id: string;
  readonly workspace: { readonly id: string; readonly name: string };
  readonly notice: Notice;
  /** A page that says all of it; undefined where the notice's lines do. */
  readonly html: string | undefined;
  readonly attachments: readonly Attachment[];
}

/** What became of an attempt; `why` is one sentence without anything secret. `isFinal`: no further attempt can help. */
export type Sent =
  | { readonly isTaken: true }
  | { readonly isTaken: false; readonly why: string; readonly isFinal: boolean };

/** Sends a message to a channel once. Never throws; bounded in time. `now` is milliseconds since 1970 UTC. */
export interface Send {
  (channel: Channel, message: Message, now: number): Promise<Sent>;
  /** Why nothing goes out this way here, as it would be told of each attempt; undefined where it may. */
  readonly unable?: string;
}

/** How each kind of channel is reached. */
export type Senders = Readonly<Record<Target["kind"], Send>>;

/** What webhooks are signed with, a secret for each; kept apart from everything else. */
export interface SigningSecrets {
  /** @throws Failure `upstream.no-vault` where a deployment has no place for secrets. */
  keep(workspace: string, channel: string, secret: string): Promise<void>;
  find(workspace: string, channel: string): Promise<string | undefined>;
  /** Nothing happens when there is none. */
  remove(workspace: string, channel: string): Promise<void>;
}
