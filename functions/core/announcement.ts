import { type Hour, hourName } from "./hour.ts";
import type { Anomaly, Document } from "./document.ts";

/** What others are told of a published document, so that they can react to it. It holds no ids of users. */
export interface Announcement {
  /** The same whenever it is told again: `acme/1204`. */
  readonly id: string;
  readonly workspace: string;
  /** `2026-11-21T09`. */
  readonly hour: string;
  readonly revision: number;
  readonly status: string;
  /** Number in the workspace's chain of publications. */
  readonly publication: number;
  readonly anomalies: readonly Anomaly[] | null;
}

/** The announcement of a document. */
export const announcementOf = (
  workspace: string,
  { number, hour, revision }: { readonly number: number; readonly hour: Hour; readonly revision: number },
  { ledger, anomalies }: Document,
): Announcement => ({
  id: `${workspace}/${number}`,
  workspace,
  hour: hourName(hour),
  revision,
  status: ledger.status,
  publication: number,
  anomalies: anomalies ?? null,
});
