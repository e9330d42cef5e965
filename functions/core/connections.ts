import { type HourDelta, type ReporterHour, SILENCE_SECONDS } from "./delta.ts";
import { type Hour, HOUR_SECONDS } from "./hour.ts";

/** What is known of a reporter's connections at the end of an hour. Seconds count from 1970 UTC. */
export interface CarriedReporter {
  readonly level: number;
  readonly lastWord: number;
  /** When the level was last set, and not only stepped; null when it never was. */
  readonly setAt: number | null;
  /** It has sent `instance.reported`, so its silence means something. */
  readonly reports: boolean;
}

/** Connection levels carried from one hour into the next. */
export interface Carried {
  /** Somebody has ever told about connections; until then their number is not known. */
  readonly isKnown: boolean;
  readonly reporters: Readonly<Record<string, CarriedReporter>>;
}

export const NOTHING_CARRIED: Carried = { isKnown: false, reporters: {} };

/** A reporter's level from a second on. */
type Change = readonly [second: number, level: number];

const SILENT: CarriedReporter = { level: 0, lastWord: -Infinity, setAt: null, reports: false };

/**
 * Follows one reporter through an hour: level = last set + later steps; a set swallows the steps of its own second.
 * Silence of over three minutes sets it to 0 for good, it then starts anew.
 * @returns its state at the hour's end, undefined once it is silent or has nothing to carry.
 */
const follow = (
  before: CarriedReporter,
  hour: Hour,
  said: ReporterHour | undefined,
  changes: Change[],
): CarriedReporter | undefined => {
  const base = hour * HOUR_SECONDS;
  let { level, lastWord, setAt, reports } = before;
  const fallSilent = (): void => {
    setAt = lastWord + SILENCE_SECONDS;
    level = 0;
    reports = false;
    changes.push([setAt, 0]);
  };
  if (said !== undefined) {
    const seconds = [...new Set([...said.sets.keys(), ...said.steps.keys()])].toSorted((a, b) => a - b);
    let at = 0;
    for (const [first, last] of said.words) {
      if (reports && lastWord + SILENCE_SECONDS < base + first) fallSilent();
      for (; at < seconds.length && (seconds[at] as number) <= last; at++) {
        const second = seconds[at] as number;
        const set = said.sets.get(second);
        if (set === undefined) level += said.steps.get(second) ?? 0;
        else {
          level = set;
          setAt = base + second;
        }
        changes.push([base + second, level]);
      }
      lastWord = base + last;
      if (said.reportsFrom !== undefined && said.reportsFrom <= last) reports = true;
    }
  }
  if (reports && lastWord + SILENCE_SECONDS < base + HOUR_SECONDS) fallSilent();
  return level === 0 && !reports ? undefined : { level, lastWord, setAt, reports };
};

/** The levels at an hour's end, given those at its start. */
export const carryThrough = (
  carried: Carried,
  hour: Hour,
  delta: HourDelta,
  changesBy?: Map<string, Change[]>,
): Carried => {
  const reporters: Record<string, CarriedReporter> = {};
  let isKnown = carried.isKnown;
  for (const source of new Set([...Object.keys(carried.reporters), ...delta.reporters.keys()])) {
    const said = delta.reporters.get(source);
    isKnown ||= said !== undefined && (said.sets.size > 0 || said.steps.size > 0);
    const changes: Change[] = [];
    const after = follow(carried.reporters[source] ?? SILENT, hour, said, changes);
    if (after !== undefined) reporters[source] = after;
    if (changesBy !== undefined) changesBy.set(source, [...(changesBy.get(source) ?? []), ...changes]);
  }
  return { isKnown, reporters };
};

/** Connections over a window; null when nobody ever told. */
export interface ConnectionFigures {
  readonly current: number | null;
  readonly peak: number | null;
}

/**
 * The peak in `[from, to)` and the level at second `at`, all in seconds since 1970 UTC.
 * @param carried levels at the start of the first of `hours`, which are in order, without gaps, and cover the window.
 */
export const connectionFigures = (
  carried: Carried,
  hours: Iterable<readonly [Hour, HourDelta]>,
  window: { readonly from: number; readonly to: number; readonly at: number },
): ConnectionFigures => {
  const changesBy = new Map<string, Change[]>();
  let after = carried;
  for (const [hour, delta] of hours) after = carryThrough(after, hour, delta, changesBy);
  if (!after.isKnown) return { current: null, peak: null };
  const unordered: [second: number, by: number][] = [];
  let total = 0;
  for (const reporter of Object.values(carried.reporters)) total += reporter.level;
  for (const [source, changes] of changesBy) {
    let level = carried.reporters[source]?.level ?? 0;
    for (const [second, next] of changes) {
      unordered.push([second, next - level]);
      level = next;
    }
  }
  const steps = unordered.toSorted(([a], [b]) => a - b);
  const current = steps.reduce((level, [second, by]) => (second <= window.at ? level + by : level), total);
  let peak = -Infinity;
  let at = 0;
  // Between changes the sum stands still, so its highest is at the window's start or at a change in it.
  for (let second = window.from; ;) {
    while (at < steps.length && (steps[at] as [number, number])[0] <= second)
      total += (steps[at++] as [number, number])[1];
    peak = Math.max(peak, total);
    const next = steps[at]?.[0];
    if (next === undefined || next >= window.to) break;
    second = next;
  }
  return { current, peak };
};

/**
 * What late words of a closed hour do to the levels carried on from the last closed one: a change of the hour's
 * outcome travels on, unless the reporter's level was set again since.
 * @param endSecond first second after the late hour.
 */
export const patchCarried = (carried: Carried, before: Carried, after: Carried, endSecond: number): Carried => {
  const reporters: Record<string, CarriedReporter> = { ...carried.reporters };
  for (const source of new Set([...Object.keys(before.reporters), ...Object.keys(after.reporters)])) {
    const now = carried.reporters[source];
    if (now?.setAt != null && now.setAt >= endSecond) continue;
    const was = before.reporters[source] ?? SILENT;
    const is = after.reporters[source] ?? SILENT;
    const level = (now?.level ?? 0) + is.level - was.level;
    const reports = (now?.reports ?? false) || is.reports;
    if (level === 0 && !reports) delete reporters[source];
    else
      reporters[source] = {
        level,
        lastWord: Math.max(now?.lastWord ?? -Infinity, is.lastWord),
        setAt: now?.setAt ?? is.setAt,
        reports,
      };
  }
  return { isKnown: carried.isKnown || after.isKnown, reporters };
};
