import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Activity, Delta, HourDelta, InstanceHour, ReporterHour, Span } from "./delta.ts";
import { hourIn } from "./delta.ts";
import type { InstanceReport } from "./event.ts";
import { type Hour, startOf } from "./hour.ts";
import { minuteCharacter, minuteOfCharacter, minutesOfText, minutesText } from "./minutes.ts";
import type { Amounts, FlowName, TimeName } from "./statistic.ts";

/**
 * The stored form of a delta: JSON in columns, deflated. Ids stand once in a table, minutes are one character each,
 * instants count from their hour's start; a batch of 500 messages comes to one or two KB.
 */
interface Stored {
  /** Layout of what follows; readers keep reading every layout that was ever written. */
  readonly v: 1;
  /** Ids of users, rooms and reporters. */
  readonly ids: readonly string[];
  readonly hours: readonly StoredHour[];
}

/** A column of ids by their place in the table, of minutes, and of numbers. */
type ActivityColumns = [places: number[], minutes: string, messages: number[]];

interface StoredHour {
  readonly h: Hour;
  readonly n: number;
  readonly l?: Amounts;
  /** Minutes that have an amount, and the amounts. */
  readonly f?: Partial<Record<FlowName, [minutes: string, amounts: number[]]>>;
  readonly u?: ActivityColumns;
  readonly r?: ActivityColumns;
  readonly s?: StoredReporter[];
  readonly i?: [minutes: string, time: number, stamp: string, report: InstanceReport][];
  readonly t?: Partial<Record<TimeName, number>>;
  readonly m?: [minutes: string, lows: number[]];
}

type Pairs = number[];
interface StoredReporter {
  readonly p: number;
  readonly m: string;
  readonly w: Pairs;
  readonly c?: number;
  readonly set?: Pairs;
  readonly step?: Pairs;
}

const place = (ids: Map<string, number>, id: string): number => {
  let found = ids.get(id);
  if (found === undefined) {
    found = ids.size;
    ids.set(id, found);
  }
  return found;
};

const activityColumns = (ids: Map<string, number>, activities: ReadonlyMap<string, Activity>): ActivityColumns => {
  const places: number[] = [];
  const minutes: string[] = [];
  const messages: number[] = [];
  for (const [id, activity] of activities) {
    places.push(place(ids, id));
    minutes.push(minutesText(activity));
    messages.push(activity.messages);
  }
  return [places, minutes.join(","), messages];
};

const pairs = (map: ReadonlyMap<number, number>): Pairs => [...map].toSorted(([a], [b]) => a - b).flat();
const mapOf = (flat: Pairs): Map<number, number> => {
  const map = new Map<number, number>();
  for (let at = 0; at + 1 < flat.length; at += 2) map.set(flat[at] as number, flat[at + 1] as number);
  return map;
};

const minuteColumn = (byMinute: Iterable<readonly [number, number]>): [string, number[]] => {
  let minutes = "";
  const amounts: number[] = [];
  for (const [minute, amount] of byMinute) {
    minutes += minuteCharacter(minute);
    amounts.push(amount);
  }
  return [minutes, amounts];
};

const isUsed = (entry: readonly [number, number]): boolean => entry[1] !== 0;

const storeReporter = (ids: Map<string, number>, source: string, said: ReporterHour): StoredReporter => ({
  p: place(ids, source),
  m: minutesText(said.heard),
  w: said.words.flat(),
  ...(said.reportsFrom === undefined ? {} : { c: said.reportsFrom }),
  ...(said.sets.size === 0 ? {} : { set: pairs(said.sets) }),
  ...(said.steps.size === 0 ? {} : { step: pairs(said.steps) }),
});

const storeHour = (ids: Map<string, number>, hour: Hour, delta: HourDelta): StoredHour => {
  const flows = Object.entries(delta.flows).map(
    ([name, amounts]) => [name, minuteColumn([...amounts.entries()].filter(isUsed))] as const,
  );
  const times = Object.entries(delta.times).map(([name, time]) => [name, time - startOf(hour)] as const);
  return {
    h: hour,
    n: delta.events,
    ...(Object.keys(delta.levels).length === 0 ? {} : { l: delta.levels }),
    ...(flows.length === 0 ? {} : { f: Object.fromEntries(flows) }),
    ...(delta.users.size === 0 ? {} : { u: activityColumns(ids, delta.users) }),
    ...(delta.rooms.size === 0 ? {} : { r: activityColumns(ids, delta.rooms) }),
    ...(delta.reporters.size === 0
      ? {}
      : { s: [...delta.reporters].map(([source, said]) => storeReporter(ids, source, said)) }),
    ...(delta.instances.size === 0
      ? {}
      : {
          i: [...delta.instances.values()].map(({ reported, time, stamp, report }) => [
            minutesText(reported),
            time - startOf(hour),
            stamp,
            report,
          ]),
        }),
    ...(times.length === 0 ? {} : { t: Object.fromEntries(times) }),
    ...(delta.freeLow.size === 0 ? {} : { m: minuteColumn(delta.freeLow) }),
  };
};

/** The stored form of a delta. */
export const encodeDelta = (delta: Delta): Uint8Array => {
  const ids = new Map<string, number>();
  const hours = [...delta].map(([hour, summed]) => storeHour(ids, hour, summed));
  const stored: Stored = { v: 1, ids: [...ids.keys()], hours };
  return deflateRawSync(JSON.stringify(stored), { level: 9 });
};

const readActivity = (ids: readonly string[], [places, minutes, messages]: ActivityColumns): Map<string, Activity> => {
  const texts = minutes.split(",");
  return new Map(
    places.map((at, row) => [ids[at] as string, { ...minutesOfText(texts[row] ?? ""), messages: messages[row] ?? 0 }]),
  );
};

const readReporter = (stored: StoredReporter): ReporterHour => {
  const words: Span[] = [];
  for (let at = 0; at + 1 < stored.w.length; at += 2) words.push([stored.w[at] as number, stored.w[at + 1] as number]);
  return {
    heard: minutesOfText(stored.m),
    words,
    reportsFrom: stored.c,
    sets: mapOf(stored.set ?? []),
    steps: mapOf(stored.step ?? []),
  };
};

const readMinuteColumn = ([minutes, amounts]: [string, number[]]): [number, number][] =>
  amounts.map((amount, row) => [minuteOfCharacter(minutes[row] ?? ""), amount]);

const readInstance = (
  hour: Hour,
  [minutes, time, stamp, report]: [string, number, string, InstanceReport],
): InstanceHour => ({
  reported: minutesOfText(minutes),
  time: time + startOf(hour),
  stamp,
  report,
});

const readHour = (ids: readonly string[], stored: StoredHour, into: HourDelta): void => {
  into.events = stored.n;
  Object.assign(into.levels, stored.l);
  for (const [name, column] of Object.entries(stored.f ?? {})) {
    const amounts = new Array<number>(60).fill(0);
    for (const [minute, amount] of readMinuteColumn(column)) amounts[minute] = amount;
    into.flows[name as FlowName] = amounts;
  }
  if (stored.u) for (const [id, activity] of readActivity(ids, stored.u)) into.users.set(id, activity);
  if (stored.r) for (const [id, activity] of readActivity(ids, stored.r)) into.rooms.set(id, activity);
  for (const said of stored.s ?? []) into.reporters.set(ids[said.p] as string, readReporter(said));
  for (const instance of stored.i ?? []) into.instances.set(instance[3].id, readInstance(stored.h, instance));
  for (const [name, time] of Object.entries(stored.t ?? {})) into.times[name as TimeName] = time + startOf(stored.h);
  if (stored.m) for (const [minute, free] of readMinuteColumn(stored.m)) into.freeLow.set(minute, free);
};

/**
 * The delta of a stored form.
 * @throws when the bytes are no stored delta, or of a layout this version does not know.
 */
export const decodeDelta = (bytes: Uint8Array): Delta => {
  const stored = JSON.parse(inflateRawSync(bytes).toString()) as Stored;
  if (stored.v !== 1) throw new Error(`a delta of layout ${String(stored.v)} was written by a newer version`);
  const delta: Delta = new Map();
  for (const hour of stored.hours) readHour(stored.ids, hour, hourIn(delta, hour.h));
  return delta;
};
