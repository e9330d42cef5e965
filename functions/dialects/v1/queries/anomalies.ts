import { JUDGED } from "../../../core/baseline.ts";
import type { Hour } from "../../../core/hour.ts";
import type { StatisticName } from "../../../core/statistic.ts";
import { CURSOR, FROM, LIMIT, type Parameter, TO } from "../parameters.ts";
import { invalid, listQuery, only } from "../query.ts";

const STATISTIC = {
  name: "statistic",
  in: "query",
  required: true,
  description: "The statistic: one of those that have a usual value for an hour of the week.",
  schema: { type: "string", enum: JUDGED },
  example: "messages.sent",
} as const satisfies Parameter;

/** What the operations about anomalies take. */
export const ANOMALY_QUERIES = {
  listAnomalies: [FROM, TO, LIMIT, CURSOR],
  readBaseline: [STATISTIC, FROM, TO],
} as const;

/**
 * Reads `statistic`, `from` and `to`, hours `[from, to)`.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const baselineQuery = (
  query: URLSearchParams,
): { readonly statistic: StatisticName; readonly from?: Hour; readonly to?: Hour } => {
  const asked = only(query, STATISTIC.name);
  const statistic = JUDGED.find((name) => name === asked);
  if (statistic === undefined) throw invalid(STATISTIC.name, `statistic is not one of ${JUDGED.join(", ")}.`);
  const { from, to } = listQuery(query);
  return { statistic, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
};
