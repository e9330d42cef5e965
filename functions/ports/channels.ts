import type { Channel } from "../core/channel.ts";
import type { Act } from "./audit.ts";

/** The channels of each workspace. */
export interface Channels {
  /** Strongly consistent, in the order in which they were added. */
  list(workspace: string): Promise<readonly Channel[]>;
  /**
   * Changes a workspace's channels, and notes the act with it: `change` is asked again when somebody else was first, and
   * throws to leave them as they are.
   */
  change(workspace: string, change: (channels: readonly Channel[]) => readonly Channel[], act: Act): Promise<void>;
}
