import { type Carried, carryThrough, NOTHING_CARRIED, patchCarried } from "./connections.ts";
import { addAmounts, type Delta, emptyHour, type HourDelta, keepLatest, mergeHour } from "./delta.ts";
import type { InstanceReport } from "./event.ts";
import { endOf, type Hour } from "./hour.ts";
import type { Amounts, TimeName } from "./statistic.ts";

/** Levels and times as of the last closed hour. */
export interface Totals {
  readonly levels: Amounts;
  readonly times: Partial<Record<TimeName, number>>;
  /** The latest report of the most recently started instance: version, host and the like. */
  readonly primary: InstanceReport | null;
}

/** A running import; while there is one, nothing closes on its own. */
export interface ImportState {
  readonly id: string;
  /** Set once it is being finished: the last hour it fills. */
  readonly through: Hour | null;
  /** Hour of the last event folded under it. */
  readonly lastHour: Hour | null;
  /** Levels before its first hour, as declared. */
  readonly opening: Amounts;
}

/**
 * All of a workspace's state that is not the log: how far it is folded, closed and published. Changed only as a
 * whole, on condition of its `version`, so of any number of folders and closers one wins.
 */
export interface Head {
  readonly version: number;
  /** Position up to which each lane is folded; as many as there are lanes. */
  readonly positions: readonly number[];
  /** First hour of the history. */
  readonly firstHour: Hour;
  /** Last closed hour; `firstHour - 1` before any is. */
  readonly closedThrough: Hour;
  readonly totals: Totals;
  /** Connections at the end of `closedThrough`. */
  readonly carried: Carried;
  /** What late events add to levels and times; enters the next hour to close. */
  readonly bookedLate: { readonly levels: Amounts; readonly times: Partial<Record<TimeName, number>> };
  /** Closed hours to restate. */
  readonly dirty: readonly Hour[];
  /** Committed publications that may not be in the archive yet. */
  readonly unarchived: readonly { readonly hour: Hour; readonly revision: number }[];
  /** The last publication: its number (0 before the first) and sha256. */
  readonly publication: { readonly number: number; readonly sha256: string | null };
  /** Highest peak of the workspace's day that holds `closedThrough`. */
  readonly dayPeak: { readonly date: string; readonly peak: number } | null;
  /** Last hour in which some instance reported in at least 30 minutes. */
  readonly steadyHour: Hour | null;
  /** Hours `[from, to)` observed by nobody. */
  readonly missing: readonly (readonly [from: Hour, to: Hour])[];
  readonly import: ImportState | null;
}

/** The head of a new workspace. */
export const newHead = (firstHour: Hour): Head => ({
  version: 0,
  positions: [0],
  firstHour,
  closedThrough: firstHour - 1,
  totals: { levels: {}, times: {}, primary: null },
  carried: NOTHING_CARRIED,
  bookedLate: { levels: {}, times: {} },
  dirty: [],
  unarchived: [],
  publication: { number: 0, sha256: null },
  dayPeak: null,
  steadyHour: null,
  missing: [],
  import: null,
});

/** Whether an hour was observed by nobody. */
export const isMissing = (head: Head, hour: Hour): boolean =>
  head.missing.some(([from, to]) => hour >= from && hour < to);

/** Whether an hour has closed before; what comes for it now is late. */
export const isClosed = (head: Head, hour: Hour): boolean => hour >= head.firstHour && hour <= head.closedThrough;

/** An hour delta as stored, and the connections carried into its hour when that is closed. */
export interface StoredHour {
  readonly delta: HourDelta;
  readonly carriedIn: Carried;
}

/**
 * Places folded segments: open hours go to their deltas, closed ones are booked late and marked dirty.
 * @param incoming the merged segments; `stored` has an entry for each of its hours that is closed or was folded before.
 * @returns the head after, and the new delta of every hour touched.
 */
export const place = (
  head: Head,
  incoming: Delta,
  stored: ReadonlyMap<Hour, StoredHour>,
): { readonly head: Head; readonly deltas: ReadonlyMap<Hour, HourDelta> } => {
  const deltas = new Map<Hour, HourDelta>();
  const levels: Amounts = { ...head.bookedLate.levels };
  const times = { ...head.bookedLate.times };
  const dirty = new Set(head.dirty);
  let { carried, firstHour, closedThrough } = head;
  for (const [hour, added] of incoming) {
    const merged = emptyHour();
    const before = stored.get(hour);
    if (before !== undefined) mergeHour(merged, before.delta);
    mergeHour(merged, added);
    deltas.set(hour, merged);
    if (isClosed(head, hour)) {
      addAmounts(levels, added.levels);
      keepLatest(times, added.times);
      dirty.add(hour);
      const carriedIn = before?.carriedIn ?? NOTHING_CARRIED;
      carried = patchCarried(
        carried,
        carryThrough(carriedIn, hour, before?.delta ?? emptyHour()),
        carryThrough(carriedIn, hour, merged),
        endOf(hour) / 1_000,
      );
    } else if (hour < firstHour) {
      // Only an import reaches back before the first hour, and only while none is closed.
      if (head.closedThrough >= head.firstHour) throw new Error(`hour ${hour} lies before the first closed hour`);
      firstHour = hour;
      closedThrough = hour - 1;
    }
  }
  return {
    head: {
      ...head,
      firstHour,
      closedThrough,
      carried,
      bookedLate: { levels, times },
      dirty: [...dirty].toSorted((a, b) => a - b),
    },
    deltas,
  };
};
