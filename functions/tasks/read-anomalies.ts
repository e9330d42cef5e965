import { type Band, baselineOf, weeksBefore } from "../core/baseline.ts";
import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import type { Anomaly } from "../core/document.ts";
import type { StatisticName } from "../core/statistic.ts";
import { hourlyRows } from "./hourly-rows.ts";
import type { Parts } from "./parts.ts";

type AnomalyParts = Pick<Parts, "hours" | "snapshots" | "series">;

/** Hours that one list of anomalies is made from: a year and some. */
const MOST_HOURS = 9_000;
/** Hours of one baseline: five weeks. */
const MOST_BASELINE_HOURS = 35 * 24;

/** Hours `[from, to)`; ends that are left out are those of the last four weeks or the last week that are closed. */
interface Range {
  readonly from?: Hour;
  readonly to?: Hour;
}

const headOf = async (parts: AnomalyParts, workspace: string): Promise<Head> => {
  const head = await parts.hours.head(workspace);
  if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
  return head;
};

const rangeIn = (
  head: Head,
  { from, to = head.closedThrough + 1 }: Range,
  { days, most }: { readonly days: number; readonly most: number },
): { readonly from: Hour; readonly to: Hour } => {
  const start = from ?? to - days * 24;
  if (start >= to) throw new Failure("range.invalid", "from must lie before to.", { parameter: "from" });
  if (to - start > most)
    throw new Failure("range.invalid", `The range has ${to - start} hours, ${most} are the most: ask in parts.`, {
      limitHours: most,
    });
  return { from: start, to };
};

/** An anomaly and the hour it was in. */
export interface HourlyAnomaly extends Anomaly {
  readonly hour: Hour;
}

/** Some anomalies of a range, and the hour to go on with when there are more. */
export interface AnomalyPage {
  readonly from: Hour;
  readonly to: Hour;
  readonly anomalies: readonly HourlyAnomaly[];
  readonly next: Hour | undefined;
}

/**
 * What was unusual in a range of closed hours, as it was published, oldest first. A page holds whole hours, so it may
 * have a few more than `limit`.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const readAnomalies =
  (parts: AnomalyParts) =>
  async (workspace: string, { limit, ...asked }: Range & { readonly limit: number }): Promise<AnomalyPage> => {
    const head = await headOf(parts, workspace);
    const { from, to } = rangeIn(head, asked, { days: 28, most: MOST_HOURS });
    const known = { from: Math.max(from, head.firstHour), to: Math.min(to, head.closedThrough + 1) };
    const anomalies: HourlyAnomaly[] = [];
    if (known.from >= known.to) return { from, to, anomalies, next: undefined };
    const rowOf = await hourlyRows(parts)(workspace, head, { ...known, statistics: [] });
    for (let hour = known.from; hour < known.to; hour++) {
      const found = rowOf(hour).published?.anomalies ?? [];
      if (found.length > 0 && anomalies.length >= limit) return { from, to, anomalies, next: hour };
      anomalies.push(...found.map((anomaly) => ({ hour, ...anomaly })));
    }
    return { from, to, anomalies, next: undefined };
  };

/** What is usual in some hours, closed or to come; null where too little is known. */
export interface UsualBand {
  readonly from: Hour;
  readonly to: Hour;
  readonly bands: readonly (Band | null)[];
}

/**
 * What is usual for a statistic in each hour of a range, as the weeks before are known now. It may reach into the
 * future: a week ahead all of them are known.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const readBaseline =
  (parts: AnomalyParts) =>
  async (
    workspace: string,
    { statistic, ...asked }: Range & { readonly statistic: StatisticName },
  ): Promise<UsualBand> => {
    const head = await headOf(parts, workspace);
    const { from, to } = rangeIn(head, asked, { days: 7, most: MOST_BASELINE_HOURS });
    const hours = Array.from({ length: to - from }, (_, at) => from + at);
    const [first = 0] = weeksBefore(from).toReversed();
    const [last = 0] = weeksBefore(to - 1);
    const known = { from: Math.max(first, head.firstHour), to: Math.min(last, head.closedThrough) + 1 };
    if (known.from >= known.to) return { from, to, bands: hours.map(() => null) };
    const rowOf = await hourlyRows(parts)(workspace, head, { ...known, statistics: [statistic] });
    const bandAt = (hour: Hour): Band | null =>
      baselineOf(
        weeksBefore(hour).map((week) => (week >= known.from && week < known.to ? rowOf(week) : undefined)),
      ).get(statistic) ?? null;
    return { from, to, bands: hours.map(bandAt) };
  };
