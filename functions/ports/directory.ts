import type { DirectoryKind, Entry } from "../core/directory.ts";

/** An entry and how often it was written. */
export interface VersionedEntry {
  readonly entry: Entry;
  readonly version: number;
}

/** Last known state of users and rooms. Written only together with the segment that counts the change ({@link Log}). */
export interface Directory {
  /**
   * Strongly consistent; entries that do not exist are left out. One whose tombstone has expired at `now` is given as
   * new, under the version it has to be written from: time-to-live may not have taken it away yet.
   */
  read(
    workspace: string,
    keys: readonly { readonly kind: DirectoryKind; readonly id: string }[],
    now: number,
  ): Promise<readonly VersionedEntry[]>;
  /** A page of entries in the order of ids, tombstones too; `after` is the cursor of the page before. Strongly consistent. */
  list(
    workspace: string,
    kind: DirectoryKind,
    page: { readonly limit: number; readonly now: number; readonly after?: string | undefined },
  ): Promise<{ readonly entries: readonly VersionedEntry[]; readonly next: string | undefined }>;
}
