import { createHash } from "node:crypto";
import type { InstanceReport } from "./event.ts";
import { federationShown } from "./federation.ts";
import { type Figures, figuresOf, heardMinutes, integrityOf, liveInstances, primaryOf } from "./figures.ts";
import { type Hour, hourName, MINUTE_MS } from "./hour.ts";
import type { Heard } from "./instances.ts";
import { isoOf } from "./instant.ts";
import { keptJson } from "./kept-json.ts";
import { licenseShown } from "./license.ts";
import type { Observed } from "./observed.ts";
import { nest, valueAt } from "./path.ts";
import { type Amounts, type StatisticName, STATISTICS } from "./statistic.ts";
import type { Workspace } from "./workspace.ts";

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
