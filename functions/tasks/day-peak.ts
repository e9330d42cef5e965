import type { Head } from "../core/head.ts";
import { type Hour, startOf } from "../core/hour.ts";
import { dateIn } from "../core/instant.ts";
import { documentIn, valueIn } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

/** A day that gains an hour, and one to be safe. */
const HOURS_OF_A_DAY = 26;

/**
 * A head whose day peak is of the workspace's day. After a change of the time zone the day is another one: its peak is
 * taken anew from the hours of it that are closed.
 */
export const withDayPeak = async (parts: Pick<Parts, "snapshots">, workspace: Workspace, head: Head): Promise<Head> => {
  const { timeZone } = workspace;
  // One that was kept before zones were, was cut by UTC: there was nothing else to set.
  if (head.dayPeak === null || (head.dayPeak.timeZone ?? "UTC") === timeZone) return head;
  const last = head.closedThrough;
  const date = dateIn(timeZone, startOf(last));
  let first: Hour = last;
  while (last - first < HOURS_OF_A_DAY && dateIn(timeZone, startOf(first - 1)) === date) first--;
  // One by one, because a range may lag behind, and this peak is published.
  const hours = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const snapshots = await Promise.all(hours.map((hour) => parts.snapshots.read(workspace.id, hour)));
  const peaks = snapshots
    .map((snapshot) => (snapshot === undefined ? null : valueIn(documentIn(snapshot.bytes), "connections.peak")))
    .filter((peak) => typeof peak === "number");
  return { ...head, dayPeak: peaks.length === 0 ? null : { date, timeZone, peak: Math.max(...peaks) } };
};
