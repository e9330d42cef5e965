import { dayPeakThrough, totalsWith } from "./closing.ts";
import {
  type Carried,
  carryThrough,
  type ConnectionFigures,
  connectionFigures,
  NOTHING_CARRIED,
  unknownUntil,
} from "./connections.ts";
import { emptyHour, type HourDelta } from "./delta.ts";
import type { Head } from "./head.ts";
import { type Hour, HOUR_MS, HOUR_SECONDS, hourOf, MINUTE_MS } from "./hour.ts";
import { isPausedThroughout, isPausedWithin } from "./pause.ts";
import { restoredReasons } from "./restored.ts";
import type { Document } from "./document.ts";
import { documentOf } from "./snapshot.ts";
import { NOTHING_REPORTED, type Observed, type Window } from "./observed.ts";
import type { Workspace } from "./workspace.ts";

/** The last 3600 seconds to the minute; the running minute is in, so that every acknowledged event is. */
export const windowAt = (now: number): Window => {
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  return { start: end - HOUR_MS, end };
};

/** A workspace's state with everything acknowledged merged in. */
export interface Merged {
  /** The head with the unfolded tail placed in memory. */
  readonly head: Head;
  /** Deltas, tail included, of every open hour and of every hour the window touches. */
  readonly hours: ReadonlyMap<Hour, HourDelta>;
  /** Connections carried into the window's first hour, when that is closed. */
  readonly carriedIn: Carried | undefined;
}

const hoursFrom = (hours: ReadonlyMap<Hour, HourDelta>, from: Hour, through: Hour): [Hour, HourDelta][] => {
  const list: [Hour, HourDelta][] = [];
  for (let hour = from; hour <= through; hour++) list.push([hour, hours.get(hour) ?? emptyHour()]);
  return list;
};

/** Connections carried into an open hour, from the last closed one on. */
const carriedInto = ({ head, hours }: Merged, hour: Hour): Carried =>
  hoursFrom(hours, head.closedThrough + 1, hour - 1).reduce(
    (carried, [passed, delta]) => carryThrough(carried, passed, delta),
    head.carried,
  );

/** Connections as they will be carried once the hours before `now` are closed: not over one that was paused throughout. */
const carryOn = (workspace: Workspace, carried: Carried, [hour, delta]: [Hour, HourDelta], now: number): Carried =>
  hour < hourOf(now) && isPausedThroughout(workspace, hour)
    ? unknownUntil((hour + 1) * HOUR_SECONDS)
    : carryThrough(carried, hour, delta);

/** A state in which open hours that were paused throughout are passed by, for what is connected after them. */
const afterPauses = (workspace: Workspace, merged: Merged, now: number): Merged => {
  const { head } = merged;
  if (workspace.pauses.length === 0 || head.import !== null) return merged;
  const passed = hoursFrom(merged.hours, head.closedThrough + 1, hourOf(now) - 1).findLast(([hour]) =>
    isPausedThroughout(workspace, hour),
  );
  if (passed === undefined) return merged;
  return {
    ...merged,
    head: { ...head, closedThrough: passed[0], carried: carryOn(workspace, head.carried, passed, now) },
  };
};

const dayPeakAt = (workspace: Workspace, merged: Merged, now: number): number | null => {
  const at = Math.floor(now / 1_000);
  let { head } = merged;
  let carried = head.carried;
  for (const [hour, delta] of hoursFrom(merged.hours, head.closedThrough + 1, hourOf(now))) {
    const from = hour * HOUR_SECONDS;
    const { peak } = connectionFigures(carried, [[hour, delta]], {
      from,
      to: Math.min(from + HOUR_SECONDS, at + 1),
      at,
    });
    head = { ...head, dayPeak: dayPeakThrough(workspace, head, hour, peak) };
    carried = carryOn(workspace, carried, [hour, delta], now);
  }
  return dayPeakThrough(workspace, head, hourOf(now), null)?.peak ?? null;
};

/**
 * Connections in the window, and now. Closed hours are told from what was carried into them; open ones from the head,
 * because only there late words of closed hours travel on.
 */
const connectionsAt = (merged: Merged, window: Window, at: number): ConnectionFigures => {
  const first = hourOf(window.start);
  const last = Math.floor(at / HOUR_SECONDS);
  const from = window.start / 1_000;
  const open = merged.head.closedThrough + 1;
  if (first >= open)
    return connectionFigures(carriedInto(merged, first), hoursFrom(merged.hours, first, last), {
      from,
      to: at + 1,
      at,
    });
  const end = Math.min(at + 1, open * HOUR_SECONDS);
  const closed = connectionFigures(
    merged.carriedIn ?? NOTHING_CARRIED,
    hoursFrom(merged.hours, first, Math.min(last, open - 1)),
    { from, to: end, at: end - 1 },
  );
  if (last < open) return closed;
  const { current, peak } = connectionFigures(merged.head.carried, hoursFrom(merged.hours, open, last), {
    from: end,
    to: at + 1,
    at,
  });
  return { current, peak: peak === null ? closed.peak : Math.max(peak, closed.peak ?? peak) };
};

/** What was observed in the window that ends now, the open hour included. */
export const observedAt = (workspace: Workspace, merged: Merged, now: number): Observed => {
  const window = windowAt(now);
  const open = merged.head.closedThrough + 1;
  const openDeltas = [...merged.hours].filter(([hour]) => hour >= open).map(([, delta]) => delta);
  // What came late for an hour long closed was merged, too, and says nothing of now.
  const hours = new Map([...merged.hours].filter(([hour]) => hour >= Math.min(open, hourOf(window.start))));
  return {
    window,
    at: now,
    ...totalsWith(merged.head, openDeltas),
    hours,
    connections: connectionsAt(afterPauses(workspace, merged, now), window, Math.floor(now / 1_000)),
    dayPeak: dayPeakAt(workspace, merged, now),
    primary: merged.head.totals.primary,
    reported: workspace.source === "events" ? undefined : NOTHING_REPORTED,
  };
};

/** The statistics as of now. */
export const readingOf = (workspace: Workspace, merged: Merged, now: number): Document =>
  documentOf(workspace, observedAt(workspace, merged, now), {
    kind: "reading",
    revision: 0,
    ledger: {
      status: "open",
      reasons: [
        ...(isPausedWithin(workspace, windowAt(now).start, windowAt(now).end) ? ["paused"] : []),
        ...(merged.head.failed.length > 0 ? ["levels-short"] : []),
        ...restoredReasons(workspace.restored, windowAt(now).start, now),
      ],
      bookedLate: merged.head.bookedLate.levels,
    },
  });
