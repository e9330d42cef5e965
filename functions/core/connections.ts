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
  /** By reporter; a list, because any text names one, `__proto__` too. */
  readonly reporters: readonly (readonly [source: string, state: CarriedReporter])[];
  /**
   * Second at which the workspace's last pause of a whole hour ended. What was open before it may have been closed in
   * it, so a reporter's steps say nothing from then on until its level is set.
   */
  readonly unknownUntil?: number;
}

/** Before the first hour of a workspace. */
export const NOTHING_CARRIED: Carried = { isKnown: false, reporters: [] };

/** What is carried out of hours in which nothing was taken, up to a second since 1970 UTC. */
export const unknownUntil = (second: number): Carried => ({ ...NOTHING_CARRIED, unknownUntil: second });

/** A reporter's level from a second on. */
type Change = readonly [second: number, level: number];

/** Names of instances change with every start; one that was silent for a day is no longer carried. */
const FORGOTTEN_SECONDS = 86_400;

const SILENT: CarriedReporter = { level: 0, lastWord: -Infinity, setAt: null, reports: false };

/**
 * Follows one reporter through an hour: level = last set + later steps; a set swallows the steps of its own second.
 * Silence sets a reporter that reports to 0; what it says later steps from there.
 * @returns its state at the hour's end, undefined when there is nothing to carry.
 */
const follow = (
  before: CarriedReporter,
  hour: Hour,
  said: ReporterHour | undefined,
  changes: Change[],
  needsSet: boolean,
): CarriedReporter | undefined => {
  const base = hour * HOUR_SECONDS;
  let { level, lastWord, setAt, reports } = before;
  // Once only: a level of 0 that was set after the last word says that it is done.
  const isSilentBy = (second: number): boolean =>
    reports && lastWord + SILENCE_SECONDS < second && (setAt === null || setAt < lastWord + SILENCE_SECONDS);
  const fallSilent = (): void => {
    setAt = lastWord + SILENCE_SECONDS;
    level = 0;
    changes.push([setAt, 0]);
  };
  if (said !== undefined) {
    const seconds = [...new Set([...said.sets.keys(), ...said.steps.keys()])].toSorted((a, b) => a - b);
    let at = 0;
    for (const [first, last] of said.words) {
      if (isSilentBy(base + first)) fallSilent();
      for (; at < seconds.length && (seconds[at] as number) <= last; at++) {
        const second = seconds[at] as number;
        const set = said.sets.get(second);
        if (set === undefined) level += needsSet && setAt === null ? 0 : (said.steps.get(second) ?? 0);
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
  if (isSilentBy(base + HOUR_SECONDS)) fallSilent();
  const isForgotten = !reports || lastWord + FORGOTTEN_SECONDS < base + HOUR_SECONDS;
  return level === 0 && isForgotten ? undefined : { level, lastWord, setAt, reports };
};

/** The levels at an hour's end, given those at its start. */
export const carryThrough = (
  carried: Carried,
  hour: Hour,
  delta: HourDelta,
  changesBy?: Map<string, Change[]>,
): Carried => {
  const before = new Map(carried.reporters);
  const reporters: [string, CarriedReporter][] = [];
  let isKnown = carried.isKnown;
  for (const source of new Set([...before.keys(), ...delta.reporters.keys()])) {
    const said = delta.reporters.get(source);
    const changes: Change[] = [];
    const needsSet = carried.unknownUntil !== undefined;
    const after = follow(before.get(source) ?? SILENT, hour, said, changes, needsSet);
    const isStepping = said !== undefined && said.steps.size > 0 && (!needsSet || after?.setAt != null);
    isKnown ||= isStepping || (said !== undefined && said.sets.size > 0);
    if (after !== undefined) reporters.push([source, after]);
    if (changesBy !== undefined) changesBy.set(source, [...(changesBy.get(source) ?? []), ...changes]);
  }
  return { ...carried, isKnown, reporters: bySource(reporters) };
};

/** In one order, so that equal states have equal bytes. */
const bySource = (reporters: [string, CarriedReporter][]): [string, CarriedReporter][] =>
  reporters.toSorted(([a], [b]) => (a < b ? -1 : 1));

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
  for (const [, reporter] of carried.reporters) total += reporter.level;
  const before = new Map(carried.reporters);
  for (const [source, changes] of changesBy) {
    let level = before.get(source)?.level ?? 0;
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
 * outcome travels on, unless the reporter's level was set again since, or a pause lies in between.
 * @param endSecond first second after the late hour.
 */
export const patchCarried = (carried: Carried, before: Carried, after: Carried, endSecond: number): Carried => {
  if (endSecond <= (carried.unknownUntil ?? -Infinity)) return carried;
  const reporters = new Map(carried.reporters);
  const befores = new Map(before.reporters);
  const afters = new Map(after.reporters);
  for (const source of new Set([...befores.keys(), ...afters.keys()])) {
    const now = reporters.get(source);
    if (now?.setAt != null && now.setAt >= endSecond) continue;
    const was = befores.get(source) ?? SILENT;
    const is = afters.get(source) ?? SILENT;
    const level = (now?.level ?? 0) + is.level - was.level;
    const reports = (now?.reports ?? false) || is.reports;
    if (level === 0 && !reports) reporters.delete(source);
    else
      reporters.set(source, {
        level,
        lastWord: Math.max(now?.lastWord ?? endSecond - HOUR_SECONDS, is.lastWord),
        setAt: now?.setAt ?? is.setAt,
        reports,
      });
  }
  return { ...carried, isKnown: carried.isKnown || after.isKnown, reporters: bySource([...reporters]) };
};
