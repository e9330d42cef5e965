import { Failure } from "../../core/failure.ts";
import { HOUR_MS } from "../../core/hour.ts";
import { parseInstant } from "../../core/instant.ts";
import { cursorIn } from "./cursor.ts";
import { windowAt } from "../../core/reading.ts";
import type { Window } from "../../core/observed.ts";

const DIGITS = /^\d{1,15}$/;
/** As seconds this is the year 5138, as milliseconds 1973: numbers from here on are milliseconds. */
const FIRST_MILLISECOND = 1e11;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

const instantIn = (text: string): number | undefined => {
  if (DIGITS.test(text)) return Number(text) < FIRST_MILLISECOND ? Number(text) * 1_000 : Number(text);
  // A + that was not encoded arrives as a blank.
  return parseInstant(DATE.test(text) ? `${text}T00:00:00Z` : text.replace(" ", "+"));
};

const bound = (query: URLSearchParams, name: string): number | undefined => {
  const values = query.getAll(name);
  if (values.length === 0) return undefined;
  const instant = values.length === 1 ? instantIn(values[0] ?? "") : undefined;
  if (instant !== undefined) return instant;
  throw new Failure(
    "parameter.invalid",
    `${name} is not one Unix time (seconds or milliseconds) or ISO 8601 date: give, for example, 2026-11-21T09:00:00Z`,
    {
      parameter: name,
    },
  );
};

/**
 * Reads `start` and `end` (Unix seconds, milliseconds or ISO 8601). One alone is completed: without `end` the window
 * runs up to now, without `start` it is the hour before `end`. Whether it can be answered is for the store to say.
 * @param now milliseconds since 1970 UTC.
 * @returns undefined when neither is given.
 * @throws Failure `parameter.invalid`.
 */
export const windowQuery = (query: URLSearchParams, now: number): Window | undefined => {
  const start = bound(query, "start");
  const end = bound(query, "end");
  if (start === undefined && end === undefined) return undefined;
  const until = end ?? windowAt(now).end;
  return { start: start ?? until - HOUR_MS, end: until };
};

/** What a report is asked for. */
export interface ReportQuery {
  /** Undefined for the last hour. */
  readonly window: Window | undefined;
  /** Id after which the list goes on. */
  readonly after: string | undefined;
}

/**
 * Reads `start`, `end` and `cursor`; the cursor stands for the window it came from.
 * @param now milliseconds since 1970 UTC.
 * @throws Failure `parameter.invalid`.
 */
export const reportQuery = (query: URLSearchParams, now: number): ReportQuery => {
  const [cursor, ...others] = query.getAll("cursor");
  if (cursor === undefined) return { window: windowQuery(query, now), after: undefined };
  if (others.length > 0)
    throw new Failure("parameter.invalid", "cursor is given more than once: give it once.", { parameter: "cursor" });
  return cursorIn(cursor);
};
