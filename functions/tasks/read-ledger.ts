import { Failure } from "../core/failure.ts";
import { type Head, whyMissing, isMissing } from "../core/head.ts";
import { type Hour, hourOf } from "../core/hour.ts";
import { documentIn, type LedgerEntry, type Status } from "../core/document.ts";
import type { Amounts } from "../core/statistic.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Snapshot } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";
import { publishedHours } from "./published-hours.ts";

/** How one hour was observed. */
export interface LedgerRow {
  readonly hour: Hour;
  /** `open` for an hour that is not closed yet. */
  readonly status: Status | "open";
  readonly reasons: readonly string[];
  /** Null where no document tells. */
  readonly coverage: LedgerEntry["coverage"] | null;
  readonly bookedLate: Amounts;
  /** Null where nothing was published. */
  readonly revision: number | null;
}

/** Hours `[from, to)`; at most `limit` of them. */
export interface LedgerRange {
  readonly from?: Hour;
  readonly to?: Hour;
  readonly limit: number;
}

const HOURS_BY_DEFAULT = 30 * 24;

/** Why nothing is known of an hour, by where a workspace's numbers come from. */
const UNTOLD: Readonly<Record<Workspace["source"], string>> = {
  events: "not-observed",
  imkit: "not-reported",
  rocketchat: "not-reported",
};

/** What is known of an hour without a document. */
export const untold = ({ source }: Workspace, head: Head, hour: Hour): Pick<LedgerRow, "status" | "reasons"> => {
  if (head.failed.includes(hour)) return { status: "failed", reasons: ["closing-failed"] };
  if (isMissing(head, hour)) return { status: "missing", reasons: [whyMissing(head, hour) ?? UNTOLD[source]] };
  return { status: "open", reasons: head.failing?.hour === hour ? ["closing-failed"] : [] };
};

const rowOf = (workspace: Workspace, head: Head, hour: Hour, snapshot: Snapshot | undefined): LedgerRow => {
  if (snapshot === undefined)
    return { hour, ...untold(workspace, head, hour), coverage: null, bookedLate: {}, revision: null };
  const { status, reasons, coverage, bookedLate } = documentIn(snapshot.bytes).ledger;
  return { hour, status, reasons, coverage, bookedLate, revision: snapshot.revision };
};

/**
 * The completeness of hours `[from, to)`, oldest first, a row each: gaps have theirs, too. By default the last 30 days
 * through the last closed hour; a later `to` shows the open hours as well.
 * @returns `next` is the hour to go on with.
 * @throws Failure `workspace.missing`.
 */
export const readLedger =
  (parts: Pick<Parts, "hours" | "snapshots" | "clock">) =>
  async (
    workspace: Workspace,
    asked: LedgerRange,
  ): Promise<{ readonly rows: readonly LedgerRow[]; readonly next: Hour | undefined }> => {
    const head = await parts.hours.head(workspace.id);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace.id}.`);
    const running = Math.max(hourOf(parts.clock()), head.closedThrough) + 1;
    const to = Math.min(asked.to ?? head.closedThrough + 1, running);
    const from = Math.max(asked.from ?? to - HOURS_BY_DEFAULT, head.firstHour);
    const end = Math.max(Math.min(to, from + asked.limit), from);
    const byHour = await publishedHours(parts, workspace.id, head, from, end);
    const rows = Array.from({ length: end - from }, (_, at) =>
      rowOf(workspace, head, from + at, byHour.get(from + at)),
    );
    return { rows, next: end < to ? end : undefined };
  };
