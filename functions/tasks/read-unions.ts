import type { Head } from "../core/head.ts";
import type { Sets } from "../core/publication.ts";
import type { Hour } from "../core/hour.ts";
import type { Day } from "../core/series.ts";
import {
  type Cover,
  coverOf,
  hoursOfPeriod,
  isSettled,
  KEPT_LENGTHS,
  type Period,
  periodName,
  UnionTally,
} from "../core/union.ts";
import type { KeptUnion } from "../ports/unions.ts";
import { inHashes } from "./hash-ids.ts";
import type { Parts } from "./parts.ts";

/** What reading unions takes. */
export type UnionParts = Pick<Parts, "snapshots" | "unions" | "peopleKeys">;

/** Hours `[from, to)`. */
interface Range {
  readonly from: Hour;
  readonly to: Hour;
}

/** How many different users were seen and rooms used. */
export interface Different {
  readonly users: number;
  readonly rooms: number;
}

/** Unions of some ranges; undefined for one in which nothing was published, or that it is no longer known of. */
export interface UnionReader {
  readonly count: (range: Range) => Promise<Different | undefined>;
  readonly tally: (range: Range) => Promise<UnionTally | undefined>;
}

/** So many ranges are remembered once they are made: what asks for so few asks for who and for how many. */
const FEW_RANGES = 3;

/** Bodies that are in memory at once. */
const READS_AT_ONCE = 8;

/** Days between two periods that are worth a query of their own. */
const GAP_DAYS = 60;

/** Runs of days `[from, to)` in which the periods begin, with small gaps in them. */
const runsOfDays = (periods: readonly Period[]): readonly { readonly from: Day; readonly to: Day }[] => {
  const runs: { from: Day; to: Day }[] = [];
  for (const day of periods.map(({ first }) => first).toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && day - last.to < GAP_DAYS) last.to = day + 1;
    else runs.push({ from: day, to: day + 1 });
  }
  return runs;
};

/** Kept unions of the periods that ranges are made of, by name: a query or two a length. */
const keptFor = async (
  parts: UnionParts,
  workspace: string,
  ranges: readonly Range[],
  isSettledPeriod: (period: Period) => boolean,
): Promise<ReadonlyMap<string, KeptUnion>> => {
  const kept = new Map<string, KeptUnion>();
  // What a length turns out not to have is covered by the next shorter one.
  for (const length of KEPT_LENGTHS) {
    const isUsable = (period: Period): boolean =>
      isSettledPeriod(period) && (period.length === length || kept.has(periodName(period)));
    const wanted = ranges.flatMap((range) => coverOf(range, isUsable).periods.filter((one) => one.length === length));
    for (const { from, to } of runsOfDays(wanted))
      for (const union of await parts.unions.between(workspace, length, from, to))
        kept.set(periodName(union.period), union);
  }
  return kept;
};

/**
 * Unions of ranges of hours, made of the fewest kept ones; hours at the edges, and those not packed as they are now,
 * are read from their own sets. What is counted without reading who, is.
 */
export const openUnions = async (
  parts: UnionParts,
  workspace: string,
  head: Head,
  ranges: readonly Range[],
): Promise<UnionReader> => {
  const isSettledPeriod = isSettled(head.closedThrough, head.unpacked);
  const kept = await keptFor(parts, workspace, ranges, isSettledPeriod);
  const isKept = (period: Period): boolean => isSettledPeriod(period) && kept.has(periodName(period));
  const unionsOf = ({ periods }: Cover): readonly KeptUnion[] =>
    periods.flatMap((period) => kept.get(periodName(period)) ?? []);

  const madeOf = async (range: Range): Promise<UnionTally | undefined> => {
    if (range.from < (head.people?.from ?? range.from)) return undefined;
    const cover = coverOf(range, isKept);
    const unions = unionsOf(cover).flatMap(({ read }) => read ?? []);
    const union = new UnionTally();
    // Of a time in which some are known by hashes only, everybody is.
    const add = async (sets: Sets): Promise<void> => {
      const isPlain = range.from >= (head.hashed?.from ?? -Infinity);
      union.add(isPlain ? sets : await inHashes(parts, workspace, sets));
    };
    let isKnown = unions.length > 0;
    for (let at = 0; at < unions.length; at += READS_AT_ONCE)
      for (const sets of await Promise.all(unions.slice(at, at + READS_AT_ONCE).map((read) => read()))) await add(sets);
    for (const { from, to } of cover.hours)
      for await (const [, sets] of parts.snapshots.setsBetween(workspace, from, to)) {
        isKnown = true;
        await add(sets);
      }
    return isKnown ? union : undefined;
  };

  const made = new Map<string, Promise<UnionTally | undefined>>();
  /** Made once of each of a few ranges; many would fill the memory. */
  const tally = (range: Range): Promise<UnionTally | undefined> => {
    if (ranges.length > FEW_RANGES) return madeOf(range);
    const name = `${range.from} ${range.to}`;
    const known = made.get(name) ?? madeOf(range);
    made.set(name, known);
    return known;
  };

  return {
    tally,
    async count(range) {
      const cover = coverOf(range, isKept);
      const [union, ...others] = unionsOf(cover);
      if (union !== undefined && others.length === 0 && isWhole(range, union)) return union;
      const found = await tally(range);
      return found && { users: found.users.size, rooms: found.rooms.size };
    },
  };
};

const isWhole = ({ from, to }: Range, { period }: KeptUnion): boolean => {
  const hours = hoursOfPeriod(period);
  return hours.from === from && hours.to === to;
};
