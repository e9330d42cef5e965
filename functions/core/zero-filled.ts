import type { Value } from "./roll-up.ts";
import { type StatisticKind, statisticNamed } from "./statistic.ts";

/** Kinds of which a gap may be told as if nothing had happened; how much there was of the others it does not say. */
const COUNTED: readonly StatisticKind[] = ["flow", "distinct", "peak"];

/** A row of a history with 0 for what was not observed, where something is counted; everything else as it was. */
export const zeroFilled = <Row extends Readonly<Record<string, Value>>>(
  row: Row,
  statistics: readonly string[],
): Row => {
  const counted = statistics.filter((name) => COUNTED.some((kind) => kind === statisticNamed(name)?.kind));
  return { ...row, ...Object.fromEntries(counted.map((name) => [name, row[name] ?? 0])) };
};
