import { bucketAt } from "./calendar.ts";
import type { Head } from "./head.ts";
import { DAY_MS, type Hour, hourOf, startOf } from "./hour.ts";
import { hoursOf } from "./series.ts";
import type { Workspace } from "./workspace.ts";

/** Days for which who was seen is kept at least: events are taken 35 days late, and restate their hour from who it was. */
export const LEAST_DAYS = 36;
/** Days after which `retention` may act at the latest: ten years. */
export const MOST_DAYS = 3_650;

/** Where the month and the week begin that hold an hour, whichever is earlier; what lies before lies in no later union. */
export const wholePeriodsBefore = (hour: Hour): Hour =>
  Math.min(bucketAt("month", "UTC", startOf(hour)).from, bucketAt("week", "UTC", startOf(hour)).from);

/**
 * The hour before which a workspace no longer wants to know who was seen, or by which id; undefined when nothing more
 * is to go, or to be hashed. Whole weeks and months go at once. What may still be restated, tried again or packed keeps
 * everything.
 * @param now milliseconds since 1970 UTC.
 */
export const goesBefore = ({ retention }: Workspace, head: Head, now: number): Hour | undefined => {
  if (retention.people === "keep" || head.import !== null) return undefined;
  const end = hourOf(now - retention.afterDays * DAY_MS);
  const from = wholePeriodsBefore(end);
  // Up to the end, and not only up to where it begins: a week or month that lies across would be made anew of a part.
  const isUnsettled =
    end > head.closedThrough + 1 ||
    [...head.failed, ...head.dirty].some((hour) => hour < end) ||
    head.unpacked.some((day) => hoursOf(day).from < end);
  const hashedFrom = retention.people === "hash" ? head.hashed?.from : undefined;
  const done = Math.max(head.firstHour, head.people?.from ?? head.firstHour, hashedFrom ?? head.firstHour);
  return isUnsettled || from <= done ? undefined : from;
};
