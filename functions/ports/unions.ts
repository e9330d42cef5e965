import type { Sets } from "../core/publication.ts";
import type { Firsts } from "../core/firsts.ts";
import type { HashId } from "../core/hashed-ids.ts";
import type { Hour } from "../core/hour.ts";
import type { Day } from "../core/series.ts";
import type { KeptLength, Period } from "../core/union.ts";

/** A kept union; how many there were is told without reading who. */
export interface KeptUnion {
  readonly period: Period;
  readonly users: number;
  readonly rooms: number;
  /** Who and which; undefined once only how many is known. */
  readonly read: (() => Promise<Sets>) | undefined;
}

/** What is kept of a workspace's people for longer than an hour. */
export interface Unions {
  /**
   * Keeps a period's union, in place of the one before.
   * @param version of the head by which the union was made; nothing may have been published or forgotten since.
   * @returns false when the head has moved.
   */
  keep(workspace: string, period: Period, sets: Sets, version: number): Promise<boolean>;
  /** Kept unions of a length that begin in the days `[from, to)`, in order; strongly consistent. */
  between(workspace: string, length: KeptLength, from: Day, to: Day): Promise<readonly KeptUnion[]>;
  /**
   * Removes who was seen in hours `[from, to)`: their sets, the members of unions that begin in them, and who was seen
   * first when. How many there were stays.
   */
  dropPeople(workspace: string, from: Hour, to: Hour): Promise<void>;
  /**
   * Puts hashes in the place of ids of hours `[from, to)`: in their sets, in unions that begin in them, and in who was
   * seen first when; large bodies with the ids are removed an hour after they were written. What somebody else changes
   * meanwhile is read again.
   * @param hash other names for ids; what is hashed already stays.
   * @param now milliseconds since 1970 UTC.
   * @returns whether no large body with the ids is left; otherwise it is to be done again in an hour.
   */
  hashPeople(workspace: string, from: Hour, to: Hour, hash: HashId, now: number): Promise<boolean>;
  /** Who was seen first when, strongly consistent; undefined before any is kept. */
  firsts(workspace: string): Promise<Firsts | undefined>;
  /**
   * Keeps who was seen first when, on the same condition, and only in place of what was read.
   * @param before as {@link firsts} gave it.
   */
  keepFirsts(workspace: string, before: Firsts | undefined, after: Firsts, version: number): Promise<boolean>;
}
