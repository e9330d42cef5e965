import type { Publication } from "../core/publication.ts";
import type { HourDelta } from "../core/delta.ts";
import type { Head } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import type { Act } from "./audit.ts";

/** A workspace's head and hour deltas: how far it is folded, closed and published. */
export interface Hours {
  /** Strongly consistent. */
  head(workspace: string): Promise<Head | undefined>;
  /**
   * Stored deltas, strongly consistent; hours without one are left out.
   * @throws Unreadable when one of them can't be decoded.
   */
  deltas(workspace: string, hours: readonly Hour[]): Promise<ReadonlyMap<Hour, HourDelta>>;
  /** The same for all hours `[from, to)`; costs what there is, however many hours there are. */
  deltasBetween(workspace: string, from: Hour, to: Hour): Promise<ReadonlyMap<Hour, HourDelta>>;
  /**
   * Writes the head, and deltas and acts with it, on condition that the stored head still has `head.version`.
   * @returns the head as stored, its version raised by one; undefined when somebody else was first, or when it was
   * stored and the answer lost: read again.
   */
  advance(
    workspace: string,
    head: Head,
    deltas: ReadonlyMap<Hour, HourDelta>,
    acts?: readonly Act[],
  ): Promise<Head | undefined>;
  /**
   * Commits publications, their sets, deltas and the head, on the same condition; `now` is when they were really made.
   * A delta of an hour that is published lets itself go as {@link expire} does.
   */
  publish(
    workspace: string,
    head: Head,
    publications: readonly Publication[],
    now: number,
    deltas?: ReadonlyMap<Hour, HourDelta>,
  ): Promise<Head | undefined>;
  /** Lets deltas of closed hours go 40 days after the later of their end and `now`. */
  expire(workspace: string, hours: readonly Hour[], now: number): Promise<void>;
}
