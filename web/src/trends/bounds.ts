/** Milliseconds of an hour. */
export const HOUR_MS = 3_600_000;
/** Milliseconds of 24 hours. */
export const DAY_MS = 24 * HOUR_MS;

/** A range `[from, to)` as the API takes it: dates of a time zone, such as `2026-11-21`, or instants of whole hours. */
export interface Bounds {
  readonly from: string;
  readonly to: string;
}

/** Whether a bound is a date. */
export const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** Length in days, of which the last may be a part. */
export const daysIn = ({ from, to }: Bounds): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

const dateAt = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/** A date so many days later. */
export const shiftDays = (date: string, days: number): string => dateAt(Date.parse(date) + days * DAY_MS);

/** The first of a date's month. */
export const monthOf = (date: string): string => `${date.slice(0, 7)}-01`;

/** The first of a month so many months after a first of a month. */
export const shiftMonths = (first: string, months: number): string => {
  const at = new Date(first);
  return dateAt(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1));
};

const MONTHS = 12;

/** How many months a range of dates touches. */
export const monthsIn = ({ from, to }: Bounds): number => {
  const monthAt = (date: string): number => Number(date.slice(0, 4)) * MONTHS + Number(date.slice(5, 7));
  return monthAt(shiftDays(to, -1)) - monthAt(from) + 1;
};

const DAYS_OF_WEEK = 7;
const DAYS_AFTER_MONDAY = 6;

/** The Monday of a date's week. */
export const mondayOf = (date: string): string =>
  shiftDays(date, -((new Date(date).getUTCDay() + DAYS_AFTER_MONDAY) % DAYS_OF_WEEK));

/** A bound as a date. */
export const dateOfText = (text: string, dateOf: (instant: number) => string): string =>
  isDate(text) ? text : dateOf(Date.parse(text));
