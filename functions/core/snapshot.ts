import { createHash } from "node:crypto";
import type { ConnectionFigures } from "./connections.ts";
import { type HourDelta, SILENCE_SECONDS } from "./delta.ts";
import type { InstanceReport } from "./event.ts";
import { federationShown } from "./federation.ts";
import { type Hour, hourName, MINUTE_MS, startOf } from "./hour.ts";
import { type Heard, instancesHeard } from "./instances.ts";
import { isoOf } from "./instant.ts";
import { keptJson } from "./kept-json.ts";
import { licenseShown } from "./license.ts";
import { countMinutes, meet, type Minutes, minutesBetween } from "./minutes.ts";
import { nest, valueAt } from "./path.ts";
import { isUntold, type Restored } from "./restored.ts";
import {
  type Amounts,
  type FlowName,
  type LevelName,
  STATISTICS,
  type StatisticName,
  statisticNamed,
  type TimeName,
} from "./statistic.ts";
import type { Workspace } from "./workspace.ts";

/** Instants `[start, end)`, milliseconds since 1970 UTC, on whole minutes. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** How an hour was observed, best last; of several the first holds, the others become reasons. */
export const STATUSES = ["failed", "missing", "partial", "restated", "imported", "complete"] as const;
/** How an hour was observed. */
export type Status = (typeof STATUSES)[number];

/** How well the hour of a document was observed, and why not better. */
export interface LedgerEntry {
  /** `open` for a reading: its hour is not over. */
  readonly status: Status | "open";
  readonly reasons: readonly string[];
  readonly coverage: { readonly heardMinutes: number; readonly of: number };
  /** What late events of closed hours added to the levels. */
  readonly bookedLate: Amounts;
}

/** A number of an hour that is far from what is usual for its hour of the week. */
export interface Anomaly {
  readonly statistic: StatisticName;
  readonly value: number;
  readonly median: number;
  /** Where the usual begins and ends, both included. */
  readonly low: number;
  readonly high: number;
  /** How far from the median, in scaled deviations. */
  readonly deviation: number;
  readonly direction: "above" | "below";
}

/** The v1 document: a snapshot, or a reading. Its published bytes hold no user ids. */
export interface Document {
  readonly workspace: string;
  readonly kind: "snapshot" | "reading";
  readonly hour?: string;
  readonly window: { readonly start: string; readonly end: string };
  readonly takenAt: string;
  readonly revision: number;
  readonly instances: { readonly count: number; readonly list: readonly object[] };
  readonly deployment: Deployment;
  readonly ledger: LedgerEntry;
  readonly integrity: readonly string[];
  /** Empty when all is usual; null when nobody can say. Documents of the time before there were baselines have none. */
  readonly anomalies?: readonly Anomaly[] | null;
  readonly publication?: { readonly number: number; readonly previous: string | null };
  /** The areas of the registry: users, rooms, messages, uploads, connections, memory, last. */
  readonly [area: string]: unknown;
}

/** What the most recently started instance says of itself, and who the workspace is. */
export interface Deployment {
  readonly id: string;
  readonly installedAt: string;
  readonly version: string | null;
  readonly appsEngineVersion: string | null;
  readonly nodeVersion: string | null;
  readonly migration: object | null;
  readonly database: object | null;
  readonly commit: object | null;
  readonly deploy: object | null;
  readonly os: object | null;
  readonly process: object | null;
}

/** Everything a document is computed from. */
export interface Observed {
  readonly window: Window;
  /** As of when levels hold; a snapshot's is its window's end. */
  readonly at: number;
  /** Levels as of then; null when they are not known (a hour that was observed by nobody). */
  readonly levels: Readonly<Amounts> | null;
  readonly times: Readonly<Partial<Record<TimeName, number>>>;
  /** The deltas of every hour the window touches, and of the one before. */
  readonly hours: ReadonlyMap<Hour, HourDelta>;
  readonly connections: ConnectionFigures;
  readonly dayPeak: number | null;
  /** Known from before, for the time no instance is live. */
  readonly primary: InstanceReport | null;
  /** What the server itself told, where nothing is counted. */
  readonly reported?: Reported | undefined;
}

/** Numbers that a server reported of a window, and of how many of its minutes; all others are not known. */
export interface Reported {
  readonly figures: Readonly<Partial<Record<StatisticName, number>>>;
  readonly minutes: number;
}

/** What is known of the running hour of a workspace whose server reports whole ones. */
export const NOTHING_REPORTED: Reported = { figures: {}, minutes: 0 };

/** Live instances, most recently started first. */
const liveInstances = ({ hours, at }: Observed): Heard[] => instancesHeard(hours, at - SILENCE_SECONDS * 1_000);

/**
 * The report that the deployment shows, to carry on: the most recently started live instance's; when there is none, the
 * last word of those that have fallen silent.
 */
export const primaryOf = (observed: Observed, [live] = liveInstances(observed)): InstanceReport | null => {
  if (live !== undefined) return live.report;
  const silent = instancesHeard(observed.hours, -Infinity);
  const last = silent.reduce<Heard | undefined>((a, b) => (a === undefined || b.time > a.time ? b : a), undefined);
  return last?.report ?? observed.primary;
};

/** The minutes of an hour that lie in the window. */
const minutesOf = (window: Window, hour: Hour): Minutes =>
  minutesBetween((window.start - startOf(hour)) / MINUTE_MS, (window.end - startOf(hour)) / MINUTE_MS);

const sumOf = (flow: readonly number[] | undefined, from: number, to: number): number => {
  let total = 0;
  if (flow !== undefined)
    for (let minute = Math.max(from, 0); minute < Math.min(to, 60); minute++) total += flow[minute] ?? 0;
  return total;
};

const flowIn = ({ hours, window }: Observed, name: FlowName): number => {
  let total = 0;
  for (const [hour, delta] of hours)
    total += sumOf(
      delta.flows[name],
      (window.start - startOf(hour)) / MINUTE_MS,
      (window.end - startOf(hour)) / MINUTE_MS,
    );
  return total;
};

/** Ids of the users seen, or the rooms used, in the window, sorted. */
export const distinctIn = (window: Window, hours: ReadonlyMap<Hour, HourDelta>, of: "users" | "rooms"): string[] => {
  const ids = new Set<string>();
  for (const [hour, delta] of hours) {
    const minutes = minutesOf(window, hour);
    for (const [id, activity] of delta[of]) if (meet(activity, minutes)) ids.add(id);
  }
  return [...ids].toSorted();
};

/** Minutes of the window in which any reporter was heard. */
const heardMinutes = ({ hours, window }: Observed): number => {
  let total = 0;
  for (const [hour, delta] of hours) {
    const minutes = minutesOf(window, hour);
    const heard = { low: 0, high: 0 };
    for (const reporter of delta.reporters.values()) {
      heard.low |= reporter.heard.low & minutes.low;
      heard.high |= reporter.heard.high & minutes.high;
    }
    total += countMinutes(heard);
  }
  return total;
};

const freeLowIn = ({ hours, window }: Observed): number | null => {
  let low: number | null = null;
  for (const [hour, delta] of hours)
    for (const [minute, free] of delta.freeLow) {
      const instant = startOf(hour) + minute * MINUTE_MS;
      if (instant >= window.start && instant < window.end && (low === null || free < low)) low = free;
    }
  return low;
};

/** The value of every statistic; null is «not known». Times in milliseconds since 1970 UTC. */
export type Figures = ReadonlyMap<StatisticName, number | null>;

const figuresOf = (observed: Observed, live: readonly Heard[], restored: Restored | undefined): Figures => {
  const primary = live[0]?.report;
  const seen: Partial<Record<StatisticName, number | null>> = {
    "users.seen": distinctIn(observed.window, observed.hours, "users").length,
    "rooms.used": distinctIn(observed.window, observed.hours, "rooms").length,
    "connections.current": observed.connections.current,
    "connections.peak": observed.connections.peak,
    "connections.dayPeak": observed.dayPeak,
    "memory.total": primary?.os?.totalmem ?? null,
    "memory.free": primary?.os?.freemem ?? null,
    "memory.freeLow": freeLowIn(observed),
    "instances.count": live.length,
  };
  const figures = new Map<StatisticName, number | null>();
  const of = (name: StatisticName): number | null => {
    const known = figures.get(name);
    if (known !== undefined) return known;
    const row = statisticNamed(name);
    let value: number | null;
    if (restored !== undefined && isUntold(restored, name, observed.window.start, observed.at)) value = null;
    else if (row?.derive !== undefined) value = row.derive(of);
    else if (name in seen) value = seen[name] ?? null;
    else if (row?.kind === "flow") value = flowIn(observed, name as FlowName);
    else if (row?.kind === "time") value = observed.times[name as TimeName] ?? null;
    else value = observed.levels === null ? null : (observed.levels[name as LevelName] ?? 0);
    figures.set(name, value);
    return value;
  };
  for (const { name } of STATISTICS) of(name);
  return figures;
};

/**
 * Sentences that hold for counted workspaces; the names of those that a document's values break. Polled sources carry
 * their vendor's inconsistencies as they are.
 */
export const integrityOf = (
  workspace: Workspace,
  valueOf: (name: StatisticName) => number | string | null,
): string[] => {
  if (workspace.source !== "events") return [];
  const broken: string[] = [];
  for (const { name, kind } of STATISTICS) {
    const value = valueOf(name);
    if (kind === "time" || typeof value !== "number") continue;
    if (value < 0) broken.push(`${name} is below zero`);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) broken.push(`${name} is too large to be exact`);
  }
  const peak = valueOf("connections.peak");
  const current = valueOf("connections.current");
  if (peak !== null && current !== null && peak < current) broken.push("connections.peak is below connections.current");
  return broken;
};

const deploymentOf = (workspace: Workspace, report: InstanceReport | null): Deployment => ({
  id: workspace.deploymentId,
  installedAt: isoOf(workspace.startsAt),
  version: report?.version ?? null,
  appsEngineVersion: report?.appsEngineVersion ?? null,
  nodeVersion: report?.nodeVersion ?? null,
  migration: report?.migration ?? null,
  database: report?.database ?? null,
  commit: report?.commit ?? null,
  deploy: report?.deploy ?? null,
  os: report?.os ?? null,
  process:
    report === null
      ? null
      : {
          nodeVersion: report.nodeVersion ?? null,
          pid: report.pid ?? null,
          uptime: report.uptime ?? null,
          ...report.process,
        },
});

const listed = ({ time, report }: Heard): object => ({
  id: report.id,
  address: report.address ?? null,
  version: report.version,
  nodeVersion: report.nodeVersion ?? null,
  pid: report.pid ?? null,
  uptime: report.uptime ?? null,
  connections: report.connections ?? null,
  memory: { total: report.os?.totalmem ?? null, free: report.os?.freemem ?? null },
  lastReportedAt: isoOf(time),
});

/** What distinguishes documents beyond what was observed. */
export interface Identity {
  readonly kind: "snapshot" | "reading";
  readonly hour?: Hour;
  readonly revision: number;
  readonly ledger: Omit<LedgerEntry, "coverage">;
  readonly publication?: { readonly number: number; readonly previous: string | null };
}

/** Most instances that a document lists; their count is exact all the same. */
const LISTED_INSTANCES = 100;

/** Renders a document. The same input gives the same bytes: nothing here reads a clock. */
export const documentOf = (workspace: Workspace, observed: Observed, identity: Identity): Document => {
  const live = liveInstances(observed);
  const { reported } = observed;
  const figures: Figures =
    reported === undefined
      ? figuresOf(observed, live, workspace.restored)
      : new Map(STATISTICS.map(({ name }) => [name, reported.figures[name] ?? null]));
  const areas: Record<string, unknown> = {};
  for (const row of STATISTICS) {
    const value = figures.get(row.name) ?? null;
    nest(areas, row.name, row.kind === "time" && value !== null ? isoOf(value) : value);
  }
  return {
    workspace: workspace.id,
    kind: identity.kind,
    ...(identity.hour === undefined ? {} : { hour: hourName(identity.hour) }),
    window: { start: isoOf(observed.window.start), end: isoOf(observed.window.end) },
    takenAt: isoOf(observed.at),
    revision: identity.revision,
    ...areas,
    instances: { count: live.length, list: live.slice(0, LISTED_INSTANCES).map(listed) },
    deployment: deploymentOf(workspace, primaryOf(observed, live)),
    license: licenseShown(workspace, observed.at),
    federation: federationShown(workspace.federation, observed.at),
    ledger: {
      status: identity.ledger.status,
      reasons: identity.ledger.reasons,
      coverage: {
        heardMinutes: reported?.minutes ?? heardMinutes(observed),
        of: Math.round((observed.window.end - observed.window.start) / MINUTE_MS),
      },
      bookedLate: identity.ledger.bookedLate,
    },
    integrity: integrityOf(workspace, (name) => figures.get(name) ?? null),
    anomalies: null,
    ...(identity.publication === undefined ? {} : { publication: identity.publication }),
  };
};

/** The value of a registered statistic in a document; null when it is not known or the document predates it. */
export const valueIn = (document: Document, name: string): number | string | null => {
  const value = valueAt(document, name);
  return typeof value === "number" || typeof value === "string" ? value : null;
};

/** Whether a document tells what a server reported of its hour, and not what was counted. */
export const isReported = (document: Document): boolean => document["reportedWindow"] !== undefined;

/** Published bytes of a document: one line of JSON and a newline, as Athena and DuckDB read it. */
export const bytesOf = (document: Document): Uint8Array => Buffer.from(`${JSON.stringify(document)}\n`);

/** The document of published or kept bytes. */
export const documentIn = (bytes: Uint8Array): Document => keptJson<Document>(Buffer.from(bytes).toString());

/** How a document names another by its bytes. */
export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
