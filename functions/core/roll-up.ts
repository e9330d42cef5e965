import { type Anomaly, type Status, STATUSES } from "./document.ts";
import { type StatisticKind, statisticNamed } from "./statistic.ts";

/** What one hour says of a statistic; times as ISO text. */
export type Value = number | string | null;

/** An hour on its way into a bucket. */
export interface HourlyRow {
  /** A status of the ledger; `open` for an hour that is not closed. */
  readonly status: Status | "open";
  /** What was published of it; null for an hour without a document: missing, failed, or open. */
  readonly published: {
    readonly heardMinutes: number;
    readonly of: number;
    /** Its server reported it in numbers: who was seen it listed, which rooms were used it did not. */
    readonly isReported?: boolean;
    readonly values: Readonly<Record<string, Value>>;
    /** What was unusual in it; null when nobody could say. */
    readonly anomalies?: readonly Anomaly[] | null;
  } | null;
}

const MINUTES = 60;

type Rule = (values: readonly Exclude<Value, null>[]) => Value;

const last: Rule = (values) => values.at(-1) ?? null;
const largest: Rule = (values) => values.reduce((top, value) => (value > top ? value : top));
const smallest: Rule = (values) => values.reduce((low, value) => (value < low ? value : low));
const sum: Rule = (values) => values.reduce<number>((total, value) => total + Number(value), 0);

/** How hours become a longer time, by kind; what is distinct is counted from who it was, and never from numbers. */
const RULES: Readonly<Record<Exclude<StatisticKind, "distinct">, Rule>> = {
  level: last,
  flow: sum,
  peak: largest,
  low: smallest,
  time: largest,
};

/**
 * The value of a statistic over hours that are in order: what is not known of an hour adds nothing, and nothing known at
 * all is null.
 * @throws Error for a distinct one: sums of distincts mean nothing.
 */
export const rollUp = (name: string, values: readonly Value[]): Value => {
  const kind = statisticNamed(name)?.kind;
  if (kind === undefined || kind === "distinct") throw new Error(`${name} does not roll up from numbers`);
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : RULES[kind](known);
};

/** The worst status of hours, by precedence; `open` while one of them is. */
export const statusOver = (statuses: readonly HourlyRow["status"][]): HourlyRow["status"] =>
  statuses.includes("open") ? "open" : (STATUSES.find((status) => statuses.includes(status)) ?? "missing");

/**
 * Share of the minutes in which a reporter was heard; null when nothing was published. An hour that nobody observed has
 * sixty minutes of which none was; one that is not over yet has none.
 */
export const coverageOver = (hours: readonly HourlyRow[]): number | null => {
  if (hours.every(({ published }) => published === null)) return null;
  const over = hours.filter(({ status }) => status !== "open");
  const of = over.reduce((total, { published }) => total + (published?.of ?? MINUTES), 0);
  return over.reduce((total, { published }) => total + (published?.heardMinutes ?? 0), 0) / of;
};
