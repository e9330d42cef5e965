import { fileURLToPath } from "node:url";
import { DAY_MS } from "../../functions/core/hour.ts";
import { type CloudEvent, eventsOfRow, rowsOf, type Sighted, Sightings } from "../import/lean-zulip.ts";

const FILE = fileURLToPath(new URL("activity.tsv.gz", import.meta.url));
const WEEK_MS = 7 * DAY_MS;
const WEEKS = 5;
/** How long the sample is; then it starts over. */
export const ROUND_MS = WEEKS * WEEK_MS;
/** 1970 began on a Thursday; weeks here begin on Monday. */
const FIRST_MONDAY = 4 * DAY_MS;

/** Monday, 00:00 UTC, of the week that holds an instant. */
const mondayOf = (instant: number): number => Math.floor((instant - FIRST_MONDAY) / WEEK_MS) * WEEK_MS + FIRST_MONDAY;

interface Moment {
  /** Milliseconds since the sample's first Monday. */
  readonly offset: number;
  readonly sighted: Sighted;
}

/** The sample's events on the calendar: its last week is the one it was laid for, and after it the first comes again. */
export class Timeline {
  /** When it begins, milliseconds since 1970 UTC. */
  readonly start: number;
  readonly #moments: readonly Moment[];

  constructor(moments: readonly Moment[], start: number) {
    this.#moments = moments;
    this.start = start;
  }

  /** Events of `[from, to)`, in order; the same instants give the same events, whenever they are asked for. */
  *between(from: number, to: number): Generator<CloudEvent> {
    const since = Math.max(from, this.start) - this.start;
    const until = to - this.start;
    for (let round = Math.floor(since / ROUND_MS); round * ROUND_MS < until; round++) {
      const begin = round * ROUND_MS;
      for (let at = this.#firstFrom(since - begin); at < this.#moments.length; at++) {
        const { offset, sighted } = this.#moments[at] as Moment;
        if (begin + offset >= until) return;
        const { row } = sighted;
        const instant = this.start + begin + offset;
        // Later rounds tell no news about people and rooms, and their messages are others.
        if (round === 0) yield* eventsOfRow(sighted, instant);
        else yield* eventsOfRow({ ...sighted, isNewUser: false, isNewRoom: false }, instant, `${row.message}-${round}`);
      }
    }
  }

  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#moments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#moments[middle] as Moment).offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Lays the shipped sample on the calendar, shifted by whole weeks.
 * @param covering an instant that its last week is to hold, milliseconds since 1970 UTC.
 */
export const layOut = async (covering: number): Promise<Timeline> => {
  const sightings = new Sightings();
  const moments: Moment[] = [];
  let origin: number | undefined;
  for await (const row of rowsOf(FILE)) {
    origin ??= mondayOf(row.time * 1_000);
    moments.push({ offset: row.time * 1_000 - origin, sighted: sightings.see(row) });
  }
  return new Timeline(moments, mondayOf(covering) - ROUND_MS + WEEK_MS);
};
