import type { Definition } from "../documents.ts";

/** An hour, day, week or month of a history. */
export interface Row {
  readonly start: string;
  readonly status: string;
  readonly coverage: number | null;
  readonly [statistic: string]: string | number | null;
}

/** What `GET /v1/history` answers. */
export interface History {
  readonly interval: string;
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly rows: readonly Row[];
}

/** The number of a statistic in a row; null where it is not known. */
export const numberIn = (row: Row | undefined, name: string): number | null => {
  const value = row?.[name];
  return typeof value === "number" ? value : null;
};

const known = (rows: readonly Row[], name: string): readonly number[] =>
  rows.map((row) => numberIn(row, name)).filter((value) => value !== null);

/** What a number is of a range, where the range itself can't be summed up. */
export const PARTS: Readonly<Record<Definition["kind"], string>> = {
  flow: "in all",
  peak: "highest",
  low: "lowest",
  level: "at the end",
  distinct: "busiest",
  time: "last",
};

/**
 * Sums up what is shown, by the statistic's own rule; null when nothing is known of it. People and rooms that were seen
 * in several hours can't be summed, so of those it is the highest row.
 */
export const sumUp = (rows: readonly Row[], { name, kind }: Pick<Definition, "name" | "kind">): number | null => {
  const values = known(rows, name);
  if (values.length === 0) return null;
  if (kind === "flow") return values.reduce((sum, value) => sum + value, 0);
  if (kind === "peak" || kind === "distinct") return Math.max(...values);
  return kind === "low" ? Math.min(...values) : (values.at(-1) ?? null);
};

/** The change from one number to another as a share; null when it can't be told. */
export const changeBetween = (before: number | null, now: number | null): number | null =>
  before === null || now === null || before === 0 ? null : (now - before) / before;

/** Whether nothing is known of a row, although its time is over. */
export const isGap = ({ status }: Row): boolean => status === "missing" || status === "failed";

/** The row in which a statistic was highest or lowest; undefined when nothing is known. */
export const extremeOf = (rows: readonly Row[], name: string, kind: "peak" | "low"): Row | undefined => {
  const value = sumUp(rows, { name, kind });
  return value === null ? undefined : rows.find((row) => numberIn(row, name) === value);
};

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What is shown as CSV (RFC 4180): a row each, with the one before it where that is shown, too. */
export const csvOf = (rows: readonly Row[], names: readonly string[], before: readonly Row[] | undefined): string => {
  const head = [
    "start",
    "status",
    "coverage",
    ...names,
    ...(before === undefined ? [] : ["previous_start", ...names.map((name) => `previous_${name}`)]),
  ];
  const lines = rows.map((row, at) => [
    row.start,
    row.status,
    row.coverage ?? "",
    ...names.map((name) => numberIn(row, name) ?? ""),
    ...(before === undefined
      ? []
      : [before[at]?.start ?? "", ...names.map((name) => numberIn(before[at], name) ?? "")]),
  ]);
  return [head, ...lines].map((line) => line.map((cell) => quoted(String(cell))).join(",")).join("\r\n") + "\r\n";
};
