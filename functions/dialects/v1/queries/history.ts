import { bucketAt, type Interval, isTimeZone } from "../../../core/calendar.ts";
import { Failure } from "../../../core/failure.ts";
import { type Hour, startOf } from "../../../core/hour.ts";
import { statisticNamed } from "../../../core/statistic.ts";
import { FILL, FORMAT, FROM, INTERVAL, METRICS, TO, TZ } from "../parameters.ts";
import { hourBound, inOrder, invalid, only } from "../query.ts";

export type Format = (typeof FORMAT.schema.enum)[number];

/** What a history is asked for; an end that is left out is for the store to say. */
export interface HistoryQuery {
  readonly statistics: readonly string[];
  readonly from: Hour | undefined;
  readonly to: Hour | undefined;
  readonly interval: Interval;
  /** IANA name; undefined leaves it to the workspace. */
  readonly timeZone: string | undefined;
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

const timeZoneIn = (query: URLSearchParams): string | undefined => {
  const name = only(query, TZ.name);
  if (name !== undefined && (name.length > TZ.schema.maxLength || !isTimeZone(name)))
    throw invalid(TZ.name, "tz is no time zone of the IANA database: give a name such as Europe/Berlin.");
  return name;
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
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const historyQuery = (query: URLSearchParams): HistoryQuery => {
  const forms = {
    interval: chosen<Interval>(query, INTERVAL),
    timeZone: timeZoneIn(query),
    fill: chosen(query, FILL),
    format: chosen(query, FORMAT),
  };
  const statistics = statisticsIn(query);
  const range = { from: hourBound(query, FROM.name), to: hourBound(query, TO.name) };
  inOrder(range.from, range.to);
  return { statistics, ...range, ...forms };
};

/** The zone whose days, weeks and months a history is told in; a row of one hour has no midnight to begin at. */
export const zoneOf = ({ interval, timeZone }: Pick<HistoryQuery, "interval" | "timeZone">, own: string): string =>
  timeZone ?? (interval === "hour" ? "UTC" : own);

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
 * @param known the default: `to` is the end of the last closed hour; `timeZone` is the history's.
 * @throws Failure `range.invalid`.
 */
export const historyRange = (
  { from, to, interval }: Pick<HistoryQuery, "from" | "to" | "interval">,
  known: { readonly to: Hour; readonly timeZone: string },
): { readonly from: Hour; readonly to: Hour } => {
  const end = to ?? known.to;
  const start = from ?? bucketAt(interval, known.timeZone, startOf(end - HOURS_BACK[interval])).from;
  inOrder(start, end);
  if (end - start > HISTORY_HOURS)
    throw new Failure(
      "range.invalid",
      `The range has ${end - start} hours, ${HISTORY_HOURS} are the most: ask for it in parts.`,
      { limitHours: HISTORY_HOURS },
    );
  return { from: start, to: end };
};
