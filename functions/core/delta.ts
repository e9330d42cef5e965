import type { InstanceReport } from "./event.ts";
import type { Hour } from "./hour.ts";
import { addMinutes, type Minutes } from "./minutes.ts";
import type { Amounts, FlowName, TimeName } from "./statistic.ts";
import { namesOf } from "./vocabulary.ts";

/** Someone or some room in an hour: the minutes of activity, and how many messages. */
export interface Activity extends Minutes {
  messages: number;
}

/** Seconds of the hour, both ends included. */
export type Span = [first: number, last: number];

/** What one reporter said in an hour; keys of the maps are seconds of the hour. */
export interface ReporterHour {
  /** Minutes in which anything was heard from it. */
  readonly heard: Minutes;
  /** Its words as spans in which no two neighbours are more than {@link SILENCE_SECONDS} apart, in order. */
  readonly words: Span[];
  /** Second of its first `instance.reported`. */
  reportsFrom: number | undefined;
  /** Connection levels it set; the larger where two name one second. */
  readonly sets: Map<number, number>;
  /** Connections opened less closed. */
  readonly steps: Map<number, number>;
}

/** The last thing an instance said in an hour. `stamp` orders reports: time, source, event id. */
export interface InstanceHour {
  readonly reported: Minutes;
  time: number;
  stamp: string;
  report: InstanceReport;
}

/**
 * The mergeable summary of a set of events that fall into one hour. With {@link mergeHour} a commutative monoid:
 * merging in any order and any grouping gives the same, and an empty one changes nothing.
 */
export interface HourDelta {
  /** Events summed up here. */
  events: number;
  /** What the hour adds to levels. */
  readonly levels: Amounts;
  /** Amounts minute by minute. */
  readonly flows: Partial<Record<FlowName, number[]>>;
  readonly users: Map<string, Activity>;
  readonly rooms: Map<string, Activity>;
  readonly reporters: Map<string, ReporterHour>;
  readonly instances: Map<string, InstanceHour>;
  /** Latest instants, milliseconds since 1970 UTC. */
  readonly times: Partial<Record<TimeName, number>>;
  /** Lowest free memory reported, bytes by minute. */
  readonly freeLow: Map<number, number>;
}

/** A delta: what a set of events adds to each of its hours. */
export type Delta = Map<Hour, HourDelta>;

/** A reporter that has sent `instance.reported` counts no connections from this long after its last word. */
export const SILENCE_SECONDS = 180;

/** The delta that changes nothing when it is merged; its own, to add to. */
export const emptyHour = (): HourDelta => ({
  events: 0,
  levels: {},
  flows: {},
  users: new Map(),
  rooms: new Map(),
  reporters: new Map(),
  instances: new Map(),
  times: {},
  freeLow: new Map(),
});

/** The part of a delta for an hour, made when there is none. */
export const hourIn = (delta: Delta, hour: Hour): HourDelta => {
  let found = delta.get(hour);
  if (found === undefined) {
    found = emptyHour();
    delta.set(hour, found);
  }
  return found;
};

/** A reporter of which nothing was heard in the hour; its own, to add to. */
export const emptyReporter = (): ReporterHour => ({
  heard: { low: 0, high: 0 },
  words: [],
  reportsFrom: undefined,
  sets: new Map(),
  steps: new Map(),
});

/** Adds a span of words, joining it with those at most {@link SILENCE_SECONDS} away. */
export const addSpan = (words: Span[], first: number, last: number): void => {
  let from = words.length;
  while (from > 0 && (words[from - 1] as Span)[1] + SILENCE_SECONDS >= first) from--;
  let to = from;
  let joinedFirst = first;
  let joinedLast = last;
  while (to < words.length && (words[to] as Span)[0] - SILENCE_SECONDS <= last) {
    const [spanFirst, spanLast] = words[to] as Span;
    joinedFirst = Math.min(joinedFirst, spanFirst);
    joinedLast = Math.max(joinedLast, spanLast);
    to++;
  }
  words.splice(from, to - from, [joinedFirst, joinedLast]);
};

/** Adds amounts of levels, dropping what comes to nothing. */
export const addAmounts = (into: Amounts, amounts: Readonly<Amounts>): void => {
  for (const name of namesOf(amounts)) {
    const total = (into[name] ?? 0) + (amounts[name] ?? 0);
    if (total === 0) delete into[name];
    else into[name] = total;
  }
};

/** Keeps the later of each instant. */
export const keepLatest = (
  into: Partial<Record<TimeName, number>>,
  times: Readonly<Partial<Record<TimeName, number>>>,
): void => {
  for (const name of namesOf(times)) {
    const time = times[name];
    if (time !== undefined && time > (into[name] ?? -Infinity)) into[name] = time;
  }
};

const mergeActivity = (into: Map<string, Activity>, from: ReadonlyMap<string, Readonly<Activity>>): void => {
  for (const [id, activity] of from) {
    const known = into.get(id);
    if (known === undefined) into.set(id, { ...activity });
    else {
      addMinutes(known, activity);
      known.messages += activity.messages;
    }
  }
};

const mergeReporter = (into: ReporterHour, from: ReporterHour): void => {
  addMinutes(into.heard, from.heard);
  for (const [first, last] of from.words) addSpan(into.words, first, last);
  if (from.reportsFrom !== undefined) into.reportsFrom = Math.min(into.reportsFrom ?? Infinity, from.reportsFrom);
  for (const [second, level] of from.sets) into.sets.set(second, Math.max(into.sets.get(second) ?? 0, level));
  for (const [second, step] of from.steps) into.steps.set(second, (into.steps.get(second) ?? 0) + step);
};

/** Takes the later report, by stamp; equal stamps with different reports are ordered by their text. */
export const keepLaterReport = (into: Map<string, InstanceHour>, id: string, from: InstanceHour): void => {
  const known = into.get(id);
  if (known === undefined) {
    into.set(id, { ...from, reported: { ...from.reported } });
    return;
  }
  addMinutes(known.reported, from.reported);
  const later =
    from.stamp === known.stamp ? JSON.stringify(from.report) > JSON.stringify(known.report) : from.stamp > known.stamp;
  if (later) {
    known.time = from.time;
    known.stamp = from.stamp;
    known.report = from.report;
  }
};

/** Merges one hour's delta into another; `from` stays as it is. */
export const mergeHour = (into: HourDelta, from: HourDelta): void => {
  into.events += from.events;
  addAmounts(into.levels, from.levels);
  for (const name of namesOf(from.flows)) {
    const added = from.flows[name] ?? [];
    const flow = (into.flows[name] ??= new Array<number>(60).fill(0));
    for (let minute = 0; minute < 60; minute++) flow[minute] = (flow[minute] ?? 0) + (added[minute] ?? 0);
  }
  mergeActivity(into.users, from.users);
  mergeActivity(into.rooms, from.rooms);
  for (const [source, said] of from.reporters) {
    let known = into.reporters.get(source);
    if (known === undefined) into.reporters.set(source, (known = emptyReporter()));
    mergeReporter(known, said);
  }
  for (const [id, instance] of from.instances) keepLaterReport(into.instances, id, instance);
  keepLatest(into.times, from.times);
  for (const [minute, free] of from.freeLow)
    into.freeLow.set(minute, Math.min(into.freeLow.get(minute) ?? Infinity, free));
};

/** Merges a delta into another, hour by hour; `from` stays as it is. */
export const mergeDelta = (into: Delta, from: ReadonlyMap<Hour, HourDelta>): void => {
  for (const [hour, summed] of from) mergeHour(hourIn(into, hour), summed);
};
