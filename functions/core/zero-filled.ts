import type { Value } from "./roll-up.ts";
import { type StatisticKind, statisticNamed } from "./statistic.ts";

/** Kinds of which a gap may be told as if nothing had happened; how much there was of the others it does not say. */
const COUNTED: readonly StatisticKind[] = ["flow", "distinct", "peak"];

/**
 * A row of a history that nobody observed, with 0 where something is counted. Every other row stays as it was: what is
 * not known of an observed hour is no zero, and neither is what is still to come.
 */
export const zeroFilled = <Row extends Readonly<Record<string, Value>>>(
  row: Row,
  statistics: readonly string[],
): Row => {
  if (row["coverage"] !== null || row["status"] === "open") return row;
  const counted = statistics.filter((name) => COUNTED.some((kind) => kind === statisticNamed(name)?.kind));
  return { ...row, ...Object.fromEntries(counted.map((name) => [name, row[name] ?? 0])) };
};

/** Rows, each {@link zeroFilled} when it is asked for. */
export function* allZeroFilled<Row extends Readonly<Record<string, Value>>>(
  rows: Iterable<Row>,
  statistics: readonly string[],
): Generator<Row> {
  for (const row of rows) yield zeroFilled(row, statistics);
}
