import type { Head } from "./head.ts";
import type { Hour } from "./hour.ts";

/** Hours `[from, to)`. */
export type HourRange = readonly [from: Hour, to: Hour];

/** The closed hours that a head passed over without a publication: missing and failed ones. */
const gapsOf = ({ missing, failed }: Head): HourRange[] => [
  ...missing.map(([from, to]): HourRange => [from, to]),
  ...failed.map((hour): HourRange => [hour, hour + 1]),
];

/**
 * Every hour that has a publication, as ranges in order. The head tells, so that a long history is paged without
 * reading what lies before the page.
 * @param late missing hours that were published all the same, because events of theirs came late.
 */
export const publishedRanges = (head: Head, late: readonly Hour[]): readonly HourRange[] => {
  const ranges: HourRange[] = [];
  let from = head.firstHour;
  for (const [gap, end] of gapsOf(head).toSorted(([a], [b]) => a - b)) {
    if (gap > from) ranges.push([from, gap]);
    from = Math.max(from, end);
  }
  if (from <= head.closedThrough) ranges.push([from, head.closedThrough + 1]);
  return [...ranges, ...late.map((hour): HourRange => [hour, hour + 1])].toSorted(([a], [b]) => a - b);
};

/** How many hours the ranges hold. */
export const countHours = (ranges: readonly HourRange[]): number =>
  ranges.reduce((total, [from, to]) => total + to - from, 0);

/** What a page leaves out and holds; `isDescending`: the latest hour first. */
export interface HourPage {
  readonly offset: number;
  readonly count: number;
  readonly isDescending: boolean;
}

/** The hours of a page, in its order. */
export const hoursAt = (ranges: readonly HourRange[], { offset, count, isDescending }: HourPage): readonly Hour[] => {
  const hours: Hour[] = [];
  let skip = offset;
  for (const [from, to] of isDescending ? ranges.toReversed() : ranges) {
    const size = to - from;
    const taken = Math.max(Math.min(size - skip, count - hours.length), 0);
    for (let at = 0; at < taken; at++) hours.push(isDescending ? to - 1 - skip - at : from + skip + at);
    skip = Math.max(skip - size, 0);
  }
  return hours;
};
