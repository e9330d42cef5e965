import { Failure } from "../core/failure.ts";
import type { Hour } from "../core/hour.ts";
import { type Headline, HEADLINE_NAMES, headlinesOf, type Period, PERIODS } from "../core/summary.ts";
import { type HistoryParts, readSpan } from "./read-history.ts";

/** Some hours `[from, to)`, and the share of their minutes in which a reporter was heard; null when nobody knows. */
interface Span {
  readonly from: Hour;
  readonly to: Hour;
  readonly status: string;
  readonly coverage: number | null;
}

/** A period up to the last closed hour, beside the one before. */
export interface Summary {
  readonly period: Period;
  readonly now: Span;
  readonly previous: Span;
  readonly headlines: readonly Headline[];
}

/**
 * Sums a period up that ends with the last closed hour.
 * @throws Failure `workspace.missing`.
 */
export const summarizePeriod =
  (parts: HistoryParts) =>
  async (workspace: string, period: Period): Promise<Summary> => {
    const head = await parts.hours.head(workspace);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
    const to = head.closedThrough + 1;
    const from = to - PERIODS[period];
    const read = readSpan(parts);
    const now = await read(workspace, { statistics: HEADLINE_NAMES, from, to });
    const before = await read(workspace, { statistics: HEADLINE_NAMES, from: from - PERIODS[period], to: from });
    return {
      period,
      now: { from, to, status: now.status, coverage: now.coverage },
      previous: { from: from - PERIODS[period], to: from, status: before.status, coverage: before.coverage },
      headlines: headlinesOf(now, before),
    };
  };
