import { bytesOf, type Document, documentIn } from "../core/document.ts";
import { HOUR_MS } from "../core/hour.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Latest } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";

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

/** The snapshot or reading whose window ends later; before there is any, a reading is taken and kept. */
export const readLatest =
  (parts: Pick<Parts, "log" | "hours" | "snapshots" | "clock">) =>
  async (workspace: Workspace): Promise<LatestDocument> => {
    const latest = await parts.snapshots.latest(workspace.id);
    if (latest !== undefined)
      return {
        ...latest,
        get document() {
          return documentIn(latest.bytes);
        },
      };
    // Loaded late: once in the life of a workspace there is none.
    const { takeReading } = await import("./take-reading.ts");
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
