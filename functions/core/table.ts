import { type StatisticKind, STATISTICS } from "./statistic.ts";

/** Tables of the archive: a row is a workspace's hour, or its UTC day, ISO week or calendar month (UTC, too). */
export const TABLES = ["hours", "days", "weeks", "months"] as const;
/** A table of the archive, by the length of its rows. */
export type TableName = (typeof TABLES)[number];

/** int: 32 bits. long: 64. time: an instant, UTC, to the millisecond. texts: a list. */
export type ColumnType = "time" | "text" | "texts" | "int" | "long" | "double";

/** A column of a table; null is «not known», unless it is required. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly isRequired?: boolean;
}

/** What a row has of a column; times as ISO text. */
export type Cell = number | string | null | readonly string[];
/** A row, by the names of its columns. */
export type TableRow = Readonly<Record<string, Cell>>;

/**
 * The column of a statistic: `messages.sentByKind.channels` is `messages_sent_by_kind_channels`. Neither DuckDB nor
 * Athena wants quotes for it; Athena knows no capital letters, and takes a dot for a field of a struct.
 */
export const columnOf = (statistic: string): string =>
  statistic.replaceAll(".", "_").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

// Every number that is counted is a whole one; bytes pass 32 bits, and so will messages.
const typeOf = (kind: StatisticKind): ColumnType => (kind === "time" ? "time" : "long");

const FIRST: readonly Column[] = [
  { name: "start_time", type: "time", isRequired: true },
  { name: "status", type: "text", isRequired: true },
];
const COVERAGE: Column = { name: "coverage", type: "double" };
const OF_AN_HOUR: readonly Column[] = [
  { name: "reasons", type: "texts", isRequired: true },
  { name: "heard_minutes", type: "int" },
  COVERAGE,
  { name: "revision", type: "int" },
  { name: "publication", type: "long" },
];
const OF_STATISTICS: readonly Column[] = STATISTICS.map(({ name, kind }) => ({
  name: columnOf(name),
  type: typeOf(kind),
}));

/** Columns of a table, in order: how it was observed, then every registered statistic. */
export const columnsOf = (table: TableName): readonly Column[] => [
  ...FIRST,
  ...(table === "hours" ? OF_AN_HOUR : [COVERAGE]),
  ...OF_STATISTICS,
];
