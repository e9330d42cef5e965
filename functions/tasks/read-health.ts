import { Failure } from "../core/failure.ts";
import { type Health, healthOf, lastTold } from "../core/health.ts";
import { documentIn } from "../core/snapshot.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

/**
 * How a workspace's hourly run is doing as of now: two reads, whatever there is to tell.
 * @throws Failure `workspace.missing`.
 */
export const readHealth =
  (parts: Pick<Parts, "hours" | "snapshots" | "clock">) =>
  async (workspace: Workspace): Promise<Health> => {
    const head = await parts.hours.head(workspace.id);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace.id}.`);
    const hour = lastTold(head);
    const snapshot = hour === undefined ? undefined : await parts.snapshots.read(workspace.id, hour);
    if (hour === undefined || snapshot === undefined) return healthOf(workspace, head, null, parts.clock());
    const { ledger, integrity } = documentIn(snapshot.bytes);
    return healthOf(workspace, head, { hour, madeAt: snapshot.madeAt, ledger, integrity }, parts.clock());
  };
