import { type Baseline, NO_BASELINE } from "./baseline.ts";
import { type Carried, carryThrough, connectionFigures } from "./connections.ts";
import { addAmounts, emptyHour, type HourDelta, keepLatest } from "./delta.ts";
import type { Head, Totals } from "./head.ts";
import { endOf, type Hour, HOUR_SECONDS, hourOf, startOf } from "./hour.ts";
import { dateIn } from "./instant.ts";
import { countMinutes } from "./minutes.ts";
import { isFilled } from "./passing.ts";
import { isPausedWithin } from "./pause.ts";
import { type Closed, ledgerOf, publish, setsOf } from "./publication.ts";
import { restoredReasons } from "./restored.ts";
import type { Observed } from "./observed.ts";
import { primaryOf } from "./figures.ts";
import type { Status } from "./document.ts";
import type { Amounts } from "./statistic.ts";
import type { Workspace } from "./workspace.ts";

/** Some instance that reports in this many minutes of an hour is expected to be heard. */
const STEADY_MINUTES = 30;

/** For how many hours after it was steady a silent workspace is called silent, and not idle. */
const STEADY_HOURS = 24;

/** Connections of an hour: of its last second, and the most of any of its seconds. */
export const connectionsIn = (
  carriedIn: Carried,
  hour: Hour,
  delta: HourDelta,
): ReturnType<typeof connectionFigures> => {
  const from = hour * HOUR_SECONDS;
  const to = from + HOUR_SECONDS;
  return connectionFigures(carriedIn, [[hour, delta]], { from, to, at: to - 1 });
};

const isHeard = (delta: HourDelta): boolean => delta.reporters.size > 0;

/** Highest peak of the workspace's day that holds the hour, the hour included. */
export const dayPeakThrough = (workspace: Workspace, head: Head, hour: Hour, peak: number | null): Head["dayPeak"] => {
  const date = dateIn(workspace.timeZone, startOf(hour));
  const before = head.dayPeak?.date === date ? head.dayPeak.peak : null;
  if (peak === null && before === null) return null;
  return { date, timeZone: workspace.timeZone, peak: Math.max(peak ?? 0, before ?? 0) };
};

/** Totals once an hour's delta and what was booked late are added. */
export const totalsWith = (head: Head, deltas: Iterable<HourDelta>): Omit<Totals, "primary"> => {
  const levels: Amounts = { ...head.totals.levels };
  const times = { ...head.totals.times };
  addAmounts(levels, head.bookedLate.levels);
  keepLatest(times, head.bookedLate.times);
  for (const delta of deltas) {
    addAmounts(levels, delta.levels);
    keepLatest(times, delta.times);
  }
  return { levels, times };
};

/**
 * Closes the hour after the last closed one: its delta and what was booked late enter the totals, the document is
 * made and chained. The workspace, the hour and what was counted decide; no clock does.
 * @param folded the hour's folded delta; undefined for an hour without events.
 * @param baseline what is usual in the hour.
 */
export const closeHour = (
  workspace: Workspace,
  head: Head,
  folded: HourDelta | undefined,
  baseline: Baseline = NO_BASELINE,
): Closed => {
  const hour = head.closedThrough + 1;
  const delta = folded ?? emptyHour();
  const { levels, times } = totalsWith(head, [delta]);
  const connections = connectionsIn(head.carried, hour, delta);
  const dayPeak = dayPeakThrough(workspace, head, hour, connections.peak);
  const observed: Observed = {
    window: { start: startOf(hour), end: endOf(hour) },
    at: endOf(hour),
    levels,
    times,
    hours: new Map([[hour, delta]]),
    connections,
    dayPeak: dayPeak?.peak ?? null,
    primary: head.totals.primary,
  };
  const isImported = isFilled(head, hour);
  const isPaused = !isImported && isPausedWithin(workspace, startOf(hour), endOf(hour));
  const isSilent = !isPaused && !isHeard(delta) && head.steadyHour !== null && hour - head.steadyHour <= STEADY_HOURS;
  const isShort = head.failed.length > 0;
  const restored = isFilled(head, hour) ? [] : restoredReasons(workspace.restored, startOf(hour), endOf(hour));
  const isBroken = !isImported && hour === hourOf(workspace.startsAt) && workspace.startsAt > startOf(hour);
  const statuses: Status[] = [
    ...(isSilent || isBroken || isPaused || isShort || restored.length > 0 ? (["partial"] as const) : []),
    ...(isImported ? (["imported"] as const) : []),
  ];
  const reasons = [
    ...(isSilent ? ["reporters-silent"] : []),
    ...(isBroken ? ["started"] : []),
    ...(isPaused ? ["paused"] : []),
    ...(isShort ? ["levels-short"] : []),
    ...restored,
  ];
  const isSteady = [...delta.instances.values()].some(({ reported }) => countMinutes(reported) >= STEADY_MINUTES);
  const after: Head = {
    ...head,
    closedThrough: hour,
    totals: { levels, times, primary: primaryOf(observed) },
    carried: carryThrough(head.carried, hour, delta),
    bookedLate: { levels: {}, times: {} },
    dayPeak,
    steadyHour: isSteady ? hour : head.steadyHour,
    failing: null,
  };
  return publish(
    workspace,
    after,
    observed,
    { hour, revision: 0, carriedIn: head.carried, sets: setsOf(delta) },
    ledgerOf(statuses, reasons, head.bookedLate.levels),
    { baseline },
  );
};
