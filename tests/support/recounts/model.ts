import { endOf, type Hour, hourOf, MINUTE_MS, startOf } from "../../../functions/core/hour.ts";
import { HOUR_ZERO, type RawEvent } from "../events.ts";
import { Recount } from "./oracle.ts";

/** Events may be stamped so far ahead of the clock, milliseconds. */
const AHEAD_MS = 5 * MINUTE_MS;

/** A batch as it was sent. */
export interface SentBatch {
  readonly id: string;
  readonly events: readonly RawEvent[];
  /** How many of its events were accepted when it was counted; undefined while it is not. */
  accepted: number | undefined;
}

/** An hour that is closed. */
export interface ClosedHour {
  /** How many events had been taken when it closed. */
  readonly order: number;
  /** For each revision how many had been taken when it was made; a missing hour begins with 1. */
  readonly revisions: Map<number, number>;
}

/**
 * What a workspace has to be, kept as naively as can be: a list of the events that were accepted, and which hours
 * were closed when. No deltas, no folding, no positions.
 */
export class Model {
  readonly recount = new Recount();
  readonly sent: SentBatch[] = [];
  readonly closed = new Map<Hour, ClosedHour>();
  /** Minutes since 1970 UTC in which nothing was taken. */
  readonly pausedMinutes = new Set<number>();
  /** Events taken, in order, with their times. */
  readonly #taken: RawEvent[] = [];
  now = HOUR_ZERO + 200 * MINUTE_MS;
  isPaused = false;
  /** The number that the reporter which numbers its events sends next. */
  next = 1;

  /** Whether an event is taken at the door. */
  accepts({ time }: RawEvent): boolean {
    const at = Date.parse(time);
    return at >= HOUR_ZERO && at <= this.now + AHEAD_MS;
  }

  take(events: readonly RawEvent[]): void {
    for (const event of events) {
      this.recount.take(event);
      this.#taken.push(event);
    }
  }

  pass(minutes: number): void {
    for (let minute = 0; minute < minutes; minute++, this.now += MINUTE_MS)
      if (this.isPaused) this.pausedMinutes.add(Math.floor(this.now / MINUTE_MS));
  }

  /** The first hour that is not closed. */
  get open(): Hour {
    return hourOf(HOUR_ZERO) + this.closed.size;
  }

  /** Hours that are over and not closed. */
  get due(): number {
    let due = 0;
    while (endOf(this.open + due) <= this.now) due++;
    return due;
  }

  /** Minutes of an hour in which nothing was taken. */
  lost(hour: Hour): number {
    const first = startOf(hour) / MINUTE_MS;
    return Array.from({ length: 60 }, (_, minute) => first + minute).filter((minute) => this.pausedMinutes.has(minute))
      .length;
  }

  /** Events of an hour among the first so many that were taken. */
  eventsIn(hour: Hour, order: number): readonly RawEvent[] {
    return this.#taken.slice(0, order).filter(({ time }) => hourOf(Date.parse(time)) === hour);
  }

  /** Whether something has come for an hour since it was published last; its next revision is still to be made. */
  isDirty(hour: Hour): boolean {
    const revisions = [...(this.closed.get(hour)?.revisions.values() ?? [])];
    const last = Math.max(0, ...revisions);
    return this.eventsIn(hour, Infinity).length > this.eventsIn(hour, last).length;
  }

  /** Minutes of an hour in which somebody was heard, by its first so many events. */
  heard(hour: Hour, order: number): number {
    return new Set(this.eventsIn(hour, order).map(({ time }) => Math.floor(Date.parse(time) / MINUTE_MS))).size;
  }
}
