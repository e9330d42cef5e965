/**
 * What may be said beside a body: one row per parameter, read by the parsers of `query.ts` and by the description of the
 * API. Bounds and choices stand here alone.
 */

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

export interface Parameter {
  readonly name: string;
  readonly in: "query" | "path" | "header";
  readonly description: string;
  readonly schema: ParameterSchema;
  readonly example: string | number;
  readonly required?: boolean;
}

const HOUR_TEXT = { type: "string", maxLength: 40 } as const;

export const FROM = {
  name: "from",
  in: "query",
  description:
    "First hour: its name, or an RFC 3339 instant on the hour. The range is half-open, `[from, to)`, in UTC.",
  schema: HOUR_TEXT,
  example: "2026-11-21T00",
} as const satisfies Parameter;

export const TO = {
  name: "to",
  in: "query",
  description: "The hour after the last one, in the same forms as `from`.",
  schema: HOUR_TEXT,
  example: "2026-11-22T00",
} as const satisfies Parameter;

export const LIMIT = {
  name: "limit",
  in: "query",
  description: "Most items of one answer.",
  schema: { type: "integer", minimum: 1, maximum: 1_000, default: 100 },
  example: 24,
} as const satisfies Parameter;

export const CURSOR = {
  name: "cursor",
  in: "query",
  description: "The `next` of the page before, unchanged.",
  schema: { type: "string", maxLength: 4_096 },
  example: "MjAyNi0xMS0yMVQwOQ",
} as const satisfies Parameter;

export const REVISION = {
  name: "revision",
  in: "query",
  description: "An older revision of the hour; without it, the latest.",
  schema: { type: "integer", minimum: 0, maximum: 999_999 },
  example: 0,
} as const satisfies Parameter;

export const METRICS = {
  name: "metrics",
  in: "query",
  required: true,
  description: "Names of statistics as `/v1/definitions` has them, with commas between them.",
  schema: { type: "string", minLength: 1 },
  example: "messages.sent,users.seen",
} as const satisfies Parameter;

/** Forms of a history that there are; anything else is refused by name rather than passed over. */
export const HISTORY_FORMS = [
  {
    name: "interval",
    in: "query",
    description: "What a row is about.",
    schema: { type: "string", enum: ["hour"], default: "hour" },
    example: "hour",
  },
  {
    name: "tz",
    in: "query",
    description: "Time zone of the rows.",
    schema: { type: "string", enum: ["UTC"], default: "UTC" },
    example: "UTC",
  },
  {
    name: "fill",
    in: "query",
    description: "What stands for a value that nobody observed.",
    schema: { type: "string", enum: ["null"], default: "null" },
    example: "null",
  },
  {
    name: "format",
    in: "query",
    description: "Form of the answer.",
    schema: { type: "string", enum: ["json"], default: "json" },
    example: "json",
  },
] as const satisfies readonly Parameter[];

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
  readLedger: [FROM, TO, { ...LIMIT, schema: { ...LIMIT.schema, default: LIMIT.schema.maximum } }, CURSOR],
  readSnapshot: [REVISION],
  readHistory: [METRICS, FROM, TO, ...HISTORY_FORMS],
} as const satisfies Readonly<Record<string, readonly Parameter[]>>;
