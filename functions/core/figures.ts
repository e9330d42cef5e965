import { type HourDelta, SILENCE_SECONDS } from "./delta.ts";
import type { InstanceReport } from "./event.ts";
import { type Hour, MINUTE_MS, startOf } from "./hour.ts";
import { type Heard, instancesHeard } from "./instances.ts";
import { countMinutes, meet, type Minutes, minutesBetween } from "./minutes.ts";
import type { Observed, Window } from "./observed.ts";
import { isUntold, type Restored } from "./restored.ts";
import {
  type FlowName,
  type LevelName,
  type StatisticName,
  statisticNamed,
  STATISTICS,
  type TimeName,
} from "./statistic.ts";
import type { Workspace } from "./workspace.ts";

/** Live instances, most recently started first. */
export const liveInstances = ({ hours, at }: Observed): Heard[] => instancesHeard(hours, at - SILENCE_SECONDS * 1_000);

/**
 * The report that the deployment shows, to carry on: the most recently started live instance's; when there is none, the
 * last word of those that have fallen silent.
 */
export const primaryOf = (observed: Observed, [live] = liveInstances(observed)): InstanceReport | null => {
  if (live !== undefined) return live.report;
  const silent = instancesHeard(observed.hours, -Infinity);
  const last = silent.reduce<Heard | undefined>((a, b) => (a === undefined || b.time > a.time ? b : a), undefined);
  return last?.report ?? observed.primary;
};

/** The minutes of an hour that lie in the window. */
const minutesOf = (window: Window, hour: Hour): Minutes =>
  minutesBetween((window.start - startOf(hour)) / MINUTE_MS, (window.end - startOf(hour)) / MINUTE_MS);

const sumOf = (flow: readonly number[] | undefined, from: number, to: number): number => {
  let total = 0;
  if (flow !== undefined)
    for (let minute = Math.max(from, 0); minute < Math.min(to, 60); minute++) total += flow[minute] ?? 0;
  return total;
};

const flowIn = ({ hours, window }: Observed, name: FlowName): number => {
  let total = 0;
  for (const [hour, delta] of hours)
    total += sumOf(
      delta.flows[name],
      (window.start - startOf(hour)) / MINUTE_MS,
      (window.end - startOf(hour)) / MINUTE_MS,
    );
  return total;
};

const idsIn = (window: Window, hours: ReadonlyMap<Hour, HourDelta>, of: "users" | "rooms"): ReadonlySet<string> => {
  const ids = new Set<string>();
  for (const [hour, delta] of hours) {
    const minutes = minutesOf(window, hour);
    for (const [id, activity] of delta[of]) if (meet(activity, minutes)) ids.add(id);
  }
  return ids;
};

/** Ids of the users seen, or the rooms used, in the window, sorted. */
export const distinctIn = (window: Window, hours: ReadonlyMap<Hour, HourDelta>, of: "users" | "rooms"): string[] =>
  [...idsIn(window, hours, of)].toSorted();

/** Minutes of the window in which any reporter was heard. */
export const heardMinutes = ({ hours, window }: Observed): number => {
  let total = 0;
  for (const [hour, delta] of hours) {
    const minutes = minutesOf(window, hour);
    const heard = { low: 0, high: 0 };
    for (const reporter of delta.reporters.values()) {
      heard.low |= reporter.heard.low & minutes.low;
      heard.high |= reporter.heard.high & minutes.high;
    }
    total += countMinutes(heard);
  }
  return total;
};

const freeLowIn = ({ hours, window }: Observed): number | null => {
  let low: number | null = null;
  for (const [hour, delta] of hours)
    for (const [minute, free] of delta.freeLow) {
      const instant = startOf(hour) + minute * MINUTE_MS;
      if (instant >= window.start && instant < window.end && (low === null || free < low)) low = free;
    }
  return low;
};

/** The value of every statistic; null is «not known». Times in milliseconds since 1970 UTC. */
export type Figures = ReadonlyMap<StatisticName, number | null>;

/** The value of every statistic, as far as it was observed. */
export const figuresOf = (observed: Observed, live: readonly Heard[], restored: Restored | undefined): Figures => {
  const primary = live[0]?.report;
  const seen: Partial<Record<StatisticName, number | null>> = {
    "users.seen": idsIn(observed.window, observed.hours, "users").size,
    "rooms.used": idsIn(observed.window, observed.hours, "rooms").size,
    "connections.current": observed.connections.current,
    "connections.peak": observed.connections.peak,
    "connections.dayPeak": observed.dayPeak,
    "memory.total": primary?.os?.totalmem ?? null,
    "memory.free": primary?.os?.freemem ?? null,
    "memory.freeLow": freeLowIn(observed),
    "instances.count": live.length,
  };
  const figures = new Map<StatisticName, number | null>();
  const of = (name: StatisticName): number | null => {
    const known = figures.get(name);
    if (known !== undefined) return known;
    const row = statisticNamed(name);
    let value: number | null;
    if (restored !== undefined && isUntold(restored, name, observed.window.start, observed.at)) value = null;
    else if (row?.derive !== undefined) value = row.derive(of);
    else if (name in seen) value = seen[name] ?? null;
    else if (row?.kind === "flow") value = flowIn(observed, name as FlowName);
    else if (row?.kind === "time") value = observed.times[name as TimeName] ?? null;
    else value = observed.levels === null ? null : (observed.levels[name as LevelName] ?? 0);
    figures.set(name, value);
    return value;
  };
  for (const { name } of STATISTICS) of(name);
  return figures;
};

/**
 * Sentences that hold for counted workspaces; the names of those that a document's values break. Polled sources carry
 * their vendor's inconsistencies as they are.
 */
export const integrityOf = (
  workspace: Workspace,
  valueOf: (name: StatisticName) => number | string | null,
): string[] => {
  if (workspace.source !== "events") return [];
  const broken: string[] = [];
  for (const { name, kind } of STATISTICS) {
    const value = valueOf(name);
    if (kind === "time" || typeof value !== "number") continue;
    if (value < 0) broken.push(`${name} is below zero`);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) broken.push(`${name} is too large to be exact`);
  }
  const peak = valueOf("connections.peak");
  const current = valueOf("connections.current");
  if (peak !== null && current !== null && peak < current) broken.push("connections.peak is below connections.current");
  return broken;
};
