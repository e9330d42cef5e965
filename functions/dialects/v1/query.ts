import { isId } from "../../core/event.ts";
import { Failure } from "../../core/failure.ts";
import { HOUR_MS, type Hour, hourName, hourNamed, hourOf } from "../../core/hour.ts";
import { parseInstant } from "../../core/instant.ts";
import { statisticNamed } from "../../core/statistic.ts";

const invalid = (parameter: string, message: string): Failure =>
  new Failure("parameter.invalid", message, { parameter });

const only = (query: URLSearchParams, name: string): string | undefined => {
  const values = query.getAll(name);
  if (values.length > 1) throw invalid(name, `${name} is given ${values.length} times: give it once.`);
  return values[0];
};

const whole = (name: string, text: string, least: number, most: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw invalid(name, `${name} is not a whole number from ${least} to ${most}.`);
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

const LIMIT = 100;
const MOST = 1_000;

/** A cursor tells nothing to callers and may change; today it is the hour to go on with. */
export const cursorOf = (hour: Hour): string => Buffer.from(hourName(hour)).toString("base64url");

const hourOfCursor = (query: URLSearchParams): Hour | undefined => {
  const cursor = only(query, "cursor");
  if (cursor === undefined) return undefined;
  const hour = hourNamed(Buffer.from(cursor, "base64url").toString());
  if (hour === undefined) throw invalid("cursor", "cursor is not one that this list gave: send it unchanged.");
  return hour;
};

/**
 * Reads `from`, `to`, `limit` and `cursor`; the cursor stands for a later `from`.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const listQuery = (query: URLSearchParams): ListQuery => {
  const from = hourBound(query, "from");
  const to = hourBound(query, "to");
  inOrder(from, to);
  const start = hourOfCursor(query) ?? from;
  return {
    ...(start === undefined ? {} : { from: start }),
    ...(to === undefined ? {} : { to }),
    limit: whole("limit", only(query, "limit") ?? String(LIMIT), 1, MOST),
  };
};

const REVISIONS = 999_999;

/**
 * Reads `revision`; undefined asks for the latest.
 * @throws Failure `parameter.invalid`.
 */
export const revisionQuery = (query: URLSearchParams): number | undefined => {
  const text = only(query, "revision");
  return text === undefined ? undefined : whole("revision", text, 0, REVISIONS);
};

/** What a history is asked for; an end that is left out is for the store to say. */
export interface HistoryQuery {
  readonly statistics: readonly string[];
  readonly from: Hour | undefined;
  readonly to: Hour | undefined;
}

/** A year of hours and some. */
const HISTORY_HOURS = 9_000;
const DAY_HOURS = 24;

/** Forms of a history that there are; anything else is refused by name rather than passed over. */
const FORMS = { interval: "hour", tz: "UTC", fill: "null", format: "json" } as const;

/**
 * Reads `metrics`, `from` and `to`, and that nothing but the plain form is asked for.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const historyQuery = (query: URLSearchParams): HistoryQuery => {
  for (const [name, supported] of Object.entries(FORMS)) {
    const asked = only(query, name);
    if (asked !== undefined && asked !== supported)
      throw invalid(name, `${name} supports ${supported}, and nothing else.`);
  }
  const names = [...new Set((only(query, "metrics") ?? "").split(",").map((name) => name.trim()))].filter(
    (name) => name !== "",
  );
  if (names.length === 0)
    throw invalid("metrics", "metrics is empty: name statistics of /v1/definitions, with commas between them.");
  const unknown = names.find((name) => statisticNamed(name) === undefined);
  if (unknown !== undefined)
    throw invalid(
      "metrics",
      `metrics names ${JSON.stringify(unknown.slice(0, 60))}, which is no statistic: see /v1/definitions.`,
    );
  const range = { from: hourBound(query, "from"), to: hourBound(query, "to") };
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
  const id = only(query, "import");
  if (id !== undefined && !isId(id)) throw invalid("import", "import is not the id of an import.");
  return id;
};
