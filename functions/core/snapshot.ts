import type { Deployment, Document, LedgerEntry } from "./document.ts";
import type { InstanceReport } from "./event.ts";
import { federationShown } from "./federation.ts";
import { type Figures, figuresOf, heardMinutes, integrityOf, liveInstances, primaryOf } from "./figures.ts";
import { type Hour, hourName, MINUTE_MS } from "./hour.ts";
import type { Heard } from "./instances.ts";
import { isoOf } from "./instant.ts";
import { licenseShown } from "./license.ts";
import type { Observed } from "./observed.ts";
import { nest } from "./path.ts";
import { STATISTICS } from "./statistic.ts";
import type { Workspace } from "./workspace.ts";

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
