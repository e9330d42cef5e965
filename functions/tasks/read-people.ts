import { bucketAt } from "../core/calendar.ts";
import { Failure } from "../core/failure.ts";
import { FirstsTally, turnoverOf, type UserTurnover } from "../core/firsts.ts";
import type { HashId } from "../core/hashed-ids.ts";
import type { Head } from "../core/head.ts";
import { type Hour, startOf } from "../core/hour.ts";
import { hoursOf } from "../core/series.ts";
import { hashOf } from "./hash-ids.ts";
import { packedBefore } from "./keep-unions.ts";
import { type HistoryParts, type HistoryRow, openSpans, type Spans } from "./read-history.ts";

/** Hours `[from, to)`, how they were observed, and who was active in them; null when nobody knows. */
export interface ActiveSpan {
  readonly from: Hour;
  readonly to: Hour;
  readonly status: string;
  readonly coverage: number | null;
  readonly users: number | null;
}

/** Different users of the last whole day, and of the 7 and the 30 days that end with it. */
export interface ActiveUsers {
  readonly day: ActiveSpan;
  readonly week: ActiveSpan;
  readonly month: ActiveSpan;
}

/** What is known of the users of a range; null what is not. */
export type Turnover = { readonly [name in keyof UserTurnover]: number | null } & {
  /** The time of the same length before, by which users are told apart. */
  readonly previous: ActiveSpan;
};

const headOf = async (parts: HistoryParts, workspace: string): Promise<Head> => {
  const head = await parts.hours.head(workspace);
  if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
  return head;
};

const spanOf = (from: Hour, to: Hour, row: HistoryRow): ActiveSpan => {
  const users = row["users.seen"];
  const { status, coverage } = row;
  return { from, to, status, coverage, users: typeof users === "number" ? users : null };
};

/** Lengths of the times that active users are counted in, in calendar days of the time zone. */
const DAYS = { day: 1, week: 7, month: 30 } as const;

/** Where the day begins that lies so many days before the one that begins at an hour. */
const startOfDayBefore = (timeZone: string, hour: Hour, days: number): Hour => {
  let from = hour;
  for (let day = 0; day < days; day++) from = bucketAt("day", timeZone, startOf(from - 1)).from;
  return from;
};

/**
 * Daily, weekly and monthly active users as of the last day that is over in a time zone.
 * @throws Failure `workspace.missing`.
 */
export const readActiveUsers =
  (parts: HistoryParts) =>
  async (workspace: string, timeZone: string): Promise<ActiveUsers> => {
    const head = await headOf(parts, workspace);
    const to = bucketAt("day", timeZone, startOf(head.closedThrough + 1)).from;
    const rangeOf = (days: number) => ({ from: startOfDayBefore(timeZone, to, days), to });
    const [day, week, month] = [rangeOf(DAYS.day), rangeOf(DAYS.week), rangeOf(DAYS.month)];
    const spans = await openSpans(parts)(workspace, { statistics: ["users.seen"], ranges: [day, week, month] });
    const read = async (range: typeof day): Promise<ActiveSpan> => spanOf(range.from, to, await spans.row(range));
    return { day: await read(day), week: await read(week), month: await read(month) };
  };

/** Days whose hours are read one by one to learn who was seen first when; more of them are packed first. */
const UNPACKED_DAYS = 92;

/** Who was seen before an hour; undefined while that is not known. */
const firstsBefore = async (
  parts: HistoryParts,
  workspace: string,
  { head, nameOf }: { readonly head: Head; readonly nameOf: HashId },
  hour: Hour,
): Promise<FirstsTally | undefined> => {
  const days = head.unpacked.filter((day) => hoursOf(day).from < hour);
  if (days.length > UNPACKED_DAYS || head.people !== undefined) return undefined;
  const known = await parts.unions.firsts(workspace);
  if (known === undefined && packedBefore(head).length > 0) return undefined;
  const firsts = new FirstsTally(known, nameOf);
  for (const day of days) {
    const { from, to } = hoursOf(day);
    for await (const [at, sets] of parts.snapshots.setsBetween(workspace, from, Math.min(to, hour)))
      firsts.add(at, sets);
  }
  return firsts;
};

/** The time of the same length before. */
export const timeBefore = ({ from, to }: { readonly from: Hour; readonly to: Hour }) => ({
  from: from - (to - from),
  to: from,
});

/** What {@link readTurnover} tells, from spans of the range and of the time before. */
export const turnoverIn = async (
  parts: HistoryParts,
  workspace: string,
  { head, unions, hours, row }: Spans,
  range: { readonly from: Hour; readonly to: Hour },
): Promise<Turnover> => {
  const before = timeBefore(range);
  const previous = spanOf(before.from, before.to, await row(before));
  const now = await unions.tally(range);
  const isTold = hours(range).some(({ published }) => published?.values["users.seen"] != null);
  if (now === undefined || !isTold)
    return { active: null, new: null, returning: null, retained: null, lost: null, previous };
  const seen = (await unions.tally(before))?.users;
  // Where some are known by hashes only, who was seen first is told by hashes, and so is everybody else.
  const nameOf = head.hashed === undefined ? (id: string) => id : await hashOf(parts, workspace);
  const firsts = await firstsBefore(parts, workspace, { head, nameOf }, range.from);
  const named = (users: Iterable<string>): ReadonlySet<string> => new Set(Array.from(users, nameOf));
  const turnover = turnoverOf(named(now.users.keys()), named(seen?.keys() ?? []), firsts, range.from);
  return seen === undefined
    ? { ...turnover, returning: null, retained: null, lost: null, previous }
    : { ...turnover, previous };
};

/**
 * Tells apart who was seen in hours `[from, to)`: for the first time ever, again after the time of the same length
 * before, or in both. What the time before does not tell is null.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const readTurnover =
  (parts: HistoryParts) =>
  async (workspace: string, range: { readonly from: Hour; readonly to: Hour }): Promise<Turnover> => {
    const ranges = [range, timeBefore(range)];
    const spans = await openSpans(parts)(workspace, { statistics: ["users.seen"], ranges });
    return turnoverIn(parts, workspace, spans, range);
  };
