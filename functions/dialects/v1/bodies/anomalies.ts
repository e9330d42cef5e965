import { type Band, WEEKS } from "../../../core/baseline.ts";
import { type Hour, hourName, startOf } from "../../../core/hour.ts";
import { isoOf } from "../../../core/instant.ts";
import type { Anomaly } from "../../../core/document.ts";

/** The answer of `GET /v1/anomalies`; hours `[from, to)`, `next` is the cursor of the next page. */
export const anomaliesBody = (
  workspace: string,
  {
    from,
    to,
    anomalies,
  }: { readonly from: Hour; readonly to: Hour; readonly anomalies: readonly (Anomaly & { readonly hour: Hour })[] },
  next: string | undefined,
): string =>
  JSON.stringify({
    workspace,
    from: isoOf(startOf(from)),
    to: isoOf(startOf(to)),
    anomalies: anomalies.map(({ hour, ...anomaly }) => ({
      hour: hourName(hour),
      start: isoOf(startOf(hour)),
      ...anomaly,
    })),
    ...(next === undefined ? {} : { next }),
  });

/** The answer of `GET /v1/baseline`: a row for each hour `[from, to)`, of nulls where too little is known. */
export const baselineBody = (
  workspace: string,
  statistic: string,
  { from, to, bands }: { readonly from: Hour; readonly to: Hour; readonly bands: readonly (Band | null)[] },
): string =>
  JSON.stringify({
    workspace,
    statistic,
    from: isoOf(startOf(from)),
    to: isoOf(startOf(to)),
    weeks: WEEKS,
    hours: bands.map((band, at) => ({
      hour: hourName(from + at),
      start: isoOf(startOf(from + at)),
      median: band?.median ?? null,
      low: band?.low ?? null,
      high: band?.high ?? null,
    })),
  });
