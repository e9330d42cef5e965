import type { Share } from "../core/share.ts";

/** What waits to be worked through; each share comes to some worker at least once, in no order. */
export interface Work {
  /** Adds shares; none of them comes before so many seconds are over. */
  send(shares: readonly Share[], delaySeconds?: number): Promise<void>;
}
