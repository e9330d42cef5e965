import { type Baseline, NO_BASELINE } from "./baseline.ts";
import { dayPeakThrough } from "./closing.ts";
import { withFlows } from "./derived-flows.ts";
import type { Head } from "./head.ts";
import type { HourReport } from "./hour-report.ts";
import { endOf, type Hour, HOUR_MS, MINUTE_MS, startOf } from "./hour.ts";
import { isoOf } from "./instant.ts";
import { type Closed, ledgerOf, publish } from "./publication.ts";
import type { Document } from "./document.ts";
import { documentOf } from "./snapshot.ts";
import type { Observed } from "./observed.ts";
import type { StatisticName } from "./statistic.ts";
import { withUpstream } from "./upstream-document.ts";
import type { Workspace } from "./workspace.ts";

/** Minutes of an hour that a report's window covers. */
const minutesCovered = (hour: Hour, { start, end }: HourReport["window"]): number =>
  Math.max(Math.round((Math.min(end, endOf(hour)) - Math.max(start, startOf(hour))) / MINUTE_MS), 0);

/** Reasons for which a report does not tell all of its hour. */
const PARTIAL: readonly string[] = ["misaligned", "clock-conflict"];

/**
 * Closes the hour after the last closed one with what its server reported of it, as it was reported. What the report
 * does not tell is not known; which rooms were used is never told.
 * @param before what was reported of the hour before, for flows that are told as totals only.
 * @param baseline what is usual in the hour.
 */
export const closeReported = (
  workspace: Workspace,
  head: Head,
  report: HourReport,
  before?: HourReport,
  baseline: Baseline = NO_BASELINE,
): Closed => {
  const { hour, reasons, users, window } = report;
  const { figures, derived } = withFlows(report, before);
  const peak = figures["connections.peak"] ?? figures["connections.dayPeak"] ?? null;
  const dayPeak = dayPeakThrough(workspace, head, hour, peak);
  const observed: Observed = {
    ...observedOf({ start: startOf(hour), end: endOf(hour) }),
    reported: {
      figures: dayPeak === null ? figures : { ...figures, "connections.dayPeak": dayPeak.peak },
      minutes: minutesCovered(hour, window),
    },
  };
  return publish(
    workspace,
    { ...head, closedThrough: hour, dayPeak, failing: null },
    observed,
    {
      hour,
      revision: 0,
      carriedIn: head.carried,
      sets: { users: users.map((id): [string, number] => [id, 0]), rooms: [] },
    },
    ledgerOf(reasons.some((reason) => PARTIAL.includes(reason)) ? ["partial"] : [], reasons, {}),
    { baseline, amend: (document) => asReported(document, report, derived) },
  );
};

/** Nothing observed in a window: all that is known of it was reported. */
export const observedOf = (window: Observed["window"]): Observed => ({
  window,
  at: window.end,
  levels: null,
  times: {},
  hours: new Map(),
  connections: { current: null, peak: null },
  dayPeak: null,
  primary: null,
});

/** What a document says beyond the figures when a server told them. */
const asReported = (document: Document, report: HourReport, derived: readonly StatisticName[]): Document => {
  const { window, upstream } = report;
  const told: Document = {
    ...document,
    reportedWindow: { start: isoOf(window.start), end: isoOf(window.end) },
    ...(derived.length === 0 ? {} : { derived }),
  };
  return upstream === undefined ? told : withUpstream(told, upstream, report.figures["instances.count"]);
};

/** A reading of what a server has just told: of the last 3600 seconds, as the server has them. */
export const reportedReading = (workspace: Workspace, report: HourReport, now: number): Document => {
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const observed: Observed = {
    ...observedOf({ start: end - HOUR_MS, end }),
    at: now,
    reported: { figures: report.figures, minutes: HOUR_MS / MINUTE_MS },
  };
  const reasons = report.reasons.filter((reason) => reason !== "misaligned");
  const ledger = { status: "open", reasons, bookedLate: {} } as const;
  return asReported(documentOf(workspace, observed, { kind: "reading", revision: 0, ledger }), report, []);
};
