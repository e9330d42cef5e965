import type { Sets } from "../core/publication.ts";
import type { Carried } from "../core/connections.ts";
import type { Hour } from "../core/hour.ts";

/** A published snapshot as committed. */
export interface Snapshot {
  readonly hour: Hour;
  readonly revision: number;
  /** The published bytes and their `sha256:…`. */
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly number: number;
  readonly previous: string | null;
  readonly carriedIn: Carried;
  /** When it was really made, milliseconds since 1970 UTC. */
  readonly madeAt: number;
}

/** A published snapshot without what lies beside its document. */
export type Revision = Omit<Snapshot, "carriedIn">;

/** The document that the common read answers with. */
export interface Latest {
  readonly bytes: Uint8Array;
  /** Of the window, milliseconds since 1970 UTC. */
  readonly windowEnd: number;
  readonly isSnapshot: boolean;
  /** As of when its levels hold; of two readings of one minute the later is the latest. */
  readonly takenAt: number;
  /** Of two of one instant the higher revision is the latest. */
  readonly revision: number;
}

/** Published snapshots and what lies beside them. */
export interface Snapshots {
  /** One revision, or the latest one. */
  read(workspace: string, hour: Hour, revision?: number): Promise<Snapshot | undefined>;
  /** Latest revisions of the hours `[from, to)`, in order; at most `limit`, the answer's size is bounded. */
  range(
    workspace: string,
    from: Hour,
    to: Hour,
    limit: number,
  ): Promise<{ readonly snapshots: readonly Snapshot[]; readonly next: Hour | undefined }>;
  /**
   * Every revision of the hours `[from, to)`, by hour and revision; a document that can't be decoded comes without
   * bytes. A page is bounded, `after` is the cursor of the page before.
   */
  revisions(
    workspace: string,
    from: Hour,
    to: Hour,
    after?: string,
  ): Promise<{ readonly snapshots: readonly Revision[]; readonly next: string | undefined }>;
  sets(workspace: string, hour: Hour): Promise<Sets | undefined>;
  /** The sets of all hours `[from, to)` that have any, in order; few of them are in memory at a time. */
  setsBetween(workspace: string, from: Hour, to: Hour): AsyncIterable<readonly [hour: Hour, sets: Sets]>;
  latest(workspace: string): Promise<Latest | undefined>;
  /** Keeps a document as the latest, unless a later one is there. */
  keepLatest(workspace: string, latest: Latest): Promise<void>;
}
