import { Failure } from "../core/failure.ts";
import { type Health, healthOf, lastTold } from "../core/health.ts";
import { documentIn } from "../core/snapshot.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";
import { isPolled } from "./poll-source.ts";

/**
 * How a workspace's hourly run is doing as of now: two reads, whatever there is to tell, and one more where a server is polled.
 * @throws Failure `workspace.missing`.
 */
export const readHealth =
  (parts: Pick<Parts, "hours" | "snapshots" | "polls" | "clock">) =>
  async (workspace: Workspace): Promise<Health> => {
    const head = await parts.hours.head(workspace.id);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace.id}.`);
    const lastPoll = isPolled(workspace) ? await parts.polls.find(workspace.id) : undefined;
    const hour = lastTold(head);
    const snapshot = hour === undefined ? undefined : await parts.snapshots.read(workspace.id, hour);
    if (hour === undefined || snapshot === undefined) return healthOf(workspace, head, null, parts.clock(), lastPoll);
    const { ledger, integrity } = documentIn(snapshot.bytes);
    const lastClosed = { hour, madeAt: snapshot.madeAt, ledger, integrity };
    return healthOf(workspace, head, lastClosed, parts.clock(), lastPoll);
  };
