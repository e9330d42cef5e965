import { isFields, isWhole } from "./fields.ts";
import { parseInstant } from "./instant.ts";
import { ADJUSTABLE } from "./statistic.ts";
import { isOneOf, namesOf } from "./vocabulary.ts";

/** How a field is checked and how it reads in a JSON Schema; one source for parser, schema and documentation. */
interface FieldKind {
  readonly accepts: (value: unknown) => boolean;
  readonly schema: object;
  /** What a caller is told to send. */
  readonly remedy: string;
}

interface Field extends FieldKind {
  readonly optional: boolean;
}

const ID_BYTES = 128;

/** 1–128 bytes of UTF-8 without control characters. */
export const isId = (value: unknown): value is string => {
  if (typeof value !== "string" || value.length === 0 || value.length > ID_BYTES) return false;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 32 || code === 127) return false;
    if (code > 127) return isWideId(value);
  }
  return true;
};
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const isWideId = (value: string): boolean =>
  value.isWellFormed() && !CONTROL.test(value) && Buffer.byteLength(value) <= ID_BYTES;

const id: FieldKind = {
  accepts: isId,
  // Length in bytes and control characters are more than a schema can say portably; the pattern says the second.
  schema: { type: "string", minLength: 1, maxLength: ID_BYTES, pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]+$" },
  remedy: "give 1 to 128 bytes of UTF-8 without control characters",
};
const text: FieldKind = {
  accepts: (value) => typeof value === "string" && value.length <= 1_000,
  schema: { type: "string", maxLength: 1_000 },
  remedy: "give a string of at most 1,000 characters",
};
const flag: FieldKind = {
  accepts: (value) => typeof value === "boolean",
  schema: { type: "boolean" },
  remedy: "give true or false",
};
const count: FieldKind = {
  accepts: (value) => isWhole(value),
  schema: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  remedy: "give a whole number from 0 to 2^53 - 1",
};
const integer: FieldKind = {
  accepts: (value) => Number.isSafeInteger(value),
  schema: { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  remedy: "give a whole number",
};
const number: FieldKind = {
  accepts: (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
  schema: { type: "number", minimum: 0 },
  remedy: "give a number from 0 up",
};
const instant: FieldKind = {
  accepts: (value) => typeof value === "string" && parseInstant(value) !== undefined,
  schema: { type: "string", format: "date-time" },
  remedy: "give an RFC 3339 timestamp such as 2026-11-21T09:15:00.000Z",
};
const REPORT_BYTES = 16_384;
const REPORT_DEPTH = 32;
/** Whether a value nests no deeper; looks no deeper either, because every later step recurses. */
const isShallow = (value: unknown, depth: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1)));
const object: FieldKind = {
  accepts: (value) => isFields(value) && isShallow(value, REPORT_DEPTH) && JSON.stringify(value).length <= REPORT_BYTES,
  schema: { type: "object" },
  remedy: `give an object of at most 16 KB of JSON, nested at most ${REPORT_DEPTH} deep`,
};
const oneOf = (...values: string[]): FieldKind => ({
  accepts: (value) => isOneOf(values, value),
  schema: { enum: values },
  remedy: `give one of ${values.join(", ")}`,
});
const ROOM_KINDS = ["channel", "private", "direct", "omnichannel"] as const;
const roomKind = oneOf(...ROOM_KINDS);

const needed = (kind: FieldKind): Field => ({ ...kind, optional: false });
const maybe = (kind: FieldKind): Field => ({ ...kind, optional: true });

/** Host facts that an instance reports about its operating system (bytes, seconds), in Rocket.Chat's words. */
const os: FieldKind = {
  accepts: (value) =>
    object.accepts(value) && isFields(value) && count.accepts(value["totalmem"]) && count.accepts(value["freemem"]),
  schema: {
    type: "object",
    required: ["totalmem", "freemem"],
    properties: { totalmem: count.schema, freemem: count.schema },
  },
  remedy: "give an object with totalmem and freemem in bytes",
};

/** The closed list of event types: a table of fields each. Fields that are not listed are ignored. */
const EVENT_TYPES = {
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

/** JSON Schema (2020-12) of one event of a type, made from the table that the parser reads. */
export const eventSchema = (type: EventType): object => {
  const fields = Object.entries(EVENT_TYPES[type] as Record<string, Field>);
  return {
    type: "object",
    required: ["id", "source", "type", "time", ...(fields.length > 0 ? ["data"] : [])],
    properties: {
      specversion: { const: "1.0" },
      id: id.schema,
      source: id.schema,
      type: { const: type },
      time: instant.schema,
      sequence: { anyOf: [count.schema, { type: "string", pattern: "^\\d{1,16}$" }] },
      ...(fields.length === 0
        ? {}
        : {
            data: {
              type: "object",
              required: fields.filter(([, field]) => !field.optional).map(([name]) => name),
              properties: Object.fromEntries(fields.map(([name, field]) => [name, field.schema])),
            },
          }),
    },
  };
};

/** Every event type there is. */
export const EVENT_TYPE_NAMES = namesOf(EVENT_TYPES);
