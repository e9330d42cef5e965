import { NOTHING_CARRIED, unknownUntil } from "./connections.ts";
import { emptyHour, type HourDelta } from "./delta.ts";
import { bookLate, type Head, type MissingHours, withDirty } from "./head.ts";
import { type Hour, HOUR_SECONDS } from "./hour.ts";
import { isPausedThroughout } from "./pause.ts";
import type { Workspace } from "./workspace.ts";

/** Runs in which an hour may fail to close before it is passed over, so that the hours after it can close. */
const RUNS_BEFORE_PASSING = 3;

/** Notes that the next hour could not be closed; after the third run it is passed over, its delta kept. */
export const noteFailure = (head: Head): Head => {
  const hour = head.closedThrough + 1;
  const runs = head.failing?.hour === hour ? head.failing.runs + 1 : 1;
  return runs < RUNS_BEFORE_PASSING
    ? { ...head, failing: { hour, runs } }
    : { ...head, failing: null, closedThrough: hour, failed: [...head.failed, hour] };
};

/** One more range of missing hours; joined with the one before when it goes on from there for the same reason. */
const withMissing = (missing: Head["missing"], next: MissingHours): Head["missing"] => {
  const last = missing.at(-1);
  return last?.[1] === next[0] && last[2] === next[2]
    ? [...missing.slice(0, -1), last[2] === undefined ? [last[0], next[1]] : [last[0], next[1], last[2]]]
    : [...missing, next];
};

/**
 * Declares hours `[from, to)` after the last closed one as observed by nobody; the next to close is `to`.
 * @param late what came for some of them all the same: booked late, and the hour restated as partial.
 * @param why what the ledger says of it.
 */
export const skipMissing = (head: Head, to: Hour, late: ReadonlyMap<Hour, HourDelta>, why?: string): Head => {
  const from = head.closedThrough + 1;
  if (to <= from) return head;
  return withLate(
    {
      ...head,
      closedThrough: to - 1,
      missing: withMissing(head.missing, why === undefined ? [from, to] : [from, to, why]),
    },
    late,
  );
};

const withLate = (head: Head, late: ReadonlyMap<Hour, HourDelta>): Head => {
  let skipped = head;
  for (const [hour, delta] of [...late].toSorted(([a], [b]) => a - b))
    skipped = withDirty(
      bookLate(skipped, hour, delta, { carriedIn: NOTHING_CARRIED, before: emptyHour(), after: delta }),
      hour,
    );
  return skipped;
};

/** Whether a running import fills an hour, whatever else was the matter with it. */
export const isFilled = (head: Head, hour: Hour): boolean =>
  head.import?.through != null && hour <= head.import.through;

/** Whether the hour after the last closed one is passed by, because nothing was taken in all of it. */
export const isPassedBy = (workspace: Workspace, head: Head): boolean => {
  const hour = head.closedThrough + 1;
  return !isFilled(head, hour) && isPausedThroughout(workspace, hour);
};

/**
 * Passes by the hour after the last closed one, in which nothing was taken: it is missing. Who is connected is not
 * known afterwards.
 * @param late what came for it all the same, from a process that had not heard of the pause.
 */
export const passBy = (head: Head, late: HourDelta | undefined): Head => {
  const hour = head.closedThrough + 1;
  const passed: Head = {
    ...head,
    closedThrough: hour,
    carried: unknownUntil((hour + 1) * HOUR_SECONDS),
    missing: withMissing(head.missing, [hour, hour + 1, "paused"]),
    failing: null,
  };
  return withLate(passed, late === undefined ? new Map() : new Map([[hour, late]]));
};
