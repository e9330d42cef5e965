import { isTimeZone } from "../../../core/calendar.ts";
import type { Hour } from "../../../core/hour.ts";
import { type Period, PERIODS } from "../../../core/summary.ts";
import { namesOf } from "../../../core/vocabulary.ts";
import { FROM, type Parameter, TO } from "../parameters.ts";
import { invalid, listQuery, only } from "../query.ts";

const PERIOD_NAMES = namesOf(PERIODS);

const PERIOD = {
  name: "period",
  in: "query",
  description: "How long a time is summed up; it ends with the last closed hour.",
  schema: { type: "string", enum: PERIOD_NAMES, default: "7d" },
  example: "30d",
} as const satisfies Parameter;

const ZONE = {
  name: "tz",
  in: "query",
  description: "Time zone of the days and hours, by its IANA name; the workspace's own by default.",
  schema: { type: "string", minLength: 1, maxLength: 64 },
  example: "Europe/Berlin",
} as const satisfies Parameter;

/** What the operations about trends take. */
export const TREND_QUERIES = { readSummary: [PERIOD], readActivity: [FROM, TO, ZONE] } as const;

/**
 * Reads `period`.
 * @throws Failure `parameter.invalid`.
 */
export const periodQuery = (query: URLSearchParams): Period => {
  const asked = only(query, PERIOD.name) ?? PERIOD.schema.default;
  const period = PERIOD_NAMES.find((name) => name === asked);
  if (period === undefined) throw invalid(PERIOD.name, `period is not one of ${PERIOD_NAMES.join(", ")}.`);
  return period;
};

/**
 * Reads a time zone; undefined leaves it to the workspace.
 * @throws Failure `parameter.invalid`.
 */
export const zoneQuery = (query: URLSearchParams): string | undefined => {
  const name = only(query, ZONE.name);
  if (name === undefined || (name.length <= ZONE.schema.maxLength && isTimeZone(name))) return name;
  throw invalid(ZONE.name, "tz is not the name of a time zone such as Europe/Berlin.");
};

/** Four weeks, so that every hour of the week comes as often. */
const HOURS_BY_DEFAULT = 28 * 24;

/**
 * Reads `from` and `to`, hours `[from, to)`; four weeks up to the last closed hour by default.
 * @param closed the end of the last closed hour.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const activityQuery = (query: URLSearchParams, closed: Hour): { readonly from: Hour; readonly to: Hour } => {
  const { from, to = closed } = listQuery(query);
  return { from: from ?? to - HOURS_BY_DEFAULT, to };
};
