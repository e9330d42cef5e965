import { anomaliesIn, type Baseline, NO_BASELINE } from "./baseline.ts";
import { carryThrough, connectionFigures, type Carried, NOTHING_CARRIED, unknownUntil } from "./connections.ts";
import { addAmounts, emptyHour, type HourDelta, keepLatest } from "./delta.ts";
import {
  bookLate,
  carriedIntoUnseen,
  type Head,
  isMissing,
  type MissingHours,
  type Totals,
  whyMissing,
  withDirty,
} from "./head.ts";
import { endOf, type Hour, HOUR_MS, HOUR_SECONDS, hourOf, MINUTE_MS, startOf } from "./hour.ts";
import type { HourReport } from "./hour-report.ts";
import { dateIn, isoOf } from "./instant.ts";
import { countMinutes } from "./minutes.ts";
import { nest } from "./path.ts";
import { isPausedThroughout, isPausedWithin } from "./pause.ts";
import { restoredReasons } from "./restored.ts";
import { dayOf } from "./series.ts";
import {
  bytesOf,
  digestOf,
  type Document,
  documentOf,
  integrityOf,
  type LedgerEntry,
  type Observed,
  primaryOf,
  type Status,
  STATUSES,
  valueIn,
} from "./snapshot.ts";
import { type Amounts, STATISTICS, type StatisticName, type TimeName } from "./statistic.ts";
import { withFlows } from "./derived-flows.ts";
import { withUpstream } from "./upstream-document.ts";
import { isOneOf } from "./vocabulary.ts";
import type { Workspace } from "./workspace.ts";

/** Who was seen and which rooms were used in an hour, with messages each; sorted by id. Never in published bytes. */
export interface Sets {
  readonly users: readonly (readonly [id: string, messages: number])[];
  readonly rooms: readonly (readonly [id: string, messages: number])[];
}

/** A document on its way to the table and the archive. */
export interface Publication {
  readonly hour: Hour;
  readonly revision: number;
  readonly document: Document;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly number: number;
  readonly previous: string | null;
  /** Connections carried into the hour, to restate its peak by. */
  readonly carriedIn: Carried;
  readonly sets: Sets;
}

/** A closed or restated hour, and the head after. */
export interface Closed {
  readonly head: Head;
  readonly publication: Publication;
}

/** Some instance that reports in this many minutes of an hour is expected to be heard. */
const STEADY_MINUTES = 30;
/** For how many hours after it was steady a silent workspace is called silent, and not idle. */
const STEADY_HOURS = 24;

const wordsOf = (activities: HourDelta["users"]): [string, number][] =>
  [...activities]
    .map(([id, { messages }]): [string, number] => [id, messages])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

const setsOf = (delta: HourDelta): Sets => ({ users: wordsOf(delta.users), rooms: wordsOf(delta.rooms) });

const connectionsIn = (carriedIn: Carried, hour: Hour, delta: HourDelta): ReturnType<typeof connectionFigures> => {
  const from = hour * HOUR_SECONDS;
  const to = from + HOUR_SECONDS;
  return connectionFigures(carriedIn, [[hour, delta]], { from, to, at: to - 1 });
};

const isHeard = (delta: HourDelta): boolean => delta.reporters.size > 0;

/** A ledger entry of several statuses: the first by precedence, and the others among the reasons. */
export const ledgerOf = (
  statuses: readonly Status[],
  reasons: readonly string[],
  bookedLate: Amounts,
): Omit<LedgerEntry, "coverage"> => {
  const [status = "complete", ...others] = STATUSES.filter((known) => statuses.includes(known));
  return { status, reasons: [...reasons, ...others.filter((other) => other !== "complete")], bookedLate };
};

/** Highest peak of the workspace's day that holds the hour, the hour included. */
export const dayPeakThrough = (workspace: Workspace, head: Head, hour: Hour, peak: number | null): Head["dayPeak"] => {
  const date = dateIn(workspace.timeZone, startOf(hour));
  const before = head.dayPeak?.date === date ? head.dayPeak.peak : null;
  if (peak === null && before === null) return null;
  return { date, timeZone: workspace.timeZone, peak: Math.max(peak ?? 0, before ?? 0) };
};

/** Totals once an hour's delta and what was booked late are added. */
export const totalsWith = (head: Head, deltas: Iterable<HourDelta>): Omit<Totals, "primary"> => {
  const levels: Amounts = { ...head.totals.levels };
  const times = { ...head.totals.times };
  addAmounts(levels, head.bookedLate.levels);
  keepLatest(times, head.bookedLate.times);
  for (const delta of deltas) {
    addAmounts(levels, delta.levels);
    keepLatest(times, delta.times);
  }
  return { levels, times };
};

/**
 * Closes the hour after the last closed one: its delta and what was booked late enter the totals, the document is
 * made and chained. The workspace, the hour and what was counted decide; no clock does.
 * @param folded the hour's folded delta; undefined for an hour without events.
 * @param baseline what is usual in the hour.
 */
export const closeHour = (
  workspace: Workspace,
  head: Head,
  folded: HourDelta | undefined,
  baseline: Baseline = NO_BASELINE,
): Closed => {
  const hour = head.closedThrough + 1;
  const delta = folded ?? emptyHour();
  const { levels, times } = totalsWith(head, [delta]);
  const connections = connectionsIn(head.carried, hour, delta);
  const dayPeak = dayPeakThrough(workspace, head, hour, connections.peak);
  const observed: Observed = {
    window: { start: startOf(hour), end: endOf(hour) },
    at: endOf(hour),
    levels,
    times,
    hours: new Map([[hour, delta]]),
    connections,
    dayPeak: dayPeak?.peak ?? null,
    primary: head.totals.primary,
  };
  const isImported = isFilled(head, hour);
  const isPaused = !isImported && isPausedWithin(workspace, startOf(hour), endOf(hour));
  const isSilent = !isPaused && !isHeard(delta) && head.steadyHour !== null && hour - head.steadyHour <= STEADY_HOURS;
  const isShort = head.failed.length > 0;
  const restored = isFilled(head, hour) ? [] : restoredReasons(workspace.restored, startOf(hour), endOf(hour));
  const isBroken = !isImported && hour === hourOf(workspace.startsAt) && workspace.startsAt > startOf(hour);
  const statuses: Status[] = [
    ...(isSilent || isBroken || isPaused || isShort || restored.length > 0 ? (["partial"] as const) : []),
    ...(isImported ? (["imported"] as const) : []),
  ];
  const reasons = [
    ...(isSilent ? ["reporters-silent"] : []),
    ...(isBroken ? ["started"] : []),
    ...(isPaused ? ["paused"] : []),
    ...(isShort ? ["levels-short"] : []),
    ...restored,
  ];
  const isSteady = [...delta.instances.values()].some(({ reported }) => countMinutes(reported) >= STEADY_MINUTES);
  const after: Head = {
    ...head,
    closedThrough: hour,
    totals: { levels, times, primary: primaryOf(observed) },
    carried: carryThrough(head.carried, hour, delta),
    bookedLate: { levels: {}, times: {} },
    dayPeak,
    steadyHour: isSteady ? hour : head.steadyHour,
    failing: null,
  };
  return publish(
    workspace,
    after,
    observed,
    { hour, revision: 0, carriedIn: head.carried, sets: setsOf(delta) },
    ledgerOf(statuses, reasons, head.bookedLate.levels),
    { baseline },
  );
};

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

/** Hours of a week without those of a day: what closes on the day of the next hour is held against none that is younger. */
const HOURS_OF_SIX_DAYS = 144;

/** Whether an hour of the day that is closing may be held against this one. */
const isHeldAgainst = ({ closedThrough }: Head, hour: Hour): boolean => hour <= closedThrough - HOURS_OF_SIX_DAYS;

/** Makes and chains the document of an hour; `amend` has the last word about it. */
export const publish = (
  workspace: Workspace,
  head: Head,
  observed: Observed,
  what: Pick<Publication, "hour" | "revision" | "carriedIn" | "sets">,
  ledger: Omit<LedgerEntry, "coverage">,
  {
    baseline,
    amend = (document) => document,
  }: { readonly baseline: Baseline; readonly amend?: (document: Document) => Document },
): Closed => {
  const number = head.publication.number + 1;
  const previous = head.publication.sha256;
  const amended = amend(
    documentOf(workspace, observed, {
      kind: "snapshot",
      hour: what.hour,
      revision: what.revision,
      ledger,
      publication: { number, previous },
    }),
  );
  const document: Document = { ...amended, anomalies: anomaliesIn(amended, baseline) };
  const bytes = bytesOf(document);
  const sha256 = digestOf(bytes);
  return {
    head: {
      ...head,
      publication: { number, sha256 },
      recent: [...head.recent, [number, what.hour, what.revision]],
      rewritten: isHeldAgainst(head, what.hour) ? number : head.rewritten,
      unarchived: [...head.unarchived, { hour: what.hour, revision: what.revision }],
      unpacked: [...new Set([...head.unpacked, dayOf(what.hour)])],
      judged:
        what.hour === head.closedThrough ? { hour: what.hour, anomalies: document.anomalies ?? null } : head.judged,
    },
    publication: { ...what, document, bytes, sha256, number, previous },
  };
};

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

/** Runs in which an hour may fail to close before it is passed over, so that the hours after it can close. */
const RUNS_BEFORE_PASSING = 3;

/** Notes that the next hour could not be closed; after the third run it is passed over, its delta kept. */
export const noteFailure = (head: Head): Head => {
  const hour = head.closedThrough + 1;
  const runs = head.failing?.hour === hour ? head.failing.runs + 1 : 1;
  return runs < RUNS_BEFORE_PASSING
    ? { ...head, failing: { hour, runs } }
    : { ...head, failing: null, closedThrough: hour, failed: [...head.failed, hour] };
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

/** One more range of missing hours; joined with the one before when it goes on from there for the same reason. */
const withMissing = (missing: Head["missing"], next: MissingHours): Head["missing"] => {
  const last = missing.at(-1);
  return last?.[1] === next[0] && last[2] === next[2]
    ? [...missing.slice(0, -1), last[2] === undefined ? [last[0], next[1]] : [last[0], next[1], last[2]]]
    : [...missing, next];
};

/**
 * Declares hours `[from, to)` after the last closed one as observed by nobody; the next to close is `to`.
 * @param late what came for some of them all the same: booked late, and the hour restated as partial.
 * @param why what the ledger says of it.
 */
export const skipMissing = (head: Head, to: Hour, late: ReadonlyMap<Hour, HourDelta>, why?: string): Head => {
  const from = head.closedThrough + 1;
  if (to <= from) return head;
  return withLate(
    {
      ...head,
      closedThrough: to - 1,
      missing: withMissing(head.missing, why === undefined ? [from, to] : [from, to, why]),
    },
    late,
  );
};

const withLate = (head: Head, late: ReadonlyMap<Hour, HourDelta>): Head => {
  let skipped = head;
  for (const [hour, delta] of [...late].toSorted(([a], [b]) => a - b))
    skipped = withDirty(
      bookLate(skipped, hour, delta, { carriedIn: NOTHING_CARRIED, before: emptyHour(), after: delta }),
      hour,
    );
  return skipped;
};

/** Whether a running import fills an hour, whatever else was the matter with it. */
export const isFilled = (head: Head, hour: Hour): boolean =>
  head.import?.through != null && hour <= head.import.through;

/** Whether the hour after the last closed one is passed by, because nothing was taken in all of it. */
export const isPassedBy = (workspace: Workspace, head: Head): boolean => {
  const hour = head.closedThrough + 1;
  return !isFilled(head, hour) && isPausedThroughout(workspace, hour);
};

/**
 * Passes by the hour after the last closed one, in which nothing was taken: it is missing. Who is connected is not
 * known afterwards.
 * @param late what came for it all the same, from a process that had not heard of the pause.
 */
export const passBy = (head: Head, late: HourDelta | undefined): Head => {
  const hour = head.closedThrough + 1;
  const passed: Head = {
    ...head,
    closedThrough: hour,
    carried: unknownUntil((hour + 1) * HOUR_SECONDS),
    missing: withMissing(head.missing, [hour, hour + 1, "paused"]),
    failing: null,
  };
  return withLate(passed, late === undefined ? new Map() : new Map([[hour, late]]));
};
