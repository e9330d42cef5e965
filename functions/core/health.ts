import type { GivenUpTo } from "./delivery.ts";
import { endOf, type Hour, MINUTE_MS } from "./hour.ts";
import { anomaliesNow, type Head, isMissing } from "./head.ts";
import type { Anomaly, LedgerEntry } from "./document.ts";
import { isForSomebody, type PollNote } from "./upstream.ts";
import type { Workspace } from "./workspace.ts";

/** How the hourly run does, in the words of monitors. */
export type HealthStatus = "ok" | "warn" | "critical";

/** The last hour that was closed with a document, and when that was really made, milliseconds since 1970 UTC. */
export interface LastClosed {
  readonly hour: Hour;
  readonly madeAt: number;
  readonly ledger: LedgerEntry;
  readonly integrity: readonly string[];
}

/** How a workspace's hourly run is doing. */
export interface Health {
  readonly status: HealthStatus;
  /** Names of what speaks against `ok`, and of what explains that nothing closes. */
  readonly reasons: readonly string[];
  /** Null before the first hour is closed. */
  readonly lastClosed: LastClosed | null;
  /** Milliseconds since the end of the last hour that is closed, or since the first one's start. */
  readonly lagMs: number;
  readonly failing: Head["failing"];
  readonly failed: readonly Hour[];
  readonly dirty: readonly Hour[];
  readonly unarchived: number;
  readonly missingHours: number;
  /** What is unusual in the last closed hour; null when nobody can say. */
  readonly anomalies: readonly Anomaly[] | null;
  /** Channels that notices no longer come through. */
  readonly givenUp: readonly GivenUpTo[];
}

/** Ages of the last success, in milliseconds. One run may fail and be made up for; from two on somebody should look. */
export const WARN_MS = 90 * MINUTE_MS;
/** The other age of {@link WARN_MS}. */
export const CRITICAL_MS = 150 * MINUTE_MS;

/** The last closed hour that has a document: hours passed over have none, nor have missing ones. */
export const lastTold = (head: Head): Hour | undefined => {
  for (let hour = head.closedThrough; hour >= head.firstHour; hour--) {
    const gap = head.missing.find(([from, to]) => hour >= from && hour < to);
    if (gap !== undefined) hour = gap[0];
    else if (!head.failed.includes(hour)) return hour;
  }
  return undefined;
};

/** Hours of the history that nobody observed and nothing came late for, as far as the head knows. */
export const missingHoursIn = (head: Head): number => head.missing.reduce((sum, [from, to]) => sum + (to - from), 0);

const lateness = (age: number): HealthStatus => (age > CRITICAL_MS ? "critical" : age > WARN_MS ? "warn" : "ok");

const WORST: readonly HealthStatus[] = ["critical", "warn", "ok"];

/**
 * Judges a workspace's hourly run as of `now`, milliseconds since 1970 UTC: `warn` when the last success is over 90
 * minutes ago, `critical` over 150. Nothing is expected of a paused workspace, nor while an import is open; a new one
 * has the same time from its start on.
 * @param lastPoll how the server of a polled workspace was asked the last time.
 * @param givenUp channels that notices no longer come through.
 */
export const healthOf = (
  workspace: Workspace,
  head: Head,
  lastClosed: LastClosed | null,
  now: number,
  lastPoll?: PollNote,
  givenUp: readonly GivenUpTo[] = [],
): Health => {
  const lagMs = Math.max(now - endOf(lastClosed?.hour ?? head.firstHour - 1), 0);
  const found: [HealthStatus, string][] = [];
  if (workspace.state === "paused") found.push(["ok", "paused"]);
  else if (head.import !== null) found.push(["ok", "import-open"]);
  else {
    const resumedAt = Math.max(...workspace.pauses.map(({ to }) => to ?? -Infinity), -Infinity);
    const restoredAt = workspace.restored?.at ?? -Infinity;
    const late = lateness(now - Math.max(lastClosed?.madeAt ?? -Infinity, workspace.startsAt, resumedAt, restoredAt));
    if (late !== "ok") found.push([late, "no-recent-success"]);
    else if (lastClosed !== null && lagMs > CRITICAL_MS) found.push(["warn", "catching-up"]);
  }
  // Where somebody has to change a setting first, every hour is lost until then.
  if (workspace.state === "active" && lastPoll?.reason != null)
    found.push([isForSomebody(lastPoll.reason) ? "critical" : "warn", lastPoll.reason]);
  if (head.failed.length > 0) found.push(["critical", "hours-failed"]);
  if (head.failing !== null) found.push(["warn", "closing-failed"]);
  if (lastClosed !== null && !isMissing(head, lastClosed.hour)) {
    if (lastClosed.ledger.reasons.includes("reporters-silent")) found.push(["warn", "reporters-silent"]);
    if (lastClosed.integrity.length > 0) found.push(["critical", "integrity"]);
  }
  const { restored } = workspace;
  // Until somebody commits full lists, every hour is partial.
  if (restored !== undefined && (restored.users === null || restored.rooms === null))
    found.push(["warn", "directory-lost"]);
  if (givenUp.length > 0) found.push(["warn", "delivery-given-up"]);
  return {
    status: WORST.find((status) => found.some(([one]) => one === status)) ?? "ok",
    reasons: found.map(([, reason]) => reason),
    lastClosed,
    lagMs,
    failing: head.failing,
    failed: head.failed,
    dirty: head.dirty,
    unarchived: head.unarchived.length,
    missingHours: missingHoursIn(head),
    anomalies: anomaliesNow(head),
    givenUp,
  };
};
