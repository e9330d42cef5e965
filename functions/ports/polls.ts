import type { PollNote } from "../core/upstream.ts";

/** What came of polling, the last time, by workspace. */
export interface Polls {
  /** Strongly consistent. */
  find(workspace: string): Promise<PollNote | undefined>;
  note(workspace: string, note: PollNote): Promise<void>;
}
