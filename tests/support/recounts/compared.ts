import { type Document, valueIn } from "../../../functions/core/document.ts";
import { STATISTICS } from "../../../functions/core/statistic.ts";

/** Levels that events of the directory and messages move; the naive recount knows no others. */
export const LEVELS: readonly string[] = STATISTICS.filter(
  (row) => row.kind === "level" && row.derive === undefined && !/^(connections|memory|instances)/.test(row.name),
).map((row) => row.name);
/** Flows that the naive recount knows. */
export const FLOWS: readonly string[] = STATISTICS.filter((row) => row.kind === "flow" || row.kind === "distinct").map(
  (row) => row.name,
);
/** Times that the naive recount knows. */
export const TIMES: readonly string[] = ["last.login", "last.message", "last.seen"];

/** Some statistics of a document. */
export const pick = (document: Document, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, valueIn(document, name)]));

/** The same of a recount, in which what never happened is not there. */
export const fill = (numbers: Readonly<Record<string, number>>, names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, numbers[name] ?? 0]));
