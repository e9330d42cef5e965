import type { Definition } from "../documents.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** An hour or a day of a history. */
export interface Row {
  readonly start: string;
  readonly status: string;
  readonly coverage: number | null;
  readonly [statistic: string]: string | number | null;
}

export interface History {
  readonly interval: string;
  readonly rows: readonly Row[];
}

/** Instants `[from, to)` on whole hours, milliseconds since 1970 UTC. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const numberIn = (row: Row | undefined, name: string): number | null => {
  const value = row?.[name];
  return typeof value === "number" ? value : null;
};

/** A span in one number, by the statistic's own rule; null when nothing is known of it. */
export interface Headline {
  readonly value: number | null;
  /** What the number is of the span. */
  readonly what: string;
}

const known = (rows: readonly Row[], name: string): readonly number[] =>
  rows.map((row) => numberIn(row, name)).filter((value) => value !== null);

/**
 * Sums up what is shown. People and rooms that were seen in several hours can't be summed, so of those it is the highest
 * hour or day.
 */
export const headlineOf = (rows: readonly Row[], { name, kind }: Pick<Definition, "name" | "kind">): Headline => {
  const values = known(rows, name);
  const what = { flow: "in all", peak: "highest", low: "lowest", level: "at the end", distinct: "busiest", time: "" }[
    kind
  ];
  if (values.length === 0) return { value: null, what };
  switch (kind) {
    case "flow":
      return { value: values.reduce((sum, value) => sum + value, 0), what };
    case "peak":
    case "distinct":
      return { value: Math.max(...values), what };
    case "low":
      return { value: Math.min(...values), what };
    case "level":
    case "time":
      return { value: values.at(-1) ?? null, what };
    default:
      return { value: null, what };
  }
};

/** The change from one number to another as a share; null when it can't be told. */
export const changeBetween = (before: number | null, now: number | null): number | null =>
  before === null || now === null || before === 0 ? null : (now - before) / before;

/** Whether nothing is known of a row, although its time is over. */
export const isGap = ({ status }: Row): boolean => status === "missing" || status === "failed";

export const HOURS_OF_DAY = 24;
export const DAYS_OF_WEEK = 7;

/** Means by hour of the week, Monday first, UTC: `[day][hour]`, null where no hour of it is known. */
export const weekOf = (rows: readonly Row[], name: string): readonly (readonly (number | null)[])[] => {
  const sums = Array.from({ length: DAYS_OF_WEEK * HOURS_OF_DAY }, () => ({ sum: 0, hours: 0 }));
  for (const row of rows) {
    const value = numberIn(row, name);
    const at = new Date(row.start);
    const cell = sums[((at.getUTCDay() + DAYS_OF_WEEK - 1) % DAYS_OF_WEEK) * HOURS_OF_DAY + at.getUTCHours()];
    if (value === null || cell === undefined) continue;
    cell.sum += value;
    cell.hours++;
  }
  return Array.from({ length: DAYS_OF_WEEK }, (_, day) =>
    sums
      .slice(day * HOURS_OF_DAY, (day + 1) * HOURS_OF_DAY)
      .map(({ sum, hours }) => (hours === 0 ? null : sum / hours)),
  );
};

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What is shown as CSV (RFC 4180): a row an hour or day, with the one before it where that is shown, too. */
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
