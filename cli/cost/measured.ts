import type { Work } from "./prices.ts";

/** What one piece of work takes, as `npm run bench -- units snapshots refreshes read` measures it on the engine. */
export interface Measured extends Work {
  readonly writes: number;
  readonly reads: number;
}

const BYTES_OF_A_UNIT = 1_024;
/** A segment's keys and what is the same in every delta, and what each event adds to it. */
const SEGMENT_BYTES = { base: 300, event: 1.5 };

const segmentBytes = (events: number): number => SEGMENT_BYTES.base + SEGMENT_BYTES.event * events;

/** A batch of so many messages: its segment and its record, in one transaction (two units for a started KB of each). */
export const batchOf = (events: number): Measured => ({
  writes: 2 + 2 * Math.ceil(segmentBytes(events) / BYTES_OF_A_UNIT),
  reads: 2,
  calls: 3,
  cpuMs: 2 + 0.01 * events,
});

const BYTES_OF_A_READ = 4_096;

/** Series, unions, what is usual, and what was published are kept when a day is over, or begins. */
const ONCE_A_DAY = { writes: 16, reads: 18 };
const HOURS_OF_A_DAY = 24;

/** An hour of so many batches: folded, closed, archived, and its share of the day that is packed. */
export const closingOf = (batches: number, eventsPerBatch: number): Measured => ({
  // The head twice, the snapshot with its sets, the latest document; the delta of an hour in which something happened.
  writes: (batches === 0 ? 6 : 8) + ONCE_A_DAY.writes / HOURS_OF_A_DAY,
  reads:
    4 +
    Math.max(Math.ceil((batches * segmentBytes(eventsPerBatch)) / BYTES_OF_A_READ), 1) +
    ONCE_A_DAY.reads / HOURS_OF_A_DAY,
  calls: 8,
  cpuMs: 10 + 0.05 * batches,
});

/** A call that is answered with the latest document; its credential is remembered. */
export const READ_LATEST: Measured = { writes: 0, reads: 1, calls: 1, cpuMs: 1 };

/** A refresh with a hundred new messages, its lease included (`npm run bench -- refreshes`). */
export const REFRESH: Measured = { writes: 3.5, reads: 7, calls: 8, cpuMs: 12 };

/** A workspace's year of history kept, in bytes of the table and of the archive. */
export const KEPT_A_MONTH = { tableBytes: 730 * 1_700, archiveBytes: 730 * 2_700 };
