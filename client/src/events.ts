/** What an instance tells about itself; `os` in bytes and seconds. */
export interface InstanceReported {
  readonly id: string;
  readonly version: string;
  readonly address?: string;
  readonly appsEngineVersion?: string;
  readonly nodeVersion?: string;
  readonly pid?: number;
  /** Seconds since the process started. */
  readonly uptime?: number;
  readonly os?: { readonly totalmem: number; readonly freemem: number } & Readonly<Record<string, unknown>>;
  readonly process?: object;
  readonly deploy?: object;
  readonly migration?: object;
  readonly database?: object;
  readonly commit?: object;
  /** Connections open now. */
  readonly connections?: number;
}

/** What a room is, as its kind of messages is counted. */
export type RoomKind = "channel" | "private" | "direct" | "omnichannel";

/** Levels that `totals.adjusted` may move. */
export type AdjustableStatistic =
  | "messages.channels"
  | "messages.privateGroups"
  | "messages.direct"
  | "messages.omnichannel"
  | "messages.discussions"
  | "messages.threads"
  | "uploads.total"
  | "uploads.bytes";

interface InRoom {
  readonly room: string;
  readonly roomKind: RoomKind;
  readonly discussion?: boolean;
  readonly thread?: "started" | "reply";
}

interface Connection {
  readonly connection: string;
  readonly user?: string;
}

/** The `data` of each event type; `docs/api.md` says what each moves. */
export interface EventData {
  readonly "user.changed": {
    readonly id: string;
    readonly kind: "user" | "guest" | "app" | "bot";
    readonly active: boolean;
    readonly status?: "online" | "away" | "busy" | "offline";
    /** RFC 3339. */
    readonly lastLogin?: string;
  };
  readonly "user.removed": { readonly id: string };
  readonly "user.active": { readonly id: string };
  readonly "room.changed": { readonly id: string; readonly kind: RoomKind; readonly discussion?: boolean };
  readonly "room.removed": { readonly id: string };
  readonly "message.sent": InRoom & {
    readonly user: string;
    /** On the reply that made its parent a thread. */
    readonly threadStarted?: boolean;
  };
  readonly "message.removed": InRoom;
  readonly "upload.added": { readonly bytes: number };
  readonly "upload.removed": { readonly bytes: number };
  readonly "connection.opened": Connection;
  readonly "connection.closed": Connection;
  readonly "subscription.seen": object;
  readonly "instance.reported": InstanceReported;
  /** Needs a key with the scope `admin`. */
  readonly "totals.adjusted": Readonly<Partial<Record<AdjustableStatistic, number>>> & { readonly reason: string };
}

/** A type that the service takes. */
export type EventType = keyof EventData;

/** What an event has besides its data; whatever is left out is filled in when it is queued. */
export interface EventAttributes {
  /** 1 to 128 bytes; by default a random UUID. */
  readonly id?: string;
  /** When it happened; by default now. Up to 35 days back, at most 5 minutes ahead. */
  readonly time?: Date;
}

/** Something that happened, ready to be queued. */
export type ChatEvent = {
  readonly [T in EventType]: EventAttributes & { readonly type: T; readonly data: EventData[T] };
}[EventType];

const builder =
  <T extends EventType>(type: T) =>
  (data: EventData[T], attributes: EventAttributes = {}) => ({ ...attributes, type, data });

/** A user appeared or changed; a user without a status is offline. */
export const userChanged = builder("user.changed");
/** A user was deleted. */
export const userRemoved = builder("user.removed");
/** A user did something that no other event tells. */
export const userActive = builder("user.active");
/** A room appeared or changed. */
export const roomChanged = builder("room.changed");
/** A room was deleted. */
export const roomRemoved = builder("room.removed");
/** A message was sent. */
export const messageSent = builder("message.sent");
/** A message was deleted. */
export const messageRemoved = builder("message.removed");
/** A file was uploaded. */
export const uploadAdded = builder("upload.added");
/** A file was deleted. */
export const uploadRemoved = builder("upload.removed");
/** Somebody connected. */
export const connectionOpened = builder("connection.opened");
/** Somebody's connection ended. */
export const connectionClosed = builder("connection.closed");
/** Somebody read a room. */
export const subscriptionSeen = (attributes: EventAttributes = {}) =>
  ({ ...attributes, type: "subscription.seen", data: {} }) as const;
/** The reporter tells about itself; do so once a minute. */
export const instanceReported = builder("instance.reported");
/** An opening balance or a correction. */
export const totalsAdjusted = builder("totals.adjusted");
