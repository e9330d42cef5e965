/**
 * What may be said beside a body: one row per parameter, read by the parsers of `query.ts` and by the description of the
 * API. Bounds and choices stand here alone.
 */

import { INTERVALS } from "../../core/calendar.ts";

/** JSON Schema (2020-12) of a parameter's text. */
export interface ParameterSchema {
  readonly type: "string" | "integer";
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly default?: string | number;
  readonly enum?: readonly string[];
}

/** A parameter, as it is described and parsed. */
export interface Parameter {
  readonly name: string;
  readonly in: "query" | "path" | "header";
  readonly description: string;
  readonly schema: ParameterSchema;
  readonly example: string | number;
  readonly required?: boolean;
}

const HOUR_TEXT = { type: "string", maxLength: 40 } as const;

/** Where a range of hours begins. */
export const FROM = {
  name: "from",
  in: "query",
  description:
    "First hour: its name, or an RFC 3339 instant on the hour. The range is half-open, `[from, to)`, in UTC.",
  schema: HOUR_TEXT,
  example: "2026-11-21T00",
} as const satisfies Parameter;

/** Where a range of hours ends, which is not in it. */
export const TO = {
  name: "to",
  in: "query",
  description: "The hour after the last one, in the same forms as `from`.",
  schema: HOUR_TEXT,
  example: "2026-11-22T00",
} as const satisfies Parameter;

/** How long a page may be. */
export const LIMIT = {
  name: "limit",
  in: "query",
  description: "Most items of one answer.",
  schema: { type: "integer", minimum: 1, maximum: 1_000, default: 100 },
  example: 24,
} as const satisfies Parameter;

/** The same, where the most that there may be is what is meant. */
export const EVERYTHING = { ...LIMIT, schema: { ...LIMIT.schema, default: LIMIT.schema.maximum } } as const;

/** Where a list goes on. */
export const CURSOR = {
  name: "cursor",
  in: "query",
  description: "The `next` of the page before, unchanged.",
  schema: { type: "string", maxLength: 4_096 },
  example: "MjAyNi0xMS0yMVQwOQ",
} as const satisfies Parameter;

/** Which of an hour's revisions. */
export const REVISION = {
  name: "revision",
  in: "query",
  description: "An older revision of the hour; without it, the latest.",
  schema: { type: "integer", minimum: 0, maximum: 999_999 },
  example: 0,
} as const satisfies Parameter;

/** Which statistics. */
export const METRICS = {
  name: "metrics",
  in: "query",
  required: true,
  description: "Names of statistics as `/v1/definitions` has them, with commas between them.",
  schema: { type: "string", minLength: 1 },
  example: "messages.sent,users.seen",
} as const satisfies Parameter;

/** How long a row is. */
export const INTERVAL = {
  name: "interval",
  in: "query",
  description:
    "How long a row is. Days, ISO weeks and months begin at midnight of `tz`; hours are of UTC and belong to the day in which they start.",
  schema: { type: "string", enum: INTERVALS, default: "hour" },
  example: "day",
} as const satisfies Parameter;

/** Which time zone cuts the rows. */
export const TZ = {
  name: "tz",
  in: "query",
  description:
    "IANA time zone of days, weeks and months; without it the workspace's own, and UTC where a row is an hour.",
  schema: { type: "string", minLength: 1, maxLength: 64 },
  example: "Europe/Berlin",
} as const satisfies Parameter;

/** What stands where nothing is known. */
export const FILL = {
  name: "fill",
  in: "query",
  description:
    "What stands in rows that nobody observed: `zero` puts 0 where something is counted (flows, distincts, peaks); levels, lows and times stay null, and so does what is not known of an observed or an open row.",
  schema: { type: "string", enum: ["null", "zero"], default: "null" },
  example: "zero",
} as const satisfies Parameter;

/** Which form the answer has. */
export const FORMAT = {
  name: "format",
  in: "query",
  description: "Form of the answer: one object, a table (RFC 4180), or a row per line.",
  schema: { type: "string", enum: ["json", "csv", "ndjson"], default: "json" },
  example: "csv",
} as const satisfies Parameter;

/** An end of a range that may be a date, too. */
const dated = (parameter: Parameter): Parameter => ({
  ...parameter,
  description: `${parameter.description} Or a date of \`tz\` such as \`2026-11-21\`: the first hour that starts in it.`,
});

/** Which import the events belong to. */
export const IMPORT = {
  name: "import",
  in: "query",
  description: "Id of an open import; events of any past time are then taken.",
  schema: { type: "string", minLength: 1, maxLength: 128 },
  example: "imp7Qm2xYc",
} as const satisfies Parameter;

/** What the operations take that answer lists or ranges; the description of the API asks by operation. */
export const QUERIES = {
  ingestEvents: [IMPORT],
  listReporters: [LIMIT, CURSOR],
  listSnapshots: [FROM, TO, LIMIT, CURSOR],
  readLedger: [FROM, TO, EVERYTHING, CURSOR],
  readSnapshot: [REVISION],
  readSeen: [EVERYTHING, CURSOR],
  // Marked, so that functions which describe nothing are bundled without them.
  readHistory: [METRICS, /* @__PURE__ */ dated(FROM), /* @__PURE__ */ dated(TO), INTERVAL, TZ, FILL, FORMAT],
} as const satisfies Readonly<Record<string, readonly Parameter[]>>;
