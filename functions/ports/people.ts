import type { Entry } from "../core/directory.ts";
import type { BodyKind } from "../core/forgetting.ts";
import type { VersionedEntry } from "./directory.ts";

/** A stored body that may name people, as it was when it was read. */
export interface KeptBody {
  readonly kind: BodyKind;
  /** As core writes it: an encoded delta, or JSON. */
  readonly bytes: Uint8Array;
}

/** A large body that nothing points to any more. */
export interface Stray extends KeptBody {
  /** It may be on its way into the store, so it is not to be dropped. */
  readonly isFresh: boolean;
}

/** Every place that names people, for the one who makes somebody forgotten. */
export interface People {
  /** All bodies of a kind, one after the other; strongly consistent. `lanes` is how many the log has. */
  bodies(workspace: string, kind: BodyKind, lanes: number): AsyncIterable<KeptBody>;
  /**
   * Puts other bytes in the place of a body, on condition that it is as it was read. Whoever read an hour's delta
   * before and writes by the head's version has to read again.
   * @returns false when it has changed since, or is gone.
   */
  rewrite(body: KeptBody, bytes: Uint8Array): Promise<boolean>;
  /** Removes a stray, or the whole list that a body belongs to. */
  drop(body: KeptBody): Promise<void>;
  /** Raises the head's version: whoever read the log before and writes by that version has to read it again. */
  turn(workspace: string): Promise<void>;
  /**
   * Puts an entry in the place of another, or nothing; no change is counted.
   * @returns false when it has changed since, or the new id is taken.
   */
  moveEntry(workspace: string, before: VersionedEntry, after: Entry | undefined): Promise<boolean>;
  /** Large bodies of the whole store that nothing points to; fresh ones are those less than an hour old at `now`. */
  strays(now: number): AsyncIterable<Stray>;
}
