import { isId } from "../../core/event.ts";
import { Failure } from "../../core/failure.ts";
import { HOUR_MS, type Hour, hourName, hourNamed, hourOf } from "../../core/hour.ts";
import { parseInstant } from "../../core/instant.ts";
import { statisticNamed } from "../../core/statistic.ts";
import { CURSOR, FROM, HISTORY_FORMS, IMPORT, LIMIT, METRICS, REVISION, TO } from "./parameters.ts";

/** A parameter that can't be taken as it is. */
export const invalid = (parameter: string, message: string): Failure =>
  new Failure("parameter.invalid", message, { parameter });

/**
 * A parameter that is given once at most.
 * @throws Failure `parameter.invalid`.
 */
export const only = (query: URLSearchParams, name: string): string | undefined => {
  const values = query.getAll(name);
  if (values.length > 1) throw invalid(name, `${name} is given ${values.length} times: give it once.`);
  return values[0];
};

/** A parameter that is a whole number, in the bounds of its row. */
interface Whole {
  readonly name: string;
  readonly schema: { readonly minimum: number; readonly maximum: number; readonly default?: number };
}

/**
 * Reads a whole number in the bounds of its row.
 * @throws Failure `parameter.invalid`.
 */
export const whole = (query: URLSearchParams, { name, schema }: Whole): number | undefined => {
  const text = only(query, name);
  if (text === undefined) return schema.default;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= schema.minimum && value <= schema.maximum) return value;
  throw invalid(name, `${name} is not a whole number from ${schema.minimum} to ${schema.maximum}.`);
};

/**
 * An hour by its name, as in a path.
 * @throws Failure `parameter.invalid`.
 */
export const hourOfPath = (name: string): Hour => {
  const hour = hourNamed(name);
  if (hour === undefined) throw invalid("hour", "The hour is not a name such as 2026-11-21T09 (UTC).");
  return hour;
};

/**
 * One end of a range of hours: an hour's name or an RFC 3339 instant on the hour.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
const hourBound = (query: URLSearchParams, name: string): Hour | undefined => {
  const text = only(query, name);
  if (text === undefined) return undefined;
  // A + that was not encoded arrives as a blank.
  const instant =
    hourNamed(text) === undefined ? parseInstant(text.replace(" ", "+")) : (hourNamed(text) ?? 0) * HOUR_MS;
  if (instant === undefined)
    throw invalid(
      name,
      `${name} is neither an hour such as 2026-11-21T09 nor an instant such as 2026-11-21T09:00:00Z.`,
    );
  if (instant % HOUR_MS !== 0)
    throw new Failure("range.invalid", `${name} is not on a whole hour (UTC).`, { parameter: name });
  return hourOf(instant);
};

const inOrder = (from: Hour | undefined, to: Hour | undefined): void => {
  if (from !== undefined && to !== undefined && from >= to)
    throw new Failure("range.invalid", `from (${hourName(from)}) is not before to (${hourName(to)}).`, {
      from: hourName(from),
      to: hourName(to),
    });
};

/** What a list of snapshots is asked for; hours `[from, to)`. */
export interface ListQuery {
  readonly from?: Hour;
  readonly to?: Hour;
  readonly limit: number;
}

/** A cursor tells nothing to callers and may change; today it is the hour to go on with. */
export const cursorOf = (hour: Hour): string => Buffer.from(hourName(hour)).toString("base64url");

const hourOfCursor = (query: URLSearchParams): Hour | undefined => {
  const cursor = only(query, CURSOR.name);
  if (cursor === undefined) return undefined;
  const hour = hourNamed(Buffer.from(cursor, "base64url").toString());
  if (hour === undefined) throw invalid(CURSOR.name, "cursor is not one that this list gave: send it unchanged.");
  return hour;
};

/**
 * Reads `from`, `to`, `limit` and `cursor`; the cursor stands for a later `from`.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const listQuery = (query: URLSearchParams): ListQuery => {
  const from = hourBound(query, FROM.name);
  const to = hourBound(query, TO.name);
  inOrder(from, to);
  const start = hourOfCursor(query) ?? from;
  return {
    ...(start === undefined ? {} : { from: start }),
    ...(to === undefined ? {} : { to }),
    limit: whole(query, LIMIT) ?? LIMIT.schema.default,
  };
};

/**
 * Reads `revision`; undefined asks for the latest.
 * @throws Failure `parameter.invalid`.
 */
export const revisionQuery = (query: URLSearchParams): number | undefined => whole(query, REVISION);

/** What a history is asked for; an end that is left out is for the store to say. */
export interface HistoryQuery {
  readonly statistics: readonly string[];
  readonly from: Hour | undefined;
  readonly to: Hour | undefined;
}

/** A year of hours and some. */
const HISTORY_HOURS = 9_000;
const DAY_HOURS = 24;

/**
 * Reads `metrics`, `from` and `to`, and that nothing but the plain form is asked for.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const historyQuery = (query: URLSearchParams): HistoryQuery => {
  for (const { name, schema } of HISTORY_FORMS) {
    const asked = only(query, name);
    const supported: readonly string[] = schema.enum;
    if (asked !== undefined && !supported.includes(asked))
      throw invalid(name, `${name} supports ${supported.join(" or ")}, and nothing else.`);
  }
  const names = [...new Set((only(query, METRICS.name) ?? "").split(",").map((name) => name.trim()))].filter(
    (name) => name !== "",
  );
  if (names.length === 0)
    throw invalid(METRICS.name, "metrics is empty: name statistics of /v1/definitions, with commas between them.");
  const unknown = names.find((name) => statisticNamed(name) === undefined);
  if (unknown !== undefined)
    throw invalid(
      METRICS.name,
      `metrics names ${JSON.stringify(unknown.slice(0, 60))}, which is no statistic: see /v1/definitions.`,
    );
  const range = { from: hourBound(query, FROM.name), to: hourBound(query, TO.name) };
  inOrder(range.from, range.to);
  return { statistics: names, ...range };
};

/**
 * The range of a history, once it is known through which hour there is one.
 * @param known the default: `to` is the end of the last closed hour.
 * @throws Failure `range.invalid`.
 */
export const historyRange = (
  { from, to }: Pick<HistoryQuery, "from" | "to">,
  known: { readonly to: Hour },
): { readonly from: Hour; readonly to: Hour } => {
  const end = to ?? known.to;
  const range = { from: from ?? end - DAY_HOURS, to: end };
  inOrder(range.from, range.to);
  if (range.to - range.from > HISTORY_HOURS)
    throw new Failure(
      "range.invalid",
      `The range has ${range.to - range.from} hours, ${HISTORY_HOURS} are the most: ask for it in parts.`,
      { limitHours: HISTORY_HOURS },
    );
  return range;
};

/**
 * Reads `import`, the id of an open import.
 * @throws Failure `parameter.invalid`.
 */
export const importQuery = (query: URLSearchParams): string | undefined => {
  const id = only(query, IMPORT.name);
  if (id !== undefined && !isId(id)) throw invalid(IMPORT.name, "import is not the id of an import.");
  return id;
};
