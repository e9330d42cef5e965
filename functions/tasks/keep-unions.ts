import { FirstsTally } from "../core/firsts.ts";
import { type Head, isMissing } from "../core/head.ts";
import { type Day, dayOf, hoursOf } from "../core/series.ts";
import { hoursOfPeriod, isSettled, longerPeriods, type Period, UnionTally } from "../core/union.ts";
import { hashOf } from "./hash-ids.ts";
import type { Parts } from "./parts.ts";

type UnionParts = Pick<Parts, "snapshots" | "unions" | "peopleKeys">;

/** Closed days that are not on the list of those to pack; days of which nobody observed anything are left out. */
export const packedBefore = (head: Head): readonly Day[] => {
  const first = dayOf(head.firstHour);
  const days = Array.from({ length: Math.max(dayOf(head.closedThrough) - first + 1, 0) }, (_, at) => first + at);
  const isUnseen = (day: Day): boolean =>
    Array.from({ length: 24 }, (_, at) => hoursOf(day).from + at).every((hour) => isMissing(head, hour));
  return days.filter((day) => !head.unpacked.includes(day) && !isUnseen(day));
};

/** Whether all of a period's people may be known: what was rebuilt from the archive has lost who was seen before. */
const isWhole = ({ restoredThrough, people }: Head, period: Period): boolean =>
  restoredThrough === undefined || hoursOfPeriod(period).from >= (people?.from ?? -Infinity);

/** Keeps the union of a day from its hours' sets, and learns from them who is new. A day without any has no union. */
const keepDay = async (
  parts: UnionParts,
  workspace: string,
  day: Day,
  { firsts, version }: { readonly firsts: FirstsTally; readonly version: number },
): Promise<boolean> => {
  const { from, to } = hoursOf(day);
  const tally = new UnionTally();
  let isSeen = false;
  for await (const [hour, sets] of parts.snapshots.setsBetween(workspace, from, to)) {
    isSeen = true;
    tally.add(sets);
    firsts.add(hour, sets);
  }
  return !isSeen || parts.unions.keep(workspace, { length: "day", first: day }, tally.total(), version);
};

/** Keeps the union of a week or month from those of its days. */
const keepLonger = async (parts: UnionParts, workspace: string, period: Period, version: number): Promise<boolean> => {
  const { from, to } = hoursOfPeriod(period);
  const tally = new UnionTally();
  const days = await parts.unions.between(workspace, "day", dayOf(from), dayOf(to));
  for (const { read } of days) if (read !== undefined) tally.add(await read());
  return days.length === 0 || parts.unions.keep(workspace, period, tally.total(), version);
};

/**
 * Keeps the unions of days that were just packed, of the weeks and months that are over with them, and who was seen
 * first when. Each write holds only while the head is as it was read; done again, it comes to the same.
 * @param packed the head as {@link packDays} gave it.
 * @returns the head to store; days packed before there were unions are on its list once more. Undefined when somebody
 * else has moved the head.
 */
export const keepUnions = async (
  parts: UnionParts,
  workspace: string,
  before: Head,
  packed: Head,
): Promise<Head | undefined> => {
  const isTold = (period: Period): boolean => isWhole(before, period);
  const days = before.unpacked.filter((day) => !packed.unpacked.includes(day));
  if (days.length === 0) return packed;
  const { version } = before;
  // Where it is no longer known who was seen before, nobody knows who is new.
  const isForgetful = before.people !== undefined;
  const known = await parts.unions.firsts(workspace);
  const firsts = new FirstsTally(known, before.hashed && (await hashOf(parts, workspace)));
  for (const day of days.filter((first) => isTold({ length: "day", first })))
    if (!(await keepDay(parts, workspace, day, { firsts, version }))) return undefined;
  const again = known === undefined && !isForgetful ? packedBefore(before) : [];
  const unpacked = [...new Set([...packed.unpacked, ...again])];
  const isOver = isSettled(packed.closedThrough, unpacked);
  for (const period of longerPeriods(days).filter(isOver).filter(isTold))
    if (!(await keepLonger(parts, workspace, period, version))) return undefined;
  if (isForgetful || (known !== undefined && !firsts.isChanged)) return { ...packed, unpacked };
  const isKept = await parts.unions.keepFirsts(workspace, known, firsts.total(), version);
  return isKept ? { ...packed, unpacked } : undefined;
};
