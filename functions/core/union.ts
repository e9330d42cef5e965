import { bucketAt, type Interval } from "./calendar.ts";
import type { Sets } from "./publication.ts";
import type { Hour } from "./hour.ts";
import { type Day, dayName, dayOf, hoursOf, startOfDay } from "./series.ts";

/** Lengths of which a union is kept once they are over; days, ISO weeks and months of UTC. */
export const KEPT_LENGTHS = ["month", "week", "day"] as const satisfies readonly Interval[];
/** A length of time whose different people are kept as one union. */
export type KeptLength = (typeof KEPT_LENGTHS)[number];

/** A UTC day, ISO week or month, by the day it begins with. */
export interface Period {
  readonly length: KeptLength;
  readonly first: Day;
}

/** Hours `[from, to)`. */
interface Range {
  readonly from: Hour;
  readonly to: Hour;
}

/** The period of a length that holds a day. */
export const periodAt = (length: KeptLength, day: Day): Period => ({
  length,
  first: dayOf(bucketAt(length, "UTC", startOfDay(day)).from),
});

/** The hours of a period. */
export const hoursOfPeriod = ({ length, first }: Period): Range => {
  const { from, to } = bucketAt(length, "UTC", startOfDay(first));
  return { from, to };
};

/** `month 2026-11-01`: tells one period from another. */
export const periodName = ({ length, first }: Period): string => `${length} ${dayName(first)}`;

/** What a range is made of: kept unions, and hours between them. */
export interface Cover {
  readonly periods: readonly Period[];
  readonly hours: readonly Range[];
}

/** Whole periods of a length in hours `[from, to)`, and what they leave over, in order. */
const split = (
  length: KeptLength,
  { from, to }: Range,
  isKept: (period: Period) => boolean,
): { readonly periods: Period[]; readonly rest: Range[] } => {
  const periods: Period[] = [];
  const rest: Range[] = [];
  const leave = (start: Hour, end: Hour): void => {
    const last = rest.at(-1);
    if (last?.to === start) rest[rest.length - 1] = { from: last.from, to: end };
    else rest.push({ from: start, to: end });
  };
  for (let hour = from; hour < to;) {
    const period = periodAt(length, dayOf(hour));
    const whole = hoursOfPeriod(period);
    const end = Math.min(whole.to, to);
    if (hour === whole.from && end === whole.to && isKept(period)) periods.push(period);
    else leave(hour, end);
    hour = end;
  }
  return { periods, rest };
};

/**
 * Covers hours `[from, to)` without overlap: by months where they fit whole, what is left by weeks, then by days, and
 * by single hours at the edges.
 * @param isKept whether a period's union may be used.
 */
export const coverOf = (range: Range, isKept: (period: Period) => boolean): Cover => {
  const periods: Period[] = [];
  let rest: readonly Range[] = range.from < range.to ? [range] : [];
  for (const length of KEPT_LENGTHS)
    rest = rest.flatMap((left) => {
      const found = split(length, left, isKept);
      periods.push(...found.periods);
      return found.rest;
    });
  return { periods, hours: rest };
};

/** Periods that are over and in which no day is still to be packed; of these the unions are as they will stay. */
export const isSettled =
  (closedThrough: Hour, unpacked: readonly Day[]): ((period: Period) => boolean) =>
  (period) => {
    const { from, to } = hoursOfPeriod(period);
    return to <= closedThrough + 1 && !unpacked.some((day) => hoursOf(day).from >= from && hoursOf(day).to <= to);
  };

/** Weeks and months that hold some of the days, each once. */
export const longerPeriods = (days: readonly Day[]): readonly Period[] => [
  ...new Map(
    days
      .flatMap((day) => [periodAt("week", day), periodAt("month", day)])
      .map((period) => [periodName(period), period] as const),
  ).values(),
];

/** Adds up who was seen and which rooms were used: everybody once, with all their messages. */
export class UnionTally {
  readonly #users = new Map<string, number>();
  readonly #rooms = new Map<string, number>();

  add({ users, rooms }: Sets): void {
    for (const [id, messages] of users) this.#users.set(id, (this.#users.get(id) ?? 0) + messages);
    for (const [id, messages] of rooms) this.#rooms.set(id, (this.#rooms.get(id) ?? 0) + messages);
  }

  /** Messages by user, and by room. */
  get users(): ReadonlyMap<string, number> {
    return this.#users;
  }
  get rooms(): ReadonlyMap<string, number> {
    return this.#rooms;
  }

  /** Sorted by id, as sets are. */
  total(): Sets {
    const sorted = (counted: ReadonlyMap<string, number>): [string, number][] =>
      [...counted].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { users: sorted(this.#users), rooms: sorted(this.#rooms) };
  }
}
