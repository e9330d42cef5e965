import { HOUR_MS, hourOf } from "../core/hour.ts";
import { type Heard, instancesHeard, liveUntil } from "../core/instances.ts";
import type { Parts } from "./parts.ts";
import { mergeState } from "./take-reading.ts";

/** An instance that was heard in the last hour; live unless it fell silent. */
export interface ListedInstance extends Heard {
  readonly isLive: boolean;
}

/**
 * A workspace's instances, with every acknowledged report in, the most recently started first: those that are live, and
 * those that were in the last hour.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const listInstances =
  (parts: Pick<Parts, "log" | "hours" | "snapshots" | "clock">) =>
  async (workspace: string): Promise<readonly ListedInstance[]> => {
    const now = parts.clock();
    const from = now - HOUR_MS;
    // Events may be stamped five minutes ahead.
    const wanted = [hourOf(from), hourOf(now), hourOf(now) + 1];
    const { hours } = await mergeState(parts, workspace, () => wanted);
    return instancesHeard(hours, from).map((heard) => ({ ...heard, isLive: liveUntil(heard) >= now }));
  };
