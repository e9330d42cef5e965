import {
  addAmounts,
  addSpan,
  type Activity,
  type Delta,
  emptyReporter,
  type HourDelta,
  hourIn,
  keepLaterReport,
  type ReporterHour,
  SILENCE_SECONDS,
} from "./delta.ts";
import type { ChatEvent, RoomKind } from "./event.ts";
import { hourOf, startOf } from "./hour.ts";
import { parseInstant } from "./instant.ts";
import { addMinute } from "./minutes.ts";
import {
  ADJUSTABLE,
  type Amounts,
  type FlowName,
  type LevelName,
  type MessageKind,
  type TimeName,
} from "./statistic.ts";

/** What a message moves; named once, because making a name for each message takes as long as counting it. */
interface MessageCounters {
  readonly level: LevelName;
  readonly sent: FlowName;
}

const countersOf = (kind: MessageKind): MessageCounters => ({
  level: `messages.${kind}`,
  sent: `messages.sentByKind.${kind}`,
});

const DISCUSSIONS = countersOf("discussions");
const COUNTERS_OF_ROOM: Readonly<Record<RoomKind, MessageCounters>> = {
  channel: countersOf("channels"),
  private: countersOf("privateGroups"),
  direct: countersOf("direct"),
  omnichannel: countersOf("omnichannel"),
};

/** Where a message counts: by the kind of its room, discussions apart from their kind. */
const messageCounters = (roomKind: RoomKind, discussion: boolean | undefined): MessageCounters =>
  discussion === true ? DISCUSSIONS : COUNTERS_OF_ROOM[roomKind];

/** What a change of the directory adds: amounts of levels, and flows at the event's minute. */
export interface DirectoryEffect {
  readonly levels: Readonly<Amounts>;
  readonly flows: readonly FlowName[];
}

/** A total order of events: by time, then source, then id. Texts of equal width compare as their numbers do. */
export const stampOf = (event: { readonly time: number; readonly source: string; readonly id: string }): string =>
  `${String(event.time + STAMP_OFFSET).padStart(STAMP_DIGITS, "0")} ${event.source}\n${event.id}`;
// RFC 3339 reaches from year 0 to year 9999; the offset keeps the text positive.
const STAMP_OFFSET = 1e14;
const STAMP_DIGITS = 15;

/**
 * Counts events into a delta. One per batch: it remembers the hour and the reporter seen last, because events come
 * in runs.
 */
export class Counter {
  readonly delta: Delta = new Map();
  #hour = Number.NaN;
  #summed: HourDelta | undefined;
  #source = "";
  #reporter: ReporterHour | undefined;
  readonly #isHeard: boolean;

  /** @param isHeard false when the events are not the word of a reporter, and tell nothing of who was heard. */
  constructor(isHeard = true) {
    this.#isHeard = isHeard;
  }

  /** Counts one event; `effect` is what its change of the directory comes to. */
  count(event: ChatEvent, effect?: DirectoryEffect): void {
    const hour = hourOf(event.time);
    const summed = this.#hourFor(hour);
    const second = Math.floor((event.time - startOf(hour)) / 1_000);
    const minute = Math.floor(second / 60);
    const reporter = this.#reporterFor(event.source, summed);
    summed.events++;
    addMinute(reporter.heard, minute);
    hear(reporter, second);
    if (effect !== undefined) {
      addAmounts(summed.levels, effect.levels);
      for (const flow of effect.flows) flowBy(summed, flow, minute, 1);
    }
    move(event, summed, reporter, second, minute);
  }

  #hourFor(hour: number): HourDelta {
    if (this.#summed === undefined || hour !== this.#hour) {
      this.#summed = hourIn(this.delta, hour);
      this.#hour = hour;
      this.#reporter = undefined;
    }
    return this.#summed;
  }

  #reporterFor(source: string, summed: HourDelta): ReporterHour {
    if (!this.#isHeard) return emptyReporter();
    if (this.#reporter !== undefined && source === this.#source) return this.#reporter;
    let found = summed.reporters.get(source);
    if (found === undefined) {
      found = emptyReporter();
      summed.reporters.set(source, found);
    }
    this.#source = source;
    this.#reporter = found;
    return found;
  }
}

/** Nearly every word comes shortly after the last one; the rest takes the general way. */
const hear = (reporter: ReporterHour, second: number): void => {
  const last = reporter.words.at(-1);
  if (last !== undefined && second >= last[0] && second <= last[1] + SILENCE_SECONDS) {
    if (second > last[1]) last[1] = second;
  } else addSpan(reporter.words, second, second);
};

const levelBy = (summed: HourDelta, name: LevelName, amount: number): void => {
  const total = (summed.levels[name] ?? 0) + amount;
  if (total === 0) delete summed.levels[name];
  else summed.levels[name] = total;
};

const flowBy = (summed: HourDelta, name: FlowName, minute: number, amount: number): void => {
  const flow = (summed.flows[name] ??= new Array<number>(60).fill(0));
  flow[minute] = (flow[minute] ?? 0) + amount;
};

const active = (activities: Map<string, Activity>, id: string, minute: number, messages: number): void => {
  let found = activities.get(id);
  if (found === undefined) {
    found = { low: 0, high: 0, messages: 0 };
    activities.set(id, found);
  }
  addMinute(found, minute);
  found.messages += messages;
};

const latest = (summed: HourDelta, name: TimeName, time: number): void => {
  if (time > (summed.times[name] ?? -Infinity)) summed.times[name] = time;
};

const step = (reporter: ReporterHour, second: number, by: number): void => {
  reporter.steps.set(second, (reporter.steps.get(second) ?? 0) + by);
};

/** What each type moves, apart from the directory. */
const move = (event: ChatEvent, summed: HourDelta, reporter: ReporterHour, second: number, minute: number): void => {
  switch (event.type) {
    case "message.sent": {
      const { room, roomKind, user, discussion, thread, threadStarted } = event.data;
      const { level, sent } = messageCounters(roomKind, discussion);
      levelBy(summed, level, 1);
      flowBy(summed, sent, minute, 1);
      if (thread === "started" || threadStarted === true) levelBy(summed, "messages.threads", 1);
      active(summed.users, user, minute, 1);
      active(summed.rooms, room, minute, 1);
      latest(summed, "last.message", event.time);
      break;
    }
    case "message.removed": {
      const { roomKind, discussion, thread } = event.data;
      levelBy(summed, messageCounters(roomKind, discussion).level, -1);
      flowBy(summed, "messages.removed", minute, 1);
      if (thread === "started") levelBy(summed, "messages.threads", -1);
      break;
    }
    case "user.active":
      active(summed.users, event.data.id, minute, 0);
      break;
    case "user.changed":
      if (event.data.lastLogin !== undefined)
        latest(summed, "last.login", parseInstant(event.data.lastLogin) ?? -Infinity);
      break;
    case "upload.added":
      levelBy(summed, "uploads.total", 1);
      levelBy(summed, "uploads.bytes", event.data.bytes);
      flowBy(summed, "uploads.added", minute, 1);
      flowBy(summed, "uploads.addedBytes", minute, event.data.bytes);
      break;
    case "upload.removed":
      levelBy(summed, "uploads.total", -1);
      levelBy(summed, "uploads.bytes", -event.data.bytes);
      break;
    case "connection.opened":
      step(reporter, second, 1);
      if (event.data.user !== undefined) active(summed.users, event.data.user, minute, 0);
      break;
    case "connection.closed":
      step(reporter, second, -1);
      break;
    case "subscription.seen":
      latest(summed, "last.seen", event.time);
      break;
    case "instance.reported":
      report(event, summed, reporter, second, minute);
      break;
    case "totals.adjusted": {
      for (const name of ADJUSTABLE) levelBy(summed, name, Number(event.data[name] ?? 0));
      break;
    }
    case "user.removed":
    case "room.changed":
    case "room.removed":
      break;
  }
};

const report = (
  event: ChatEvent & { type: "instance.reported" },
  summed: HourDelta,
  reporter: ReporterHour,
  second: number,
  minute: number,
): void => {
  const { id, connections, os } = event.data;
  reporter.reportsFrom = Math.min(reporter.reportsFrom ?? Infinity, second);
  if (connections !== undefined) reporter.sets.set(second, Math.max(reporter.sets.get(second) ?? 0, connections));
  const reported = { low: 0, high: 0 };
  addMinute(reported, minute);
  keepLaterReport(summed.instances, id, { reported, time: event.time, stamp: stampOf(event), report: event.data });
  if (os !== undefined) summed.freeLow.set(minute, Math.min(summed.freeLow.get(minute) ?? Infinity, os.freemem));
};
