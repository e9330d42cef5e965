import { bucketAt, hourOfDate, type Interval, isTimeZone } from "../../../core/calendar.ts";
import { Failure } from "../../../core/failure.ts";
import { type Hour, startOf } from "../../../core/hour.ts";
import { parseInstant } from "../../../core/instant.ts";
import { statisticNamed } from "../../../core/statistic.ts";
import { FILL, FORMAT, FROM, INTERVAL, METRICS, TO, TZ } from "../parameters.ts";
import { hourBound, inOrder, invalid, only } from "../query.ts";

/** A form that a history can be had in. */
export type Format = (typeof FORMAT.schema.enum)[number];

/** What a history is asked for; an end that is left out is for the store to say. */
export interface HistoryQuery {
  readonly statistics: readonly string[];
  readonly from: Hour | undefined;
  readonly to: Hour | undefined;
  readonly interval: Interval;
  /** IANA name of the zone whose days, weeks and months it is told in. */
  readonly timeZone: string;
  readonly fill: (typeof FILL.schema.enum)[number];
  readonly format: Format;
}

interface Choice<Text extends string> {
  readonly name: string;
  readonly schema: { readonly enum: readonly Text[]; readonly default: Text };
}

const chosen = <Text extends string>(query: URLSearchParams, { name, schema }: Choice<Text>): Text => {
  const asked = only(query, name);
  if (asked === undefined) return schema.default;
  const found = schema.enum.find((text) => text === asked);
  if (found === undefined) throw invalid(name, `${name} is none of ${schema.enum.join(", ")}.`);
  return found;
};

const timeZoneIn = (query: URLSearchParams, byDefault: string): string => {
  const name = only(query, TZ.name);
  if (name !== undefined && (name.length > TZ.schema.maxLength || !isTimeZone(name)))
    throw invalid(TZ.name, "tz is no time zone of the IANA database: give a name such as Europe/Berlin.");
  return name ?? byDefault;
};

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** One end of the range: an hour, or a date of the history's time zone. */
const boundIn = (query: URLSearchParams, name: string, timeZone: string): Hour | undefined => {
  const text = only(query, name) ?? "";
  const isDate = DATE.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined;
  return isDate ? hourOfDate(timeZone, text) : hourBound(query, name);
};

const statisticsIn = (query: URLSearchParams): readonly string[] => {
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
  return names;
};

/**
 * Reads `metrics`, `from`, `to`, `interval`, `tz`, `fill` and `format`.
 * @param ownZone the workspace's time zone; a row of one hour has no midnight to begin at, and is told in UTC.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const historyQuery = (query: URLSearchParams, ownZone: string): HistoryQuery => {
  const interval = chosen<Interval>(query, INTERVAL);
  const timeZone = timeZoneIn(query, interval === "hour" ? "UTC" : ownZone);
  const forms = { interval, timeZone, fill: chosen(query, FILL), format: chosen(query, FORMAT) };
  const statistics = statisticsIn(query);
  const range = { from: boundIn(query, FROM.name, timeZone), to: boundIn(query, TO.name, timeZone) };
  inOrder(range.from, range.to);
  return { statistics, ...range, ...forms };
};

/** A year of hours and some. */
const HISTORY_HOURS = 9_000;

const DAY_HOURS = 24;
/** How far back a history goes that names no start, in hours; it then starts with a whole row. */
const HOURS_BACK: Readonly<Record<Interval, number>> = {
  hour: DAY_HOURS,
  day: 30 * DAY_HOURS,
  week: 12 * 7 * DAY_HOURS,
  month: 334 * DAY_HOURS,
};

/**
 * The range of a history, once it is known through which hour there is one.
 * @param known the default: `to` is the end of the last closed hour.
 * @throws Failure `range.invalid`.
 */
export const historyRange = (
  { from, to, interval, timeZone }: Pick<HistoryQuery, "from" | "to" | "interval" | "timeZone">,
  known: { readonly to: Hour },
): { readonly from: Hour; readonly to: Hour } => {
  const end = to ?? known.to;
  const start = from ?? bucketAt(interval, timeZone, startOf(end - HOURS_BACK[interval])).from;
  inOrder(start, end);
  if (end - start > HISTORY_HOURS)
    throw new Failure(
      "range.invalid",
      `The range has ${end - start} hours, ${HISTORY_HOURS} are the most: ask for it in parts.`,
      { limitHours: HISTORY_HOURS },
    );
  return { from: start, to: end };
};
