import { type GivenUpTo, givenUpTo } from "../core/delivery.ts";
import { Failure } from "../core/failure.ts";
import { type Health, healthOf, lastTold } from "../core/health.ts";
import { documentIn } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";
import { isPolled } from "./poll-source.ts";

type HealthParts = Pick<Parts, "hours" | "snapshots" | "polls" | "outbox" | "channels" | "clock">;

/** Deliveries looked at: 20 channels have five each, and only the latest tell how a channel does. */
const DELIVERIES = 100;

/** Nobody waits for what was sent to a channel that is gone. */
const readGivenUp = async (parts: HealthParts, workspace: string): Promise<readonly GivenUpTo[]> => {
  const { deliveries } = await parts.outbox.finished(workspace, { limit: DELIVERIES });
  const found = givenUpTo(deliveries, parts.clock());
  if (found.length === 0) return [];
  const channels = new Set((await parts.channels.list(workspace)).map(({ id }) => id));
  return found.filter(({ channel }) => channels.has(channel));
};

/**
 * How a workspace's hourly run is doing as of now: three reads, whatever there is to tell, one more where a
 * server is polled, and one where a notice was given up.
 * @throws Failure `workspace.missing`.
 */
export const readHealth =
  (parts: HealthParts) =>
  async (workspace: Workspace): Promise<Health> => {
    const head = await parts.hours.head(workspace.id);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace.id}.`);
    const hour = lastTold(head);
    const [lastPoll, givenUp, snapshot] = await Promise.all([
      isPolled(workspace) ? parts.polls.find(workspace.id) : undefined,
      readGivenUp(parts, workspace.id),
      hour === undefined ? undefined : parts.snapshots.read(workspace.id, hour),
    ]);
    if (hour === undefined || snapshot === undefined)
      return healthOf(workspace, head, null, parts.clock(), lastPoll, givenUp);
    const { ledger, integrity } = documentIn(snapshot.bytes);
    const lastClosed = { hour, madeAt: snapshot.madeAt, ledger, integrity };
    return healthOf(workspace, head, lastClosed, parts.clock(), lastPoll, givenUp);
  };
