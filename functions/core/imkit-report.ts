import { isId } from "./event-field.ts";
import { Failure } from "./failure.ts";
import { type Fields, isFields, isWhole } from "./fields.ts";
import { endOf, HOUR_MS, MINUTE_MS, startOf } from "./hour.ts";
import { type HourReport, OFF_MS } from "./hour-report.ts";
import { IMKIT_FIGURES } from "./imkit-figures.ts";
import { parseInstant } from "./instant.ts";
import type { Window } from "./observed.ts";
import type { StatisticName } from "./statistic.ts";

/** What an IMKit server tells of an hour. */
export type ImkitReport = HourReport;

/** Users of one report. */
const MOST_USERS = 100_000;
/** A window that is longer or shorter by more is not about an hour. */
const OTHER_LENGTH_MS = HOUR_MS / 2;
/** Clocks may be this much ahead. */
const AHEAD_MS = 5 * MINUTE_MS;
/** The two clocks of a report may differ by what seconds cut off. */
const CUT_MS = 1_000;
/** As seconds this is the year 5138, as milliseconds 1973: numbers from here on are milliseconds. */
const FIRST_MILLISECOND = 1e11;
const DIGITS = /^\d{1,15}(?:\.\d{1,9})?$/;

const malformed = (field: string, what: string): Failure =>
  new Failure("report.malformed", `${field} ${what}.`, { field });

/** The report itself: pushed as it is, or inside of what `GET /admin/stats` answers with. */
const reportIn = (body: unknown): Fields => {
  if (!isFields(body)) throw malformed("The body", "is not a report: send a JSON object");
  if (body["RC"] !== undefined && Number(body["RC"]) !== 0)
    throw malformed("RC", "is not 0, so this is an error and no report");
  return isFields(body["result"]) ? body["result"] : body;
};

/** An instant as ISO 8601, Unix seconds or milliseconds, the last two as number or text. */
const instantIn = (fields: Fields, name: string): number | undefined => {
  const value = fields[name];
  if (value === undefined || value === null || value === "") return undefined;
  const isNumber = typeof value === "number" ? value >= 0 : typeof value === "string" && DIGITS.test(value);
  const instant = isNumber
    ? Number(value) < FIRST_MILLISECOND
      ? Number(value) * 1_000
      : Number(value)
    : parseInstant(typeof value === "string" ? value : "");
  if (instant === undefined || !Number.isFinite(instant))
    throw malformed(name, "is no instant: send ISO 8601, Unix seconds or milliseconds");
  return Math.round(instant);
};

const windowIn = (fields: Fields, startName: string, endName: string): Window | undefined => {
  const start = instantIn(fields, startName);
  const end = instantIn(fields, endName);
  return start === undefined || end === undefined ? undefined : { start, end };
};

/**
 * A report tells its window twice. Where the two disagree, the one that ended nearer to now is meant: a clock that is
 * wrong is most often wrong by a zone or a year.
 */
const clockOf = (fields: Fields, now: number): { readonly window: Window; readonly isConflict: boolean } => {
  const one = windowIn(fields, "startTime", "endTime");
  const other = windowIn(fields, "start", "end");
  if (one === undefined || other === undefined) {
    const only = one ?? other;
    if (only !== undefined) return { window: only, isConflict: false };
    throw malformed("start", "and end are missing, or startTime and endTime");
  }
  const isConflict = Math.abs(one.start - other.start) > CUT_MS || Math.abs(one.end - other.end) > CUT_MS;
  // Where both are the same, the finer one is.
  const finer = one.start % 1_000 === 0 && one.end % 1_000 === 0 ? other : one;
  const nearer = Math.abs(one.end - now) <= Math.abs(other.end - now) ? one : other;
  return { window: isConflict ? nearer : finer, isConflict };
};

const figuresIn = (fields: Fields): Partial<Record<StatisticName, number>> => {
  const figures: Partial<Record<StatisticName, number>> = {};
  for (const [field, name] of Object.entries(IMKIT_FIGURES)) {
    const value = fields[field];
    if (value === undefined || value === null || value === "") continue;
    const number = typeof value === "string" ? (/^\d{1,16}$/.test(value) ? Number(value) : Number.NaN) : value;
    if (!isWhole(number)) throw malformed(field, "is not a whole number of 0 or more");
    figures[name] = number;
  }
  return figures;
};

const usersIn = (fields: Fields): string[] => {
  const list = fields["userList"];
  if (!Array.isArray(list)) throw malformed("userList", "is not a list of ids");
  if (list.length > MOST_USERS) throw malformed("userList", `holds more than ${MOST_USERS} ids`);
  if (!list.every(isId)) throw malformed("userList", "holds what is no id: 1 to 128 bytes without control characters");
  return [...new Set(list as readonly string[])].toSorted();
};

const isInconsistent = (figures: ImkitReport["figures"]): boolean =>
  (figures["memory.free"] ?? 0) > (figures["memory.total"] ?? Infinity) ||
  (figures["rooms.used"] ?? 0) > (figures["rooms.total"] ?? Infinity);

/**
 * Reads what an IMKit server reports of an hour, in either generation of its field types. Only what is listed here is
 * taken, so the keys that a report carries go no further.
 * @param now when it came, milliseconds since 1970 UTC.
 * @throws Failure `report.malformed`, naming the field and not its value.
 */
export const parseImkitReport = (body: unknown, now: number): ImkitReport => {
  const fields = reportIn(body);
  const { window, isConflict } = clockOf(fields, now);
  const length = window.end - window.start;
  if (Math.abs(length - HOUR_MS) > OTHER_LENGTH_MS)
    throw malformed("The window", `is ${Math.round(length / 1_000)} s long, and no hour`);
  if (window.end > now + AHEAD_MS) throw malformed("The window", "ends in the future");
  const hour = Math.round(window.start / HOUR_MS);
  const offMs = Math.max(Math.abs(window.start - startOf(hour)), Math.abs(window.end - endOf(hour)));
  const users = usersIn(fields);
  const figures = figuresIn(fields);
  const reasons = [
    ...(offMs > OFF_MS ? ["misaligned"] : []),
    ...(isConflict ? ["clock-conflict"] : []),
    ...(isInconsistent(figures) ? ["upstream-inconsistent"] : []),
  ];
  return { hour, window, offMs, reasons, users, figures: { ...figures, "users.seen": users.length } };
};
