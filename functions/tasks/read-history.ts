import { type Bucket, bucketsOf, type Interval } from "../core/calendar.ts";
import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import { type Hour, hourStarts, startOf } from "../core/hour.ts";
import { isoOf } from "../core/instant.ts";
import { coverageOver, type HourlyRow, rollUp, statusOver, type Value } from "../core/roll-up.ts";
import { statisticNamed } from "../core/statistic.ts";
import { hourlyRows } from "./hourly-rows.ts";
import type { Parts } from "./parts.ts";
import type { Different, openUnions as OpenUnions, UnionReader } from "./read-unions.ts";

/** Hours that one answer is made from: a leap year and some. */
export const HISTORY_HOURS = 9_000;

/** What reading a history takes. */
export type HistoryParts = Pick<Parts, "hours" | "snapshots" | "series" | "unions" | "peopleKeys">;

/** What a history is asked for. */
export interface Asked {
  readonly statistics: readonly string[];
  /** Hours `[from, to)`. */
  readonly from: Hour;
  readonly to: Hour;
  /** Hours by default. */
  readonly interval?: Interval;
  /** IANA name, UTC by default: where days, weeks and months begin. */
  readonly timeZone?: string;
}

/** An hour or more of the history: its start, how it was observed, and a value or null for each statistic asked for. */
export interface HistoryRow {
  readonly start: string;
  /** A status of the ledger, of several hours the worst; `open` while an hour is not closed. */
  readonly status: string;
  /** Share of its minutes in which a reporter was heard; null when nobody knows. */
  readonly coverage: number | null;
  readonly [statistic: string]: Value;
}

const headOf = async (parts: HistoryParts, workspace: string): Promise<Head> => {
  const head = await parts.hours.head(workspace);
  if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
  return head;
};

/** Unions are loaded when something distinct is asked for. */
const opened = async (...what: Parameters<typeof OpenUnions>): Promise<UnionReader> => {
  const { openUnions } = await import("./read-unions.ts");
  return openUnions(...what);
};

type Counts = Readonly<Record<string, Value>>;

const isDistinct = (name: string): boolean => statisticNamed(name)?.kind === "distinct";

/**
 * How many there were of whom or what a distinct statistic counts: the union of hours `[from, to)`; null of none known.
 * Which rooms were used is not reported, so of several hours that a server reported nobody knows how many different ones.
 */
const unionsIn = async (
  unions: UnionReader,
  bucket: Bucket,
  hours: readonly HourlyRow[],
  names: readonly string[],
): Promise<Counts> => {
  if (names.length === 0) return {};
  const [told, ...others] = hours.flatMap(({ published }) => published ?? []);
  // Of a single hour its document says how many there were.
  if (others.length === 0) return Object.fromEntries(names.map((name) => [name, told?.values[name] ?? null]));
  const found = await unions.count(bucket);
  const areRoomsTold = hours.every(({ published }) => published?.isReported !== true);
  const sizeOf = ({ users, rooms }: Different, name: string): number | null =>
    name === "users.seen" ? users : areRoomsTold ? rooms : null;
  // A server that reports how much there was may not say of whom.
  const isTold = (name: string): boolean => hours.some(({ published }) => published?.values[name] != null);
  return Object.fromEntries(
    names.map((name) => [name, found === undefined || !isTold(name) ? null : sizeOf(found, name)]),
  );
};

const rowOf = (
  { start }: Bucket,
  hours: readonly HourlyRow[],
  statistics: readonly string[],
  counted: Counts,
): HistoryRow => {
  const valueOf = (name: string): Value =>
    counted[name] === undefined
      ? rollUp(
          name,
          hours.map(({ published }) => published?.values[name] ?? null),
        )
      : counted[name];
  return {
    start: isoOf(start),
    status: statusOver(hours.map(({ status }) => status)),
    coverage: coverageOver(hours),
    ...Object.fromEntries(statistics.map((name) => [name, valueOf(name)])),
  };
};

/** One hour as it was published: there are thousands of them in an answer, so nothing is rolled up. */
const singleRow = (
  start: string,
  { status, published: told }: HourlyRow,
  statistics: readonly string[],
): HistoryRow => {
  const coverage = told === null ? null : told.heardMinutes / told.of;
  const row: HistoryRow & Record<string, Value> = { start, status, coverage };
  for (const name of statistics) row[name] = told?.values[name] ?? null;
  return row;
};

/** Hours as they were published, each when it is asked for. */
function* singleRows({ from, to, statistics }: Asked, rowOfHour: (hour: Hour) => HourlyRow): Generator<HistoryRow> {
  for (const [at, start] of hourStarts(from, to).entries()) yield singleRow(start, rowOfHour(from + at), statistics);
}

/** Hours `[from, to)`. */
interface Range {
  readonly from: Hour;
  readonly to: Hour;
}

const mustFit = ({ from, to }: Range): void => {
  if (to <= from) throw new Failure("range.invalid", "from must lie before to.", { parameter: "from" });
  if (to - from > HISTORY_HOURS)
    throw new Failure(
      "range.invalid",
      `The range holds ${to - from} hours: ask for at most ${HISTORY_HOURS} at once.`,
      {
        parameter: "from",
      },
    );
};

/** Closed hours as they were published, and the head that says what became of the others. */
interface Told {
  readonly head: Head;
  readonly rowOfHour: (hour: Hour) => HourlyRow;
}

/** Hours `[from, to)` as they were published. */
const published = async (
  parts: HistoryParts,
  workspace: string,
  { from, to, statistics }: Pick<Asked, "from" | "to" | "statistics">,
): Promise<Told> => {
  const head = await headOf(parts, workspace);
  return { head, rowOfHour: await hourlyRows(parts)(workspace, head, { from, to, statistics }) };
};

const hoursIn = ({ from, to }: Range, rowOfHour: (hour: Hour) => HourlyRow): readonly HourlyRow[] =>
  Array.from({ length: to - from }, (_, at) => rowOfHour(from + at));

/**
 * What the statistics were in the hours `[from, to)`, row by row: a gap is a row of nulls that says why, never a zero.
 * Longer rows follow each statistic's own rule; what is distinct is counted anew from who it was. Hours become rows as
 * they are asked for: a page of an answer may not take them all.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const historyRows =
  (parts: HistoryParts) =>
  async (workspace: string, asked: Asked): Promise<Iterable<HistoryRow>> => {
    const { statistics, from, to, interval = "hour", timeZone = "UTC" } = asked;
    mustFit(asked);
    const { head, rowOfHour } = await published(parts, workspace, asked);
    if (interval === "hour") return singleRows(asked, rowOfHour);
    const distinct = statistics.filter(isDistinct);
    const rows: HistoryRow[] = [];
    const buckets = bucketsOf(interval, timeZone, from, to);
    const unions = await opened(parts, workspace, head, distinct.length === 0 ? [] : buckets);
    for (const bucket of buckets) {
      const hours = hoursIn(bucket, rowOfHour);
      const counted = await unionsIn(unions, bucket, hours, distinct);
      rows.push(rowOf(bucket, hours, statistics, counted));
    }
    return rows;
  };

/**
 * All rows of {@link historyRows} at once.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const readHistory =
  (parts: HistoryParts) =>
  async (workspace: string, asked: Asked): Promise<{ readonly rows: readonly HistoryRow[] }> => ({
    rows: [...(await historyRows(parts)(workspace, asked))],
  });

/** Ranges that were read at once; what is asked of them lies within. */
export interface Spans {
  readonly head: Head;
  readonly unions: UnionReader;
  /** Each hour of a range as it was published. */
  readonly hours: (range: Range) => readonly HourlyRow[];
  /** A range as one row, whatever days it lies in. */
  readonly row: (range: Range) => Promise<HistoryRow>;
}

/**
 * Reads ranges that overlap or touch, each hour of them once.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const openSpans =
  (parts: HistoryParts) =>
  async (
    workspace: string,
    { statistics, ranges }: { readonly statistics: readonly string[]; readonly ranges: readonly Range[] },
  ): Promise<Spans> => {
    for (const range of ranges) mustFit(range);
    const from = Math.min(...ranges.map((range) => range.from));
    const to = Math.max(...ranges.map((range) => range.to));
    const { head, rowOfHour } = await published(parts, workspace, { statistics, from, to });
    const distinct = statistics.filter(isDistinct);
    const unions = await opened(parts, workspace, head, distinct.length === 0 ? [] : ranges);
    const hours = (range: Range): readonly HourlyRow[] => hoursIn(range, rowOfHour);
    return {
      head,
      unions,
      hours,
      row: async (range) => {
        const span = { start: startOf(range.from), ...range };
        const counted = await unionsIn(unions, span, hours(range), distinct);
        return rowOf(span, hours(range), statistics, counted);
      },
    };
  };

/**
 * The hours `[from, to)` as one row, whatever days they lie in.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const readSpan =
  (parts: HistoryParts) =>
  async (workspace: string, asked: Pick<Asked, "statistics" | "from" | "to">): Promise<HistoryRow> => {
    const { statistics, from, to } = asked;
    const spans = await openSpans(parts)(workspace, { statistics, ranges: [{ from, to }] });
    return spans.row({ from, to });
  };

const HOURS_BY_DEFAULT = 24;

/** The last day's closed hours, `[from, to)`. */
export const defaultRange =
  (parts: HistoryParts) =>
  async (workspace: string): Promise<{ readonly from: Hour; readonly to: Hour }> => {
    const to = (await headOf(parts, workspace)).closedThrough + 1;
    return { from: to - HOURS_BY_DEFAULT, to };
  };
