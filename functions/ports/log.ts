import type { Entry } from "../core/directory.ts";
import type { Refusal } from "../core/event.ts";
import type { Act } from "./audit.ts";

/** A refused event of a batch. */
export interface Refused extends Refusal {
  readonly index: number;
  readonly id: string | null;
}

/** How far a batch is counted, and the answer so far. */
export interface BatchRecord {
  readonly id: string;
  /** sha256 of the decoded body. */
  readonly bodyHash: string;
  /** Index of the first event that is not counted yet. */
  readonly done: number;
  readonly total: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly refusedCount: number;
  /** The first hundred. */
  readonly refused: readonly Refused[];
}

/** A reporter that numbers its events. */
export interface ReporterRecord {
  readonly source: string;
  /** The sequence expected next. */
  readonly next: number;
}

/** One transaction's worth of a batch: everything here commits together, or nothing does. */
export interface Part {
  readonly workspace: string;
  readonly lane: number;
  /** When the workspace was restored from its archive, if it was: its lanes began anew then. */
  readonly restoredAt?: number | undefined;
  /** Encoded delta; undefined when nothing of the part counts. */
  readonly segment: Uint8Array | undefined;
  readonly events: number;
  /** The record before (undefined: a new batch) and after. */
  readonly before: BatchRecord | undefined;
  readonly after: BatchRecord;
  readonly reporters: readonly { readonly before: number | undefined; readonly after: ReporterRecord }[];
  /** Directory entries with the version they were read at (0: there was none). */
  readonly entries: readonly { readonly entry: Entry; readonly version: number }[];
  /** What the part does that the audit trail keeps. */
  readonly acts: readonly Act[];
  /** The part counts only while this import is open. */
  readonly import: string | undefined;
  /** When it is written, milliseconds since 1970 UTC; decides what expires when. */
  readonly now: number;
}

/** `moved`: something the part was made from has changed since; read again and make it anew. */
export type Appended = "appended" | "moved" | "import-closed";

/** An immutable piece of a lane; `bytes` are a delta. */
export interface Segment {
  readonly position: number;
  readonly bytes: Uint8Array;
  /** The import under which it was sent. */
  readonly import: string | undefined;
}

/** A workspace's log: lanes of immutable segments, with the batches and reporters that they count. */
export interface Log {
  /** Strongly consistent; a record older than 36 days at `now` is none, unless it is an import's. */
  readBatch(workspace: string, batch: string, now: number): Promise<BatchRecord | undefined>;
  /** Strongly consistent; sources without a record are left out. */
  readReporters(workspace: string, sources: readonly string[]): Promise<readonly ReporterRecord[]>;
  /** Appends at the lane's tail. A lost answer may be asked again: the record tells. */
  append(part: Part): Promise<Appended>;
  /** Segments after a position, in order and without gaps; strongly consistent, the size of an answer is bounded. */
  segmentsAfter(
    workspace: string,
    lane: number,
    position: number,
  ): Promise<{ readonly segments: readonly Segment[]; readonly isEnd: boolean }>;
}
