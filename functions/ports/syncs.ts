import type { ListOf, SyncCounts } from "../core/directory-sync.ts";

/** What the commit of a list came to: its changes, kept in chunks before the first of them is counted. */
export interface SyncPlan {
  /** Unique among all plans. */
  readonly id: string;
  /** Pages that the list was committed with. */
  readonly pages: number;
  /** Events in each chunk. */
  readonly chunks: readonly number[];
  readonly counts: SyncCounts;
}

/** A full list of a workspace's users or rooms on its way in. */
export interface Sync extends ListOf {
  readonly workspace: string;
  /** Pages kept so far. */
  readonly pages: number;
  readonly plan: SyncPlan | undefined;
}

/** `mismatch`: the page was kept before with other content. `closed`: the list is committed, or another by now. */
export type PageKept = "kept" | "mismatch" | "closed";

/** Full lists of the directory on their way in; kept for two days. Every read is strongly consistent. */
export interface Syncs {
  /** One that was opened less than two days before `now`. */
  find(workspace: string, list: Pick<ListOf, "kind" | "id">, now: number): Promise<Sync | undefined>;
  /** Opens a list under its id, unless one was opened less than two days before. @returns the one that is open then. */
  open(sync: Pick<Sync, "workspace" | "kind" | "id" | "at" | "openedAt">): Promise<Sync>;
  /** Keeps a page (1 is the first), at most 2 MB once compressed. The same again changes nothing. */
  keepPage(sync: Sync, page: number, bytes: Uint8Array): Promise<PageKept>;
  /** All pages kept, by number, in order. */
  pages(sync: Sync): Promise<ReadonlyMap<number, Uint8Array>>;
  /**
   * Keeps the plan and its chunks, on condition that the list has no plan yet and just as many pages as `sync` says.
   * @returns the list with its plan; undefined when something was there before.
   */
  keepPlan(sync: Sync, plan: SyncPlan, chunks: readonly Uint8Array[]): Promise<Sync | undefined>;
  /** One chunk of the plan; 0 is the first. */
  chunk(sync: Sync, at: number): Promise<Uint8Array>;
}
