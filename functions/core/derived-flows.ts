import { HOUR_MS } from "./hour.ts";
import { type HourReport, OFF_MS } from "./hour-report.ts";
import type { StatisticName } from "./statistic.ts";
import { namesOf } from "./vocabulary.ts";

/** Flows by the totals whose difference they are, where a server counts totals only. */
const FLOWS: Readonly<Partial<Record<StatisticName, StatisticName>>> = {
  "users.joined": "users.total",
  "rooms.opened": "rooms.total",
  "messages.sent": "messages.total",
  "messages.sentByKind.channels": "messages.channels",
  "messages.sentByKind.privateGroups": "messages.privateGroups",
  "messages.sentByKind.direct": "messages.direct",
  "messages.sentByKind.omnichannel": "messages.omnichannel",
  "messages.sentByKind.discussions": "messages.discussions",
  "uploads.added": "uploads.total",
  "uploads.addedBytes": "uploads.bytes",
};
/** What {@link withFlows} can derive. */
export const DERIVABLE = namesOf(FLOWS);

/** Two countings are an hour apart, or their difference is of some other time. */
const APART_MS = 2 * OFF_MS;

/**
 * The figures of an hour with the flows that follow from the hour before, and the names of those: differences of
 * totals, so removals lower them. A total that fell tells nothing of what came.
 */
export const withFlows = (
  { window, figures }: HourReport,
  before: HourReport | undefined,
): { readonly figures: HourReport["figures"]; readonly derived: readonly StatisticName[] } => {
  if (before === undefined || Math.abs(window.end - before.window.end - HOUR_MS) > APART_MS)
    return { figures, derived: [] };
  const flows = namesOf(FLOWS).flatMap((flow): [StatisticName, number][] => {
    const total = FLOWS[flow] ?? flow;
    const difference = (figures[total] ?? Number.NaN) - (before.figures[total] ?? Number.NaN);
    return figures[flow] === undefined && difference >= 0 ? [[flow, difference]] : [];
  });
  return { figures: { ...figures, ...Object.fromEntries(flows) }, derived: flows.map(([flow]) => flow) };
};
