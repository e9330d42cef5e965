import { Failure } from "../core/failure.ts";
import { isMissing } from "../core/head.ts";
import { endOf, type Hour, HOUR_MS, hourName } from "../core/hour.ts";
import { bytesOf, type Document, documentIn } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Latest, Snapshot } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";
import { takeReading } from "./take-reading.ts";

/** The latest document; whoever sends it on as it is needs no more than its bytes. */
export interface LatestDocument extends Latest {
  /** Parsed when it is asked for. */
  readonly document: Document;
}

/** A reading in the form the latest is kept in. */
export const latestOf = (document: Document): LatestDocument => ({
  document,
  bytes: bytesOf(document),
  windowEnd: Date.parse(document.window.end),
  isSnapshot: document.kind === "snapshot",
  takenAt: Date.parse(document.takenAt),
  revision: document.revision,
});

type ReadParts = Pick<Parts, "log" | "hours" | "snapshots" | "clock">;

/** The snapshot or reading whose window ends later; before there is any, a reading is taken and kept. */
export const readLatest =
  (parts: ReadParts) =>
  async (workspace: Workspace): Promise<LatestDocument> => {
    const latest = await parts.snapshots.latest(workspace.id);
    if (latest !== undefined)
      return {
        ...latest,
        get document() {
          return documentIn(latest.bytes);
        },
      };
    const { document } = await takeReading(parts)(workspace, parts.clock());
    const taken = latestOf(document);
    // Where nothing is counted, it tells less than any hour that is reported.
    if (workspace.source === "events") await parts.snapshots.keepLatest(workspace.id, taken);
    return taken;
  };

/** When the schedule closes the next hour, milliseconds since 1970 UTC. */
export const nextRunAt = (parts: Pick<Parts, "clock" | "graceSeconds">) => (): number => {
  const grace = parts.graceSeconds * 1_000;
  return (Math.floor((parts.clock() - grace) / HOUR_MS) + 1) * HOUR_MS + grace;
};

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
