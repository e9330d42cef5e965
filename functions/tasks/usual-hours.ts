import {
  type Baseline,
  baselineOf,
  JUDGED,
  NO_BASELINE,
  type UsualDay,
  WEEKS_NEEDED,
  weeksBefore,
} from "../core/baseline.ts";
import type { Publication } from "../core/publication.ts";
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
 * a day, and one for each of its hours that closes in its turn. Made anew with each head that a run starts from, so what is published depends on that head alone.
 */
export const usualHours = (parts: Pick<Parts, "snapshots" | "series">, workspace: string, head: Head): UsualHours => {
  const known = new Map<Hour, HourlyRow>();
  const read = new Map<Day, (hour: Hour) => HourlyRow>();
  let kept: UsualDay | undefined;

  const load = async ({ from, to }: { readonly from: Day; readonly to: Day }): Promise<void> => {
    const range = { from: hoursOf(from).from, to: hoursOf(to).from, statistics: JUDGED };
    const rowOf = await hourlyRows(parts)(workspace, head, range);
    for (let day = from; day < to; day++) read.set(day, rowOf);
  };
  const isReadable = (hour: Hour): boolean => hour >= head.firstHour && hour <= head.closedThrough;

  const loadHours = async (hours: readonly Hour[]): Promise<void> => {
    const needed = hours.filter((hour) => hasWeeks(head, hour)).flatMap(weeksBefore);
    const days = new Set(needed.filter(isReadable).map(dayOf));
    const missing = [...days].filter((day) => !read.has(day)).toSorted((a, b) => a - b);
    await Promise.all(runsOf(missing).map(load));
  };
  const computed = (hour: Hour): Baseline => {
    if (!hasWeeks(head, hour)) return NO_BASELINE;
    return baselineOf(
      weeksBefore(hour).map(
        (week) => known.get(week) ?? (isReadable(week) ? read.get(dayOf(week))?.(week) : undefined),
      ),
    );
  };

  /** The running day is held against one item, made once: its hours close one by one, and mostly nothing changes below. */
  const loadDay = async (day: Day): Promise<void> => {
    const found = await parts.series.usual(workspace);
    if (found?.day === day && found.rewritten === head.rewritten) {
      kept = found;
      return;
    }
    const { from, to } = hoursOf(day);
    const hours = Array.from({ length: to - from }, (_, at) => from + at);
    await loadHours(hours);
    kept = { day, rewritten: head.rewritten, hours: hours.map((hour) => [...computed(hour)]) };
    await parts.series.keepUsual(workspace, kept);
  };

  /** Whether nothing was published in this run that an hour is held against. */
  const isAsInHead = (hour: Hour): boolean => !weeksBefore(hour).some((week) => known.has(week));

  return {
    async load(hours) {
      const [hour] = hours;
      const day = dayOf(head.closedThrough + 1);
      const isOfDay = hours.length === 1 && hour !== undefined && dayOf(hour) === day;
      if (!isOfDay || !hasWeeks(head, hour) || !isAsInHead(hour)) await loadHours(hours);
      else if (kept?.day !== day) await loadDay(day);
    },
    in(hour) {
      const bands =
        dayOf(hour) === kept?.day && isAsInHead(hour) ? kept.hours[hour - hoursOf(kept.day).from] : undefined;
      return bands === undefined ? computed(hour) : new Map(bands);
    },
    note(publications) {
      for (const { hour, document } of publications) known.set(hour, rowIn(document, JUDGED));
    },
  };
};
