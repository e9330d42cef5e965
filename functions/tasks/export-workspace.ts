import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

/** A part of an export: documents as they were published, each a line. */
export interface Exported {
  readonly workspace: Workspace;
  readonly head: Head;
  readonly documents: readonly Uint8Array[];
  /** The hour to go on with; undefined at the end. */
  readonly next: Hour | undefined;
}

/** An answer of Lambda's holds 6 MB, and this one is not the only thing in it. */
const MOST_BYTES = 4_000_000;
const HOURS_AT_A_TIME = 200;

/**
 * What is published of a workspace, an ended one too: the latest revision of every hour from `from` on.
 * @param mostBytes of documents in one part.
 * @throws Failure `workspace.missing`.
 */
export const exportWorkspace =
  (parts: Pick<Parts, "workspaces" | "hours" | "snapshots">) =>
  async (id: string, from?: Hour, mostBytes = MOST_BYTES): Promise<Exported> => {
    const [workspace, head] = await Promise.all([parts.workspaces.find(id), parts.hours.head(id)]);
    if (workspace === undefined || head === undefined)
      throw new Failure("workspace.missing", `There is no workspace ${id}.`, { workspace: id });
    const documents: Uint8Array[] = [];
    let bytes = 0;
    let next: Hour | undefined = Math.max(from ?? head.firstHour, head.firstHour);
    while (next !== undefined) {
      const page: Awaited<ReturnType<typeof parts.snapshots.range>> = await parts.snapshots.range(
        id,
        next,
        head.closedThrough + 1,
        HOURS_AT_A_TIME,
      );
      for (const snapshot of page.snapshots) {
        bytes += snapshot.bytes.length;
        if (bytes > mostBytes && documents.length > 0) return { workspace, head, documents, next: snapshot.hour };
        documents.push(snapshot.bytes);
      }
      next = page.next;
    }
    return { workspace, head, documents, next: undefined };
  };
