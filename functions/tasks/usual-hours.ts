import { type Baseline, baselineOf, JUDGED, NO_BASELINE, WEEKS_NEEDED, weeksBefore } from "../core/baseline.ts";
import type { Publication } from "../core/closing.ts";
import type { Head } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import type { HourlyRow } from "../core/roll-up.ts";
import { type Day, dayOf, hoursOf, runsOf } from "../core/series.ts";
import { hourlyRows, rowIn } from "./hourly-rows.ts";
import type { Parts } from "./parts.ts";

/** Baselines for one run of closings; what the run publishes belongs to them at once. */
export interface UsualHours {
  /** Reads what is needed for some hours, once; few reads, however many hours. */
  load(hours: readonly Hour[]): Promise<void>;
  /** What is usual in an hour that was loaded. */
  in(hour: Hour): Baseline;
  note(publications: readonly Publication[]): void;
}

/** Whether enough weeks lie between the first hour and this one to say anything. */
const hasWeeks = ({ firstHour }: Head, hour: Hour): boolean =>
  (weeksBefore(hour)[WEEKS_NEEDED - 1] ?? -Infinity) >= firstHour;

/**
 * What is usual in the hours that a run closes, from the series of the days of the weeks before: eight small items for
 * an hour. Made anew with each head that a run starts from, so what is published depends on that head alone.
 */
export const usualHours = (parts: Pick<Parts, "snapshots" | "series">, workspace: string, head: Head): UsualHours => {
  const known = new Map<Hour, HourlyRow>();
  const read = new Map<Day, (hour: Hour) => HourlyRow>();

  const load = async ({ from, to }: { readonly from: Day; readonly to: Day }): Promise<void> => {
    const range = { from: hoursOf(from).from, to: hoursOf(to).from, statistics: JUDGED };
    const rowOf = await hourlyRows(parts)(workspace, head, range);
    for (let day = from; day < to; day++) read.set(day, rowOf);
  };
  const isReadable = (hour: Hour): boolean => hour >= head.firstHour && hour <= head.closedThrough;

  return {
    async load(hours) {
      const needed = hours.filter((hour) => hasWeeks(head, hour)).flatMap(weeksBefore);
      const days = new Set(needed.filter(isReadable).map(dayOf));
      const missing = [...days].filter((day) => !read.has(day)).toSorted((a, b) => a - b);
      await Promise.all(runsOf(missing).map(load));
    },
    in(hour) {
      if (!hasWeeks(head, hour)) return NO_BASELINE;
      return baselineOf(
        weeksBefore(hour).map(
          (week) => known.get(week) ?? (isReadable(week) ? read.get(dayOf(week))?.(week) : undefined),
        ),
      );
    },
    note(publications) {
      for (const { hour, document } of publications) known.set(hour, rowIn(document, JUDGED));
    },
  };
};
