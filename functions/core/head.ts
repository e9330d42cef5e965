import { type Carried, carryThrough, NOTHING_CARRIED, patchCarried, unknownUntil } from "./connections.ts";
import { addAmounts, type Delta, emptyHour, type HourDelta, keepLatest, mergeHour } from "./delta.ts";
import type { InstanceReport } from "./event.ts";
import { endOf, type Hour, HOUR_SECONDS } from "./hour.ts";
import type { Day } from "./series.ts";
import type { Anomaly } from "./document.ts";
import type { Amounts, TimeName } from "./statistic.ts";

/** Levels and times as of the last closed hour. */
export interface Totals {
  readonly levels: Amounts;
  readonly times: Partial<Record<TimeName, number>>;
  /** The latest report of the most recently started instance: version, host and the like. */
  readonly primary: InstanceReport | null;
}

/** Highest peak of a calendar day so far; `timeZone` is the IANA name by which the day was cut. */
export interface DayPeak {
  readonly date: string;
  readonly timeZone?: string;
  readonly peak: number;
}

/** Hours `[from, to)` that nobody observed; with why: `paused` when nothing was taken in them, `restored` when it was lost. */
export type MissingHours = readonly [from: Hour, to: Hour, why?: string];

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

/** What was published as which number, as short as it can be written. */
export type RecentPublication = readonly [number: number, hour: Hour, revision: number];

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
  /** UTC days of which something was published that their series does not hold yet. */
  readonly unpacked: readonly Day[];
  /** The last publication: its number (0 before the first) and sha256. */
  readonly publication: { readonly number: number; readonly sha256: string | null };
  /** The last publications, in order, of which no item tells yet; each is told by one or the other. */
  readonly recent: readonly RecentPublication[];
  /** The last publication that may have changed what coming hours are held against; 0 before there is one. */
  readonly rewritten: number;
  /** Highest peak of the workspace's day that holds `closedThrough`. */
  readonly dayPeak: DayPeak | null;
  /** Last hour in which some instance reported in at least 30 minutes. */
  readonly steadyHour: Hour | null;
  /** What was unusual in the hour that was published last in its turn; null when nobody could say. */
  readonly judged: { readonly hour: Hour; readonly anomalies: readonly Anomaly[] | null } | null;
  /** Hours observed by nobody. */
  readonly missing: readonly MissingHours[];
  readonly import: ImportState | null;
  /** Id of the import that was finished last, so that its end may be asked for again. */
  readonly imported: string | null;
  /** The hour that could not be closed, and in how many runs. */
  readonly failing: { readonly hour: Hour; readonly runs: number } | null;
  /** Of hours before `from` only how many were seen is known; up to `swept` the rest is gone. Undefined: all is known. */
  readonly people?: { readonly from: Hour; readonly swept: Hour };
  /** Ids of hours before `from` are hashed up to `swept`, and will be up to `from`. Undefined: all are plain. */
  readonly hashed?: { readonly from: Hour; readonly swept: Hour };
  /**
   * The last hour that was rebuilt from the archive: which events had been counted by then nobody knows any more, so
   * none are taken up to there. Undefined: nothing was.
   */
  readonly restoredThrough?: Hour;
  /** Hours passed over because they could not be closed; their deltas are kept, and every run tries them again. */
  readonly failed: readonly Hour[];
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
  unpacked: [],
  publication: { number: 0, sha256: null },
  recent: [],
  rewritten: 0,
  dayPeak: null,
  steadyHour: null,
  judged: null,
  missing: [],
  import: null,
  imported: null,
  failing: null,
  failed: [],
});

/** What is unusual now: in the last closed hour. Null when nobody can say. */
export const anomaliesNow = ({ judged, closedThrough }: Head): readonly Anomaly[] | null =>
  judged?.hour === closedThrough ? judged.anomalies : null;

/** Whether an hour was observed by nobody. */
export const isMissing = (head: Head, hour: Hour): boolean => missingAt(head, hour) !== undefined;

/** Why nobody observed an hour; undefined when that is not known, or somebody did. */
export const whyMissing = (head: Head, hour: Hour): string | undefined => missingAt(head, hour)?.[2];

/** Whether nobody observed an hour because the workspace was paused in all of it. */
export const isMissedByPause = (head: Head, hour: Hour): boolean => missingAt(head, hour)?.[2] === "paused";

/** The first hour that events are taken of. */
export const takenFrom = ({ firstHour, restoredThrough }: Head): Hour =>
  Math.max(firstHour, (restoredThrough ?? -Infinity) + 1);

/** Connections carried into a closed hour that has no document to tell them. */
export const carriedIntoUnseen = (head: Head, hour: Hour): Carried =>
  whyMissing(head, hour) !== undefined ? unknownUntil(hour * HOUR_SECONDS) : NOTHING_CARRIED;

const missingAt = (head: Head, hour: Hour): MissingHours | undefined =>
  head.missing.find(([from, to]) => hour >= from && hour < to);

/** Whether an hour has closed before; what comes for it now is late. */
export const isClosed = (head: Head, hour: Hour): boolean => hour >= head.firstHour && hour <= head.closedThrough;

/** An hour delta as stored, and the connections carried into its hour when that is closed. */
export interface StoredHour {
  readonly delta: HourDelta;
  readonly carriedIn: Carried;
  /** Its delta has expired: what comes now counts in levels, but can't restate the hour. */
  readonly isGone: boolean;
}

/**
 * Books late what a closed hour has gained: for levels and times in the next hour to close, for connections in the
 * levels carried on.
 * @param added what came; `before` and `after` are the hour's deltas without and with it.
 */
export const bookLate = (
  head: Head,
  hour: Hour,
  added: HourDelta,
  { carriedIn, before, after }: { readonly carriedIn: Carried; readonly before: HourDelta; readonly after: HourDelta },
): Head => {
  const levels: Amounts = { ...head.bookedLate.levels };
  const times = { ...head.bookedLate.times };
  addAmounts(levels, added.levels);
  keepLatest(times, added.times);
  const carried = patchCarried(
    head.carried,
    carryThrough(carriedIn, hour, before),
    carryThrough(carriedIn, hour, after),
    endOf(hour) / 1_000,
  );
  return { ...head, bookedLate: { levels, times }, carried };
};

/** Marks a closed hour to be restated. */
export const withDirty = (head: Head, hour: Hour): Head =>
  head.dirty.includes(hour) ? head : { ...head, dirty: [...head.dirty, hour].toSorted((a, b) => a - b) };

const NOTHING_STORED: StoredHour = { delta: emptyHour(), carriedIn: NOTHING_CARRIED, isGone: false };

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
  let placed = head;
  for (const [hour, added] of incoming) {
    const { delta: before, carriedIn, isGone } = stored.get(hour) ?? NOTHING_STORED;
    if (isGone) {
      // Without connections: who was connected then has long been told by others.
      placed = bookLate(placed, hour, added, { carriedIn, before, after: before });
      continue;
    }
    const after = emptyHour();
    mergeHour(after, before);
    mergeHour(after, added);
    deltas.set(hour, after);
    if (isClosed(head, hour)) {
      // A failed hour is not restated but closed at last, and all of its delta is booked then.
      if (!head.failed.includes(hour))
        placed = withDirty(bookLate(placed, hour, added, { carriedIn, before, after }), hour);
    } else if (hour < placed.firstHour) {
      // Only an import reaches back before the first hour, and only while none is closed.
      if (head.closedThrough >= head.firstHour) throw new Error(`hour ${hour} lies before the first closed hour`);
      placed = { ...placed, firstHour: hour, closedThrough: hour - 1 };
    }
  }
  return { head: placed, deltas };
};
