import { federationShown } from "../../../core/federation.ts";
import type { Head } from "../../../core/head.ts";
import { hourName } from "../../../core/hour.ts";
import { isoOf } from "../../../core/instant.ts";
import { licenseShown } from "../../../core/license.ts";
import type { Workspace } from "../../../core/workspace.ts";

/** A workspace as answers show it, as of an instant (milliseconds since 1970 UTC): no secret, and no signed text. */
const shown = (workspace: Workspace, now: number): object => ({
  id: workspace.id,
  name: workspace.name,
  state: workspace.state,
  source: workspace.source,
  timeZone: workspace.timeZone,
  startsAt: isoOf(workspace.startsAt),
  deploymentId: workspace.deploymentId,
  clientKey: workspace.clientKey,
  rocketchat: { shape: workspace.rocketchat.shape, callsPerMinute: workspace.rocketchat.callsPerMinute },
  imkit: { echoKeys: workspace.imkit.echoKeys },
  retention: { people: workspace.retention.people, afterDays: workspace.retention.afterDays },
  upstream: workspace.upstream,
  federation: federationShown(workspace.federation, now),
  license: licenseShown(workspace, now),
  pauses: workspace.pauses.map(({ from, to }) => ({ from: isoOf(from), to: to === null ? null : isoOf(to) })),
});

/** A workspace and its settings. */
export const workspaceBody = (workspace: Workspace, now: number): string => JSON.stringify(shown(workspace, now));

/** A page of workspaces; `next` is the cursor of the page after. */
export const workspacesBody = (workspaces: readonly Workspace[], next: string | undefined): string =>
  JSON.stringify({
    workspaces: workspaces.map(({ id, name, state, source, startsAt }) => ({
      id,
      name,
      state,
      source,
      startsAt: isoOf(startsAt),
    })),
    ...(next === undefined ? {} : { next }),
  });

/** First line of an export: the workspace, and the hours of it that nobody observed, as names `[from, to)`. */
export const exportHead = (workspace: Workspace, { missing, firstHour, closedThrough }: Head, now: number): string =>
  JSON.stringify({
    kind: "workspace",
    ...shown(workspace, now),
    hours: { from: hourName(firstHour), to: hourName(closedThrough + 1) },
    missing: missing.map(([from, to, why]) => ({
      from: hourName(from),
      to: hourName(to),
      reasons: why === undefined ? [] : [why],
    })),
  });

/** What ending a workspace did. */
export interface EndedBody {
  readonly id: string;
  readonly credentials: number;
  readonly accounts: number;
  readonly items: number;
  readonly isLeft: boolean;
}

/** What stays of a workspace that ended, and what goes later, for whoever ends one. */
const STAYS = [
  "Published snapshots and the archive, which hold no user ids, and the audit trail.",
  "Its settings, its credentials, which have ended, and the id, which stays taken.",
] as const;
const GOES_LATER = ["Records of batches, 36 days after they were counted."] as const;

/** What came of ending a workspace; while something remains, the same is to be sent again. */
export const endedBody = ({ id, credentials, accounts, items, isLeft }: EndedBody): string =>
  JSON.stringify({
    id,
    state: "ended",
    removed: { credentials, accounts, items },
    remaining: isLeft,
    stays: STAYS,
    goesLater: GOES_LATER,
  });

/** Acts of administrators, newest first; `next` is the cursor of the page after. */
export const actsBody = (
  acts: readonly {
    readonly id: string;
    readonly at: number;
    readonly by: string;
    readonly action: string;
    readonly details: object;
  }[],
  next: string | undefined,
): string =>
  JSON.stringify({
    acts: acts.map(({ id, at, by, action, details }) => ({ id, at: isoOf(at), by, action, details })),
    ...(next === undefined ? {} : { next }),
  });
