import type { Window } from "./snapshot.ts";
import type { StatisticName } from "./statistic.ts";

/** That a workspace was rebuilt from its archive, which holds no directory. Milliseconds since 1970 UTC. */
export interface Restored {
  readonly at: number;
  /** Since when all users are known again: a full list of them was committed. Null until then, 0 where there were none. */
  readonly users: number | null;
  /** The same of rooms. */
  readonly rooms: number | null;
}

/** What the directory alone tells; who was seen and which rooms were used is told by messages. */
const ofDirectory = (name: StatisticName): "users" | "rooms" | undefined => {
  const [area] = name.split(".");
  if (name === "users.seen" || name === "rooms.used") return undefined;
  return area === "users" || area === "rooms" ? area : undefined;
};

/**
 * Whether a number is not known because the directory was lost: how many there are from when a list told it, who is new
 * only from the first whole window after.
 * @param at as of when levels hold.
 */
export const isUntold = (restored: Restored, name: StatisticName, { start }: Window, at: number): boolean => {
  const area = ofDirectory(name);
  if (area === undefined) return false;
  const since = restored[area];
  const isFlow = name === "users.joined" || name === "rooms.opened";
  return since === null || (isFlow ? start : at) < since;
};

/** What the ledger says of a window of a workspace that was rebuilt. */
export const restoredReasons = (restored: Restored | undefined, { start }: Window, at: number): readonly string[] => {
  if (restored === undefined) return [];
  const isUnknown = [restored.users, restored.rooms].some((since) => since === null || at < since);
  return [...(start <= restored.at ? ["restored"] : []), ...(isUnknown ? ["directory-lost"] : [])];
};
