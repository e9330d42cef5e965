import { Failure } from "../core/failure.ts";
import { isMissing } from "../core/head.ts";
import { endOf, type Hour, hourName } from "../core/hour.ts";
import type { Snapshot } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";

type ReadParts = Pick<Parts, "hours" | "snapshots" | "clock">;

/**
 * One published snapshot: a revision, or the latest one.
 * @throws Failure `snapshot.missing`, or `hour.still-open` for one that is to come.
 */
export const readSnapshot =
  (parts: ReadParts) =>
  async (workspace: string, hour: Hour, revision?: number): Promise<Snapshot> => {
    const snapshot = await parts.snapshots.read(workspace, hour, revision);
    if (snapshot !== undefined) return snapshot;
    const name = hourName(hour);
    const head = await parts.hours.head(workspace);
    if (head !== undefined && hour > head.closedThrough && (endOf(hour) > parts.clock() || hour >= head.firstHour))
      throw new Failure("hour.still-open", `Hour ${name} is not closed yet.`, { hour: name });
    const why =
      head !== undefined && isMissing(head, hour)
        ? "nobody observed that hour"
        : "there is none of that hour or revision";
    throw new Failure("snapshot.missing", `No snapshot of ${name}: ${why}.`, { hour: name });
  };

/** A page of latest revisions in the hours `[from, to)`, oldest first; everything by default. */
export const listSnapshots =
  (parts: ReadParts) =>
  async (
    workspace: string,
    { from, to, limit }: { readonly from?: Hour; readonly to?: Hour; readonly limit: number },
  ): Promise<{ readonly snapshots: readonly Snapshot[]; readonly next: Hour | undefined }> => {
    const head = await parts.hours.head(workspace);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
    const first = Math.max(from ?? head.firstHour, head.firstHour);
    const end = Math.min(to ?? head.closedThrough + 1, head.closedThrough + 1);
    return parts.snapshots.range(workspace, first, end, limit);
  };
