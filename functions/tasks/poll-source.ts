import type { Head } from "../core/head.ts";
import { endOf, type Hour, hourOf, MINUTE_MS } from "../core/hour.ts";
import type { HourReport } from "../core/hour-report.ts";
import { isPausedThroughout } from "../core/pause.ts";
import { errorOf } from "../core/thrown.ts";
import { ASKED_FOR_MS, isFinal, nextTry, originOf, type PollNote, type PollReason } from "../core/upstream.ts";
import type { Workspace } from "../core/workspace.ts";
import type { KeptUpstreamCredential } from "../ports/upstream-credentials.ts";
import type { Polled } from "../ports/upstreams.ts";
import type { Parts } from "./parts.ts";

/** What polling takes. */
export type PollParts = Pick<Parts, "reports" | "polls" | "upstreams" | "upstreamCredentials" | "clock" | "chance">;

/** Asks a workspace's server as of now. Its credential goes to the origin that it was given for, and to no other. */
export const askSource =
  (parts: Pick<PollParts, "upstreams" | "upstreamCredentials" | "clock">) =>
  async ({ id, source, upstream }: Workspace): Promise<Polled> => {
    if (source === "events" || upstream === null) return { reason: "credential-missing", why: "no server is set" };
    if (parts.upstreams === undefined)
      return { reason: "credential-missing", why: "this deployment keeps no credentials of other servers" };
    let kept: KeptUpstreamCredential | undefined;
    try {
      kept = await parts.upstreamCredentials.find(id);
    } catch (error) {
      // Its name alone: what a vault says of itself might be too much.
      return { reason: "credential-unreadable", why: `what it is asked with can't be read (${errorOf(error).name})` };
    }
    if (kept === undefined || kept.credential.kind !== source || kept.origin !== originOf(upstream))
      return { reason: "credential-missing", why: `no credential for ${originOf(upstream)} is kept` };
    return parts.upstreams[source](upstream, kept.credential, parts.clock());
  };

/** Whether a workspace's server is asked at the hour. */
export const isPolled = ({ source, upstream }: Workspace): boolean => source !== "events" && upstream !== null;

/** What a report of another hour says of this one. */
const reasonOf = (
  report: HourReport,
  hour: Hour,
): { readonly reason: PollReason; readonly why: string } | undefined => {
  if (report.hour === hour) return undefined;
  return report.hour < hour
    ? { reason: "upstream-stale", why: "what the server told was of an earlier hour" }
    : { reason: "upstream-wrong-window", why: "what the server told was of another hour" };
};

const askFor = async (
  parts: PollParts,
  workspace: Workspace,
  hour: Hour,
  before: PollNote | undefined,
): Promise<PollNote> => {
  const polled = await askSource(parts)(workspace);
  const now = parts.clock();
  const tries = (before?.tries ?? 0) + 1;
  const failed = "report" in polled ? reasonOf(polled.report, hour) : polled;
  if (failed === undefined && "report" in polled) {
    await parts.reports.keep(workspace.id, polled.report, now, "poll");
    return { hour, tries, at: now, reason: null, why: null, nextAt: null };
  }
  const { reason, why } = failed ?? { reason: "upstream-failed", why: "" };
  const retryAfterMs = "retryAfterMs" in polled ? polled.retryAfterMs : 0;
  const nextAt = isFinal(reason) ? null : nextTry({ endOfHour: endOf(hour), now, tries }, parts.chance(), retryAfterMs);
  return { hour, tries, at: now, reason, why, nextAt };
};

/** An hour that stays open for a while, because its server is to be asked again. */
export interface Held {
  readonly hour: Hour;
  readonly until: number;
}

/** What a run found out about the hour that is just over. */
export interface Due {
  /** Undefined when all hours that are over may close. */
  readonly held?: Held;
  /** What came of asking; undefined when nobody was asked. */
  readonly note?: PollNote;
}

/**
 * Asks the server of a polled workspace for the hour that is just over, unless it has told of it or is to be left alone.
 * Hours before that one can't be asked for any more.
 * Who can't ask leaves the hour to those who can, for as long as it can be asked for.
 */
export const pollDueHour =
  (parts: PollParts) =>
  async (workspace: Workspace, head: Head): Promise<Due> => {
    const now = parts.clock();
    const hour = hourOf(now) - 1;
    if (!isPolled(workspace) || workspace.state !== "active" || head.import !== null) return {};
    if (hour <= head.closedThrough || hour < head.firstHour || isPausedThroughout(workspace, hour)) return {};
    if ((await parts.reports.find(workspace.id, hour, "poll")) !== undefined) return {};
    const last = await parts.polls.find(workspace.id);
    const before = last?.hour === hour ? last : undefined;
    if (before?.nextAt === null || now > endOf(hour) + ASKED_FOR_MS) return {};
    if (parts.upstreams === undefined) return { held: { hour, until: before?.nextAt ?? endOf(hour) + ASKED_FOR_MS } };
    if (before !== undefined && now < before.nextAt) return { held: { hour, until: before.nextAt } };
    const note = await askFor(parts, workspace, hour, before);
    await parts.polls.note(workspace.id, note);
    if (note.nextAt === null) return { note };
    return { note, held: { hour, until: Math.max(note.nextAt, now + MINUTE_MS / 60) } };
  };

/** Why nothing is known of an hour whose server was to tell of it; undefined when it was not asked. */
export const whyUntold =
  (parts: Pick<PollParts, "polls">) =>
  async (workspace: Workspace, hour: Hour): Promise<string | undefined> => {
    if (!isPolled(workspace)) return undefined;
    const last = await parts.polls.find(workspace.id);
    return last?.hour === hour ? (last.reason ?? undefined) : "not-asked";
  };
