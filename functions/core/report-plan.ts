import { endOf, DAY_MS, type Hour } from "./hour.ts";
import {
  lastPeriod,
  periodAfter,
  periodAt,
  REPORT_KINDS,
  type ReportKind,
  type ReportPeriod,
} from "./report-period.ts";

/** Which reports of a workspace are made, and how far that is done. */
export interface ReportPlan {
  readonly kinds: Readonly<Record<ReportKind, boolean>>;
  /** The hour after the last period that was made or passed over; null before the first. */
  readonly through: Readonly<Record<ReportKind, Hour | null>>;
}

/** All of them: a year of all three costs a few cents (docs/decisions/0038). */
export const NEW_PLAN: ReportPlan = {
  kinds: { daily: true, weekly: true, monthly: true },
  through: { daily: null, weekly: null, monthly: null },
};

/** Periods made up for after an outage; older ones can be had by hand. */
const MADE_UP: Readonly<Record<ReportKind, number>> = { daily: 7, weekly: 4, monthly: 2 };

/** How far a workspace is closed, and since when it counts. */
export interface Closed {
  readonly firstHour: Hour;
  readonly closedThrough: Hour;
}

/** Hours may close late; a period that is over for so long is reported with its gap. */
const PATIENCE_MS = DAY_MS;

const isReady = ({ to }: ReportPeriod, { closedThrough }: Closed, now: number): boolean =>
  closedThrough >= to - 1 || now >= endOf(to - 1) + PATIENCE_MS;

/** Periods of a kind that are over and not made yet, oldest first, as many as are made up for. */
const open = (kind: ReportKind, { through }: ReportPlan, timeZone: string, now: number): readonly ReportPeriod[] => {
  const last = lastPeriod(kind, timeZone, now);
  const since = through[kind];
  if (since === null) return [last];
  if (since >= last.to) return [];
  const periods: ReportPeriod[] = [];
  // Where another zone was chosen meanwhile, a period that was partly told is not told again.
  const next = periodAt(kind, timeZone, since);
  for (let period = next.from < since ? periodAfter(next, timeZone) : next; period.to <= last.to;) {
    periods.push(period);
    period = periodAfter(period, timeZone);
  }
  return periods.slice(-MADE_UP[kind]);
};

/** Periods to report on now: over, closed or waited for long enough, and not before the workspace counts. */
export const duePeriods = (plan: ReportPlan, closed: Closed, timeZone: string, now: number): readonly ReportPeriod[] =>
  REPORT_KINDS.filter((kind) => plan.kinds[kind]).flatMap((kind) => {
    const periods = open(kind, plan, timeZone, now).filter(({ to }) => to > closed.firstHour);
    // In their order: a later one is held against the one before.
    const waiting = periods.findIndex((period) => !isReady(period, closed, now));
    return waiting === -1 ? periods : periods.slice(0, waiting);
  });

/** The plan once a period is made or passed over. */
export const doneWith = (plan: ReportPlan, { kind, to }: ReportPeriod): ReportPlan => ({
  ...plan,
  through: { ...plan.through, [kind]: Math.max(plan.through[kind] ?? to, to) },
});
