import { type Hour, startOf } from "./hour.ts";
import { hourOfWeekIn } from "./instant.ts";

/** What an hour holds of activity; null when it is not known. */
export interface ActiveHour {
  readonly hour: Hour;
  readonly messages: number | null;
  readonly users: number | null;
}

/** An hour of the week, over all the weeks of a range. */
export interface WeekCell {
  /** Hours of the range that fall here and are known. */
  readonly hours: number;
  readonly messages: number;
  /** Messages to an hour; null when none is known. */
  readonly mean: number | null;
}

const DAYS = 7;
const HOURS = 24;

/**
 * Messages by day of the week (Monday first, ISO 8601) and hour of the day in a time zone. An hour that is not known adds
 * nothing, and does not count as one without messages.
 */
export const heatMapOf = (active: Iterable<ActiveHour>, timeZone: string): readonly (readonly WeekCell[])[] => {
  const cells = Array.from({ length: DAYS }, () => Array.from({ length: HOURS }, () => ({ hours: 0, messages: 0 })));
  for (const { hour, messages } of active) {
    if (messages === null) continue;
    const [day, hourOfDay] = hourOfWeekIn(timeZone, startOf(hour));
    const cell = cells[day]?.[hourOfDay];
    if (cell === undefined) throw new Error(`there is no hour ${hourOfDay} of day ${day}`);
    cell.hours++;
    cell.messages += messages;
  }
  return cells.map((row) =>
    row.map(({ hours, messages }) => ({ hours, messages, mean: hours === 0 ? null : messages / hours })),
  );
};

/** The hours with the most messages, the busiest first; of equal ones the earlier. */
export const busiestOf = (active: readonly ActiveHour[], most: number): readonly ActiveHour[] =>
  active
    .filter(({ messages }) => messages !== null && messages > 0)
    .toSorted((a, b) => (b.messages ?? 0) - (a.messages ?? 0) || a.hour - b.hour)
    .slice(0, most);

/** Ids with the most messages, the most active first; of equal ones in the order of ids. */
export const mostActive = (
  messages: ReadonlyMap<string, number>,
  most: number,
): readonly { readonly id: string; readonly messages: number }[] =>
  [...messages]
    .map(([id, count]) => ({ id, messages: count }))
    .filter((one) => one.messages > 0)
    .toSorted((a, b) => b.messages - a.messages || (a.id < b.id ? -1 : 1))
    .slice(0, most);
