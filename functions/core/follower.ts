import type { Standings } from "./alert-walk.ts";
import type { Hour } from "./hour.ts";
import type { Notice } from "./notice.ts";

/**
 * How far a workspace's publications are followed, and what is still to be told of them. Changed only as a whole, on
 * condition of its `version`: of any number of followers one wins, and what it has to tell lies in what it wrote.
 */
export interface Follower {
  readonly version: number;
  /** Number of the last publication that was followed. */
  readonly number: number;
  /** Last hour that was held against the rules; undefined before there is one. */
  readonly hour?: Hour;
  readonly standings: Standings;
  /** Notices that may not be in the outbox yet. */
  readonly pending: readonly Notice[];
}

/** One that has followed nothing. */
export const NEW_FOLLOWER: Follower = { version: 0, number: 0, standings: {}, pending: [] };
