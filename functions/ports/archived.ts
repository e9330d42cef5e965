import type { Hour } from "../core/hour.ts";

/** A document that lies in the archive. */
export interface ArchivedDocument {
  readonly hour: Hour;
  /** Of one that was replaced; null for the one that stands. */
  readonly superseded: number | null;
  /** Its key, to name it by. */
  readonly key: string;
  /** When it was written there, milliseconds since 1970 UTC. */
  readonly writtenAt: number;
}

/** Something under a workspace's keys that is no document. */
export interface Stray {
  readonly key: string;
  readonly writtenAt: number;
}

/** What lies in an archive, for those who have nothing else. */
export interface Archived {
  /** Ids of the workspaces that have documents. */
  workspaces(): Promise<readonly string[]>;
  /** Everything under a workspace's keys, in no order. */
  documents(workspace: string): AsyncIterable<ArchivedDocument | Stray>;
}
