import type { KeptRule } from "../core/alert.ts";
import type { Follower } from "../core/follower.ts";
import type { Act } from "./audit.ts";

/** What each workspace wants to be told of, and how far its publications are followed. */
export interface Alerts {
  /** Strongly consistent, in the order in which they were given. */
  rules(workspace: string): Promise<readonly KeptRule[]>;
  /**
   * Changes a workspace's rules, and notes the act with it: `change` is asked again when somebody else was first.
   * @returns the rules as they are kept.
   */
  change(
    workspace: string,
    change: (rules: readonly KeptRule[]) => readonly KeptRule[],
    act: Act,
  ): Promise<readonly KeptRule[]>;
  /** Strongly consistent; undefined before anything was followed. */
  follower(workspace: string): Promise<Follower | undefined>;
  /**
   * Writes the follower on condition that the stored one still has `follower.version` (0: that there is none).
   * @returns it as stored, its version raised by one; undefined when somebody else was first.
   */
  advance(workspace: string, follower: Follower): Promise<Follower | undefined>;
}
