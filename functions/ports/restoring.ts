import type { Snapshot } from "./snapshots.ts";

/** Puts back what was published. */
export interface Restoring {
  /**
   * Keeps publications and the order they came in, without who was seen; one that is there already stays.
   * @returns those in whose place another one stands.
   */
  put<S extends Snapshot>(workspace: string, publications: readonly S[]): Promise<readonly S[]>;
}
