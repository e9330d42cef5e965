import {
  count,
  type Field,
  flag,
  id,
  instant,
  integer,
  isId,
  maybe,
  needed,
  number,
  object,
  oneOf,
  os,
  type ROOM_KINDS,
  roomKind,
  text,
} from "./event-field.ts";
import { isFields, isWhole } from "./fields.ts";
import { parseInstant } from "./instant.ts";
import { ADJUSTABLE } from "./statistic.ts";
import { namesOf } from "./vocabulary.ts";

/** The closed list of event types: a table of fields each. Fields that are not listed are ignored. */
export const EVENT_TYPES = {
  "user.changed": {
    id: needed(id),
    kind: needed(oneOf("user", "guest", "app", "bot")),
    active: needed(flag),
    status: maybe(oneOf("online", "away", "busy", "offline")),
    lastLogin: maybe(instant),
  },
  "user.removed": { id: needed(id) },
  "user.active": { id: needed(id) },
  "room.changed": { id: needed(id), kind: needed(roomKind), discussion: maybe(flag) },
  "room.removed": { id: needed(id) },
  "message.sent": {
    room: needed(id),
    roomKind: needed(roomKind),
    user: needed(id),
    discussion: maybe(flag),
    thread: maybe(oneOf("started", "reply")),
    threadStarted: maybe(flag),
  },
  "message.removed": {
    room: needed(id),
    roomKind: needed(roomKind),
    discussion: maybe(flag),
    thread: maybe(oneOf("started", "reply")),
  },
  "upload.added": { bytes: needed(count) },
  "upload.removed": { bytes: needed(count) },
  "connection.opened": { connection: needed(id), user: maybe(id) },
  "connection.closed": { connection: needed(id), user: maybe(id) },
  "subscription.seen": {},
  "instance.reported": {
    id: needed(id),
    address: maybe(text),
    version: needed(text),
    appsEngineVersion: maybe(text),
    nodeVersion: maybe(text),
    pid: maybe(count),
    uptime: maybe(number),
    os: maybe(os),
    process: maybe(object),
    deploy: maybe(object),
    migration: maybe(object),
    database: maybe(object),
    commit: maybe(object),
    connections: maybe(count),
  },
  "totals.adjusted": { ...Object.fromEntries(ADJUSTABLE.map((name) => [name, maybe(integer)])), reason: needed(text) },
} as const satisfies Record<string, Readonly<Record<string, Field>>>;

/** A type of event, by its row. */
export type EventType = keyof typeof EVENT_TYPES;

/** What a chat server reports about itself; `os` in bytes and seconds. */
export interface InstanceReport {
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

/** What a user is; the kinds are counted apart. */
export type UserKind = "user" | "guest" | "app" | "bot";

/** A user's presence. */
export type Status = "online" | "away" | "busy" | "offline";

/** What a room is; messages are counted by it. */
export type RoomKind = (typeof ROOM_KINDS)[number];

type InRoom = {
  readonly room: string;
  readonly roomKind: RoomKind;
  readonly discussion?: boolean;
  readonly thread?: "started" | "reply";
};

/** The validated `data` of each type. */
interface DataOf {
  "user.changed": {
    readonly id: string;
    readonly kind: UserKind;
    readonly active: boolean;
    readonly status?: Status;
    readonly lastLogin?: string;
  };
  "user.removed": { readonly id: string };
  "user.active": { readonly id: string };
  "room.changed": { readonly id: string; readonly kind: RoomKind; readonly discussion?: boolean };
  "room.removed": { readonly id: string };
  "message.sent": InRoom & { readonly user: string; readonly threadStarted?: boolean };
  "message.removed": InRoom;
  "upload.added": { readonly bytes: number };
  "upload.removed": { readonly bytes: number };
  "connection.opened": { readonly connection: string; readonly user?: string };
  "connection.closed": { readonly connection: string; readonly user?: string };
  "subscription.seen": object;
  "instance.reported": InstanceReport;
  "totals.adjusted": Readonly<Record<string, number | string>>;
}

/** Something that happened. `time` is in milliseconds since 1970 UTC. */
export type ChatEvent = {
  [T in EventType]: {
    readonly type: T;
    readonly id: string;
    /** The reporter that sent it. */
    readonly source: string;
    readonly time: number;
    /** Position in its reporter's own numbering, rising by 1. */
    readonly sequence: number | undefined;
    readonly data: DataOf[T];
  };
}[EventType];

/** Why an event was not counted; `code` is the slug of a problem page. */
export interface Refusal {
  readonly code: "event-malformed" | "event-unknown-type" | "event-too-old" | "event-in-future" | "event-forbidden";
  readonly detail: string;
}

const kindOf = (value: unknown): string =>
  value === undefined ? "missing" : value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;

const malformed = (field: string, value: unknown, remedy: string): Refusal => ({
  code: "event-malformed",
  detail: `${field} is ${kindOf(value)}${isId(value) ? ` («${value.slice(0, 40)}»)` : ""}: ${remedy}`,
});

const WHOLE = /^\d{1,16}$/;

/** A sequence may come as a number or as text (the CloudEvents extension's form); undefined when it is neither. */
const sequenceOf = (value: unknown): number | undefined => {
  const whole = typeof value === "string" && WHOLE.test(value) ? Number(value) : value;
  return isWhole(whole) ? whole : undefined;
};

const FIELD_LISTS = new Map<string, readonly (readonly [string, Field])[]>(
  Object.entries(EVENT_TYPES).map(([type, fields]) => [type, Object.entries(fields as Record<string, Field>)]),
);

const TYPE_NAMES = Object.keys(EVENT_TYPES).join(", ");

/**
 * Reads one event of a batch (CloudEvents 1.0, JSON format).
 * A `specversion`, when given, must be "1.0"; attributes and data fields that we do not know are ignored.
 * @returns the event, or why it is refused; never throws.
 */
export const parseEvent = (raw: unknown): ChatEvent | Refusal => {
  if (!isFields(raw)) return malformed("the event", raw, "give a CloudEvents 1.0 JSON object");
  const { id: eventId, source, type, time, data, sequence, specversion } = raw;
  if (!isId(eventId)) return malformed("id", eventId, id.remedy);
  if (!isId(source)) return malformed("source", source, id.remedy);
  if (specversion !== undefined && specversion !== "1.0") return malformed("specversion", specversion, 'give "1.0"');
  if (typeof type !== "string") return malformed("type", type, `give one of ${TYPE_NAMES}`);
  const fields = FIELD_LISTS.get(type);
  if (fields === undefined) {
    return { code: "event-unknown-type", detail: `type «${type.slice(0, 60)}» is unknown: give one of ${TYPE_NAMES}` };
  }
  const instantOf = typeof time === "string" ? parseInstant(time) : undefined;
  if (instantOf === undefined) return malformed("time", time, instant.remedy);
  let numbered: number | undefined;
  if (sequence !== undefined) {
    numbered = sequenceOf(sequence);
    if (numbered === undefined)
      return malformed("sequence", sequence, "give a whole number from 0 up, as a number or a string");
  }
  // Only what was checked goes on: reports are stored whole, and nothing else bounds them.
  const checked: Record<string, unknown> = {};
  if (fields.length > 0) {
    if (!isFields(data)) return malformed("data", data, "give an object");
    for (const [name, field] of fields) {
      const value = data[name];
      if (value === undefined ? !field.optional : !field.accepts(value))
        return malformed(`data.${name}`, value, field.remedy);
      if (value !== undefined) checked[name] = value;
    }
  }
  // Fields of others are ignored, but a statistic that is not moved must not look as if it were.
  if (type === "totals.adjusted" && isFields(data)) {
    const stray = Object.keys(data).find((name) => !(name in checked));
    if (stray !== undefined)
      return malformed(`data.${stray.slice(0, 60)}`, data[stray], `adjust one of ${ADJUSTABLE.join(", ")}`);
  }
  // The table above has checked every field of DataOf[type].
  return { type, id: eventId, source, time: instantOf, sequence: numbered, data: checked } as ChatEvent;
};

/** Whether parsing refused the event. */
export const isRefusal = (parsed: ChatEvent | Refusal): parsed is Refusal => "code" in parsed;

/** The source and sequence of an event that may be refused otherwise: even a refused event uses up its number. */
export const numberOf = (raw: unknown): { readonly source: string; readonly sequence: number } | undefined => {
  if (!isFields(raw) || raw["sequence"] === undefined) return undefined;
  const sequence = sequenceOf(raw["sequence"]);
  const source = raw["source"];
  return sequence === undefined || !isId(source) ? undefined : { source, sequence };
};

/** Every event type there is. */
export const EVENT_TYPE_NAMES = namesOf(EVENT_TYPES);
