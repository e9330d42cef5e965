import { isFields, isWhole } from "./fields.ts";
import { parseInstant } from "./instant.ts";
import { isOneOf } from "./vocabulary.ts";

/** How a field is checked and how it reads in a JSON Schema; one source for parser, schema and documentation. */
interface FieldKind {
  readonly accepts: (value: unknown) => boolean;
  readonly schema: object;
  /** What a caller is told to send. */
  readonly remedy: string;
}

/** A field of an event, which may be left out or not. */
export interface Field extends FieldKind {
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

/** What names a user, a room or anything else: 1 to 128 bytes without control characters. */
export const id: FieldKind = {
  accepts: isId,
  // Length in bytes and control characters are more than a schema can say portably; the pattern says the second.
  schema: { type: "string", minLength: 1, maxLength: ID_BYTES, pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]+$" },
  remedy: "give 1 to 128 bytes of UTF-8 without control characters",
};

/** A short text. */
export const text: FieldKind = {
  accepts: (value) => typeof value === "string" && value.length <= 1_000,
  schema: { type: "string", maxLength: 1_000 },
  remedy: "give a string of at most 1,000 characters",
};

/** True or false. */
export const flag: FieldKind = {
  accepts: (value) => typeof value === "boolean",
  schema: { type: "boolean" },
  remedy: "give true or false",
};

/** A whole number from 0 up. */
export const count: FieldKind = {
  accepts: (value) => isWhole(value),
  schema: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  remedy: "give a whole number from 0 to 2^53 - 1",
};

/** A whole number, below 0 too. */
export const integer: FieldKind = {
  accepts: (value) => Number.isSafeInteger(value),
  schema: { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  remedy: "give a whole number",
};

/** A number from 0 up. */
export const number: FieldKind = {
  accepts: (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
  schema: { type: "number", minimum: 0 },
  remedy: "give a number from 0 up",
};

/** An instant, as RFC 3339 writes it. */
export const instant: FieldKind = {
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

/** An object that is neither large nor deep. */
export const object: FieldKind = {
  accepts: (value) => isFields(value) && isShallow(value, REPORT_DEPTH) && JSON.stringify(value).length <= REPORT_BYTES,
  schema: { type: "object" },
  remedy: `give an object of at most 16 KB of JSON, nested at most ${REPORT_DEPTH} deep`,
};

/** One of some words. */
export const oneOf = (...values: string[]): FieldKind => ({
  accepts: (value) => isOneOf(values, value),
  schema: { enum: values },
  remedy: `give one of ${values.join(", ")}`,
});

/** Kinds of rooms. */
export const ROOM_KINDS = ["channel", "private", "direct", "omnichannel"] as const;

/** A kind of room. */
export const roomKind = oneOf(...ROOM_KINDS);

/** A field that an event must have. */
export const needed = (kind: FieldKind): Field => ({ ...kind, optional: false });

/** A field that an event may lack. */
export const maybe = (kind: FieldKind): Field => ({ ...kind, optional: true });

/** Host facts that an instance reports about its operating system (bytes, seconds), in Rocket.Chat's words. */
export const os: FieldKind = {
  accepts: (value) =>
    object.accepts(value) && isFields(value) && count.accepts(value["totalmem"]) && count.accepts(value["freemem"]),
  schema: {
    type: "object",
    required: ["totalmem", "freemem"],
    properties: { totalmem: count.schema, freemem: count.schema },
  },
  remedy: "give an object with totalmem and freemem in bytes",
};
