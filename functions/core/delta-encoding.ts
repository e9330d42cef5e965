import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type Activity, type Delta, emptyHour, type HourDelta, type InstanceHour, type ReporterHour } from "./delta.ts";
import type { InstanceReport } from "./event.ts";
import { type Hour, startOf } from "./hour.ts";
import { addMinute, addMinutes, listMinutes, type Minutes, minutesOfList } from "./minutes.ts";
import { RangeReader, RangeWriter } from "./range-coding.ts";
import type { FlowName, LevelName, TimeName } from "./statistic.ts";

/**
 * The stored form of a delta: a byte that names the layout, what instances reported as deflated JSON, and everything
 * else as range-coded columns of numbers. Ids are spelt out where they first come; afterwards their place in a table
 * stands for them. The minutes of an hour are listed once; everything in it tells its own by their rank in that list.
 * A batch of 500 messages comes to less than 2 KB even when it is spread over a day.
 */
const LAYOUT = 1;

/** Texts that readers know without being told. Stored places count on them: new ones go to the end. */
const KNOWN_TEXTS = [
  "messages.channels",
  "messages.privateGroups",
  "messages.direct",
  "messages.omnichannel",
  "messages.discussions",
  "messages.threads",
  "messages.sentByKind.channels",
  "messages.sentByKind.privateGroups",
  "messages.sentByKind.direct",
  "messages.sentByKind.omnichannel",
  "messages.sentByKind.discussions",
  "last.message",
] as const;

/** What an instance said, beside its report: the hour by its place in the delta, and the minutes in which it did. */
type StoredInstance = [hour: number, minutes: number[], offset: number, stamp: string, report: InstanceReport];

const bySecond = (map: ReadonlyMap<number, number>): [number, number][] => [...map].toSorted(([a], [b]) => a - b);

/** Every minute of which the hour tells anything. */
const minutesIn = (delta: HourDelta): Minutes => {
  const all = { low: 0, high: 0 };
  for (const activity of delta.users.values()) addMinutes(all, activity);
  for (const activity of delta.rooms.values()) addMinutes(all, activity);
  for (const { heard } of delta.reporters.values()) addMinutes(all, heard);
  for (const amounts of Object.values(delta.flows))
    for (const [minute, amount] of amounts.entries()) if (amount !== 0) addMinute(all, minute);
  for (const minute of delta.freeLow.keys()) addMinute(all, minute);
  return all;
};

const messagesOf = (users: ReadonlyMap<string, Activity>): number => {
  let sum = 0;
  for (const { messages } of users.values()) sum += messages;
  return sum;
};

/** Last instants mostly are those of the last word, so they are told from there. Milliseconds since 1970 UTC. */
const lastWord = (hour: Hour, reporters: HourDelta["reporters"]): number => {
  let last = 0;
  for (const { words } of reporters.values()) last = Math.max(last, words.at(-1)?.[1] ?? 0);
  return startOf(hour) + last * 1_000;
};

class DeltaWriter {
  readonly #to = new RangeWriter();
  readonly #places = new Map<string, number>(KNOWN_TEXTS.map((text, place) => [text, place]));
  /** The rank of each minute in its hour's list. */
  readonly #ranks = new Array<number>(60).fill(0);
  #minutes: readonly number[] = [];

  write(delta: ReadonlyMap<Hour, HourDelta>): Uint8Array {
    const hours = [...delta].toSorted(([a], [b]) => a - b);
    this.#to.number("hours", hours.length);
    let due = 0;
    for (const [hour, summed] of hours) {
      this.#to.signed("hour", hour - due);
      due = hour + 1;
      this.#hour(hour, summed);
    }
    return this.#to.end();
  }

  #hour(hour: Hour, delta: HourDelta): void {
    const to = this.#to;
    this.#minutes = listMinutes(minutesIn(delta));
    for (const [rank, minute] of this.#minutes.entries()) this.#ranks[minute] = rank;
    to.rising("minutes", this.#minutes);
    this.#activities("users", "user", delta.users);
    this.#activities("rooms", "room", delta.rooms);
    to.signed("events", delta.events - messagesOf(delta.users));

    const levels = Object.entries(delta.levels);
    to.number("levels", levels.length);
    for (const [name, amount] of levels) {
      this.#text("level", name);
      to.signed("level amounts", amount);
    }
    const flows = Object.entries(delta.flows);
    to.number("flows", flows.length);
    for (const [name, amounts] of flows) {
      this.#text("flow", name);
      // Messages move nearly every minute of the list, so the others are told.
      this.#restOf("flow minutes", (minute) => amounts[minute] !== 0);
      for (const minute of this.#minutes) if (amounts[minute] !== 0) to.signed("flow amounts", amounts[minute] ?? 0);
    }
    to.number("reporters", delta.reporters.size);
    for (const [source, said] of delta.reporters) this.#reporter(source, said);
    const times = Object.entries(delta.times);
    to.number("times", times.length);
    for (const [name, time] of times) {
      this.#text("time", name);
      to.signed("time offsets", time - lastWord(hour, delta.reporters));
    }
    to.number("lows", delta.freeLow.size);
    for (const [minute, low] of delta.freeLow) {
      to.number("low minutes", this.#ranks[minute] ?? 0);
      to.number("low amounts", low);
    }
  }

  #activities(all: string, one: string, activities: ReadonlyMap<string, Activity>): void {
    const known = this.#places.size;
    const rows = [...activities].map(([id, activity]) => ({ id, activity, place: this.#place(id) }));
    rows.sort((a, b) => a.place - b.place);
    this.#to.rising(
      all,
      rows.map(({ place }) => place),
    );
    for (const { id, activity, place } of rows) {
      if (place >= known) this.#to.text(all, id);
      const minutes = listMinutes(activity).map((minute) => this.#ranks[minute] ?? 0);
      this.#to.rising(one, minutes);
      // One a minute, mostly.
      this.#to.signed(one, activity.messages - minutes.length);
    }
  }

  #reporter(source: string, said: ReporterHour): void {
    const to = this.#to;
    this.#text("reporter", source);
    const heard = new Set(listMinutes(said.heard));
    this.#restOf("heard", (minute) => heard.has(minute));
    to.number("spans", said.words.length);
    let after = 0;
    for (const [first, last] of said.words) {
      to.number("span gaps", first - after);
      to.number("span lengths", last - first);
      after = last;
    }
    to.number("reports from", said.reportsFrom === undefined ? 0 : said.reportsFrom + 1);
    this.#bySecond("sets", said.sets);
    this.#bySecond("steps", said.steps);
  }

  #bySecond(column: string, amounts: ReadonlyMap<number, number>): void {
    const rows = bySecond(amounts);
    this.#to.rising(
      column,
      rows.map(([second]) => second),
    );
    for (const [, amount] of rows) this.#to.signed(`${column} amounts`, amount);
  }

  /** The ranks of those minutes of the hour that are not in a set. */
  #restOf(column: string, isIn: (minute: number) => boolean): void {
    const ranks: number[] = [];
    for (const [rank, minute] of this.#minutes.entries()) if (!isIn(minute)) ranks.push(rank);
    this.#to.rising(column, ranks);
  }

  #place(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) this.#places.set(text, (place = this.#places.size));
    return place;
  }

  #text(column: string, text: string): void {
    const known = this.#places.size;
    const place = this.#place(text);
    this.#to.number(column, place);
    if (place === known) this.#to.text(column, text);
  }
}

class DeltaReader {
  readonly #from: RangeReader;
  readonly #texts: string[] = [...KNOWN_TEXTS];
  #minutes: readonly number[] = [];

  constructor(bytes: Uint8Array) {
    this.#from = new RangeReader(bytes);
  }

  read(): Delta {
    const delta: Delta = new Map();
    let due = 0;
    for (let left = this.#from.number("hours"); left > 0; left--) {
      const hour = due + this.#from.signed("hour");
      due = hour + 1;
      delta.set(hour, this.#hour(hour));
    }
    return delta;
  }

  #hour(hour: Hour): HourDelta {
    const from = this.#from;
    const delta = emptyHour();
    this.#minutes = from.rising("minutes");
    this.#activities("users", "user", delta.users);
    this.#activities("rooms", "room", delta.rooms);
    delta.events = from.signed("events") + messagesOf(delta.users);
    for (let left = from.number("levels"); left > 0; left--)
      delta.levels[this.#text("level") as LevelName] = from.signed("level amounts");
    for (let left = from.number("flows"); left > 0; left--) {
      const amounts = new Array<number>(60).fill(0);
      delta.flows[this.#text("flow") as FlowName] = amounts;
      for (const minute of this.#allBut("flow minutes")) amounts[minute] = from.signed("flow amounts");
    }
    for (let left = from.number("reporters"); left > 0; left--)
      delta.reporters.set(this.#text("reporter"), this.#reporter());
    for (let left = from.number("times"); left > 0; left--)
      delta.times[this.#text("time") as TimeName] = from.signed("time offsets") + lastWord(hour, delta.reporters);
    for (let left = from.number("lows"); left > 0; left--) {
      const minute = this.#minutes[from.number("low minutes")] ?? 0;
      delta.freeLow.set(minute, from.number("low amounts"));
    }
    return delta;
  }

  #activities(all: string, one: string, into: Map<string, Activity>): void {
    for (const place of this.#from.rising(all)) {
      if (place === this.#texts.length) this.#texts.push(this.#from.text(all));
      const ranks = this.#from.rising(one);
      const minutes = minutesOfList(ranks.map((rank) => this.#minutes[rank] ?? 0));
      into.set(this.#textAt(place), { ...minutes, messages: this.#from.signed(one) + ranks.length });
    }
  }

  #reporter(): ReporterHour {
    const from = this.#from;
    const heard = minutesOfList(this.#allBut("heard"));
    const words: ReporterHour["words"] = [];
    let after = 0;
    for (let left = from.number("spans"); left > 0; left--) {
      const first = after + from.number("span gaps");
      after = first + from.number("span lengths");
      words.push([first, after]);
    }
    const reportsFrom = from.number("reports from");
    return {
      heard,
      words,
      reportsFrom: reportsFrom === 0 ? undefined : reportsFrom - 1,
      sets: this.#bySecond("sets"),
      steps: this.#bySecond("steps"),
    };
  }

  #bySecond(column: string): Map<number, number> {
    return new Map(this.#from.rising(column).map((second) => [second, this.#from.signed(`${column} amounts`)]));
  }

  #allBut(column: string): number[] {
    const ranks = new Set(this.#from.rising(column));
    return this.#minutes.filter((_, rank) => !ranks.has(rank));
  }

  #text(column: string): string {
    const place = this.#from.number(column);
    if (place === this.#texts.length) this.#texts.push(this.#from.text(column));
    return this.#textAt(place);
  }

  #textAt(place: number): string {
    const text = this.#texts[place];
    if (text === undefined) throw new Error("a stored delta names a text that it does not hold");
    return text;
  }
}

const storedInstances = (delta: ReadonlyMap<Hour, HourDelta>): readonly StoredInstance[] =>
  [...delta].flatMap(([hour, { instances }]) =>
    [...instances.values()].map(({ reported, time, stamp, report }): StoredInstance => [
      hour,
      listMinutes(reported),
      time - startOf(hour),
      stamp,
      report,
    ]),
  );

const readInstances = (bytes: Uint8Array, into: Delta): void => {
  for (const [hour, minutes, offset, stamp, report] of JSON.parse(
    inflateRawSync(bytes).toString(),
  ) as StoredInstance[]) {
    const instance: InstanceHour = {
      reported: minutesOfList(minutes),
      time: startOf(hour) + offset,
      stamp,
      report,
    };
    into.get(hour)?.instances.set(report.id, instance);
  }
};

/** Bytes before the instances: the layout, and how long what follows is. */
const HEADER_BYTES = 5;

/** The stored form of a delta. */
export const encodeDelta = (delta: ReadonlyMap<Hour, HourDelta>): Uint8Array => {
  const instances = storedInstances(delta);
  const reports = instances.length === 0 ? Buffer.alloc(0) : deflateRawSync(JSON.stringify(instances), { level: 9 });
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(LAYOUT);
  header.writeUInt32BE(reports.length, 1);
  return Buffer.concat([header, reports, new DeltaWriter().write(delta)]);
};

/**
 * The delta of a stored form.
 * @throws when the bytes are no stored delta, or of a layout this version does not know.
 */
export const decodeDelta = (bytes: Uint8Array): Delta => {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(HEADER_BYTES, bytes.length));
  const layout = header[0];
  if (layout !== LAYOUT) throw new Error(`a delta of layout ${String(layout)} was written by a newer version`);
  const reports = HEADER_BYTES + header.readUInt32BE(1);
  const delta = new DeltaReader(bytes.subarray(reports)).read();
  if (reports > HEADER_BYTES) readInstances(bytes.subarray(HEADER_BYTES, reports), delta);
  return delta;
};
