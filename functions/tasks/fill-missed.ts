import type { Closed } from "../core/publication.ts";
import { fillMissing, hoursToFill } from "../core/filled.ts";
import type { Head } from "../core/head.ts";
import { endOf, type Hour, startOf } from "../core/hour.ts";
import { originOf } from "../core/upstream.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

type FillParts = Pick<Parts, "snapshots" | "reports" | "upstreams" | "upstreamCredentials" | "clock">;

/** A slow server is asked about no further hour of one run, which has other workspaces to close. The next goes on. */
const ENOUGH_MS = 10_000;

/** What can be filled in of an hour that was missed. */
export interface Filling {
  readonly hour: Hour;
  readonly fill: (head: Head) => Closed;
}

/** Asks how many messages a window had; undefined where nobody can be asked. */
type Count = (window: { readonly start: number; readonly end: number }) => Promise<number | undefined>;

const countOf = async (parts: FillParts, { id, upstream }: Workspace): Promise<Count | undefined> => {
  const kept = await parts.upstreamCredentials.find(id);
  if (parts.upstreams === undefined || upstream === null || kept?.origin !== originOf(upstream)) return undefined;
  const { countMessages } = parts.upstreams;
  return (window) => countMessages(upstream, kept.credential, window);
};

/**
 * Hours of the last day that an IMKit app did not tell of, with the messages that its listing has of them. The listing
 * is in its older documents only, so it is held against what the app has just reported first: unless both say the same
 * of the same window, nothing is taken from it.
 * @param told the hour that the app has just told of.
 */
export const findFillings =
  (parts: FillParts) =>
  async (workspace: Workspace, head: Head, told: Hour): Promise<readonly Filling[]> => {
    const hours: Hour[] = [];
    for (const hour of hoursToFill(head))
      if ((await parts.snapshots.read(workspace.id, hour)) === undefined) hours.push(hour);
    if (hours.length === 0) return [];
    const until = parts.clock() + ENOUGH_MS;
    const report = await parts.reports.find(workspace.id, told, "poll");
    const count = await countOf(parts, workspace);
    if (report === undefined || count === undefined) return [];
    const sent = report.figures["messages.sent"];
    if (sent === undefined || (await count(report.window)) !== sent) return [];
    const fillings: Filling[] = [];
    for (const hour of hours) {
      if (parts.clock() > until) break;
      const messages = await count({ start: startOf(hour), end: endOf(hour) });
      if (messages === undefined) break;
      const figures = { "messages.sent": messages };
      fillings.push({ hour, fill: (current) => fillMissing(workspace, current, hour, figures) });
    }
    return fillings;
  };
