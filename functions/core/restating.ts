import { type Baseline, NO_BASELINE } from "./baseline.ts";
import { connectionsIn, dayPeakThrough } from "./closing.ts";
import { type Carried, NOTHING_CARRIED } from "./connections.ts";
import { emptyHour, type HourDelta, keepLatest } from "./delta.ts";
import { bookLate, carriedIntoUnseen, type Head, isMissing, whyMissing } from "./head.ts";
import { endOf, type Hour, startOf } from "./hour.ts";
import { dateIn } from "./instant.ts";
import { nest } from "./path.ts";
import { type Closed, ledgerOf, publish, setsOf } from "./publication.ts";
import { type Document, type LedgerEntry, type Status, STATUSES, valueIn } from "./document.ts";
import { integrityOf } from "./figures.ts";
import type { Observed } from "./observed.ts";
import { type StatisticName, STATISTICS, type TimeName } from "./statistic.ts";
import { isOneOf } from "./vocabulary.ts";
import type { Workspace } from "./workspace.ts";

/** The latest publication of an hour that is restated. */
export interface Published {
  readonly revision: number;
  readonly document: Document;
  readonly carriedIn: Carried;
}

/** Statistics that late events restate: all that tell of the hour itself. Levels stay as published. */
const RESTATED: ReadonlySet<StatisticName> = new Set(
  STATISTICS.filter((row) => row.kind !== "level" && row.name !== "connections.dayPeak").map((row) => row.name),
);

/**
 * Restates a closed hour from its delta: flows, distincts, peaks and times anew, levels as they were published. An
 * hour that nobody had observed becomes partial, its levels unknown.
 * @param before its latest publication; undefined for a missing hour.
 * @param baseline what is usual in the hour.
 */
export const restateHour = (
  workspace: Workspace,
  head: Head,
  hour: Hour,
  delta: HourDelta,
  before: Published | undefined,
  baseline: Baseline = NO_BASELINE,
): Closed => {
  if (before === undefined && !isMissing(head, hour))
    throw new Error(`hour ${hour} was never published and is not missing`);
  const missedFor = whyMissing(head, hour);
  const why = missedFor === "paused" || missedFor === "restored" ? ["was-missing", missedFor] : ["was-missing"];
  return restate(workspace, head, hour, delta, before, { why, baseline });
};

/** `why` are the reasons of an hour that has no publication yet; such an hour is not judged. */
const restate = (
  workspace: Workspace,
  head: Head,
  hour: Hour,
  delta: HourDelta,
  before: Published | undefined,
  { why, baseline }: { readonly why: readonly string[]; readonly baseline: Baseline },
): Closed => {
  const carriedIn = before?.carriedIn ?? carriedIntoUnseen(head, hour);
  const times = before === undefined ? {} : timesIn(before.document);
  keepLatest(times, delta.times);
  const observed: Observed = {
    window: { start: startOf(hour), end: endOf(hour) },
    at: endOf(hour),
    levels: null,
    times,
    hours: new Map([[hour, delta]]),
    connections: connectionsIn(carriedIn, hour, delta),
    dayPeak: null,
    primary: null,
  };
  const statuses: Status[] = before === undefined ? ["partial"] : ["restated", ...statusesOf(before.document.ledger)];
  const reasons = before === undefined ? why : before.document.ledger.reasons.filter((reason) => !isStatus(reason));
  const bookedLate = before?.document.ledger.bookedLate ?? {};
  const isSameDay = head.dayPeak?.date === dateIn(workspace.timeZone, startOf(hour));
  const after: Head = {
    ...head,
    dirty: head.dirty.filter((other) => other !== hour),
    dayPeak: isSameDay ? dayPeakThrough(workspace, head, hour, observed.connections.peak) : head.dayPeak,
  };
  return publish(
    workspace,
    after,
    observed,
    { hour, revision: (before?.revision ?? 0) + 1, carriedIn, sets: setsOf(delta) },
    ledgerOf(statuses, reasons, bookedLate),
    {
      baseline,
      ...(before === undefined ? {} : { amend: (document) => keepLevels(workspace, document, before.document) }),
    },
  );
};

const isStatus = (text: string): text is Status => isOneOf(STATUSES, text);

const statusesOf = (ledger: LedgerEntry): Status[] => [ledger.status, ...ledger.reasons].filter(isStatus);

const timesIn = (document: Document): Partial<Record<TimeName, number>> => {
  const times: Partial<Record<TimeName, number>> = {};
  for (const row of STATISTICS) {
    const value = row.kind === "time" ? valueIn(document, row.name) : null;
    if (typeof value === "string") times[row.name as TimeName] = Date.parse(value);
  }
  return times;
};

/** The restated document with everything that is not the hour's own as it was published. */
const keepLevels = (workspace: Workspace, restated: Document, published: Document): Document => {
  const document: Document = structuredClone(restated);
  for (const row of STATISTICS) {
    if (RESTATED.has(row.name)) continue;
    nest(document, row.name, valueIn(published, row.name));
  }
  const { instances, deployment, license, federation } = published;
  const integrity = integrityOf(workspace, (name) => valueIn(document, name));
  return { ...document, instances, deployment, license, federation, integrity };
};

/**
 * Closes an hour that was passed over: partial, revision 1, its levels unknown; all that its delta adds to levels is
 * booked late.
 */
export const closeFailed = (workspace: Workspace, head: Head, hour: Hour, delta: HourDelta): Closed => {
  const passed = { ...head, failed: head.failed.filter((other) => other !== hour) };
  const after = bookLate(passed, hour, delta, { carriedIn: NOTHING_CARRIED, before: emptyHour(), after: delta });
  return restate(workspace, after, hour, delta, undefined, { why: ["was-failed"], baseline: NO_BASELINE });
};
