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
const OF_DIRECTORY = /^(users|rooms)\.(?!seen|used)/;

/**
 * Whether a number is not known because the directory was lost: how many there are from when a list told it, who is new
 * only from the first whole window after.
 * @param start of the window, and `at` as of when its levels hold.
 */
export const isUntold = (restored: Restored, name: StatisticName, start: number, at: number): boolean => {
  const area = OF_DIRECTORY.exec(name)?.[1] as "users" | "rooms" | undefined;
  if (area === undefined) return false;
  const isFlow = /joined|opened/.test(name);
  return (isFlow ? start : at) < (restored[area] ?? Infinity);
};

/** What the ledger says of a window of a workspace that was rebuilt. */
export const restoredReasons = (restored: Restored | undefined, start: number, at: number): readonly string[] => {
  if (restored === undefined) return [];
  const isUnknown = at < Math.max(restored.users ?? Infinity, restored.rooms ?? Infinity);
  return [...(start <= restored.at ? ["restored"] : []), ...(isUnknown ? ["directory-lost"] : [])];
};
