import { isId } from "../../core/event-field.ts";
import { Failure } from "../../core/failure.ts";
import { HOUR_MS, type Hour, hourName, hourNamed, hourOf } from "../../core/hour.ts";
import { parseInstant } from "../../core/instant.ts";
import { CURSOR, FROM, IMPORT, LIMIT, REVISION, TO } from "./parameters.ts";

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
export const hourBound = (query: URLSearchParams, name: string): Hour | undefined => {
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

/**
 * Holds a range `[from, to)` to its order, as far as its ends are known.
 * @throws Failure `range.invalid`.
 */
export const inOrder = (from: Hour | undefined, to: Hour | undefined): void => {
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

/**
 * Reads `import`, the id of an open import.
 * @throws Failure `parameter.invalid`.
 */
export const importQuery = (query: URLSearchParams): string | undefined => {
  const id = only(query, IMPORT.name);
  if (id !== undefined && !isId(id)) throw invalid(IMPORT.name, "import is not the id of an import.");
  return id;
};
