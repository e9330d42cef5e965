import { createHash } from "node:crypto";
import { keptJson } from "./kept-json.ts";
import { valueAt } from "./path.ts";
import type { Amounts, StatisticName } from "./statistic.ts";

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
