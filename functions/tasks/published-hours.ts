import { type Head, isClosed, isMissing } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import type { Snapshot } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";

/**
 * The latest documents of hours `[from, to)`, by hour. A range may lag behind by the moment in which an hour closed, so
 * one that should have a document and shows none is asked for by itself.
 */
export const publishedHours = async (
  parts: Pick<Parts, "snapshots">,
  workspace: string,
  head: Head,
  from: Hour,
  to: Hour,
): Promise<ReadonlyMap<Hour, Snapshot>> => {
  const { snapshots } = await parts.snapshots.range(workspace, from, to, Math.max(to - from, 0));
  const found = new Map(snapshots.map((snapshot) => [snapshot.hour, snapshot]));
  for (let hour = from; hour < to; hour++) {
    if (found.has(hour) || !isClosed(head, hour) || isMissing(head, hour) || head.failed.includes(hour)) continue;
    const snapshot = await parts.snapshots.read(workspace, hour);
    if (snapshot !== undefined) found.set(hour, snapshot);
  }
  return found;
};
