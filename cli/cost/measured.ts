import type { Work } from "./prices.ts";

/** What one piece of work takes, as `npm run bench -- units snapshots read` measures it on the engine. */
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

/** An hour of so many batches: folded, closed, archived, and its share of the day that is packed. */
export const closingOf = (batches: number, eventsPerBatch: number): Measured => ({
  // From nine of an hour without events to twelve of one that fifty people share.
  writes: 12,
  // Eight series of the weeks before say what is usual.
  reads: 12 + Math.ceil((batches * segmentBytes(eventsPerBatch)) / BYTES_OF_A_READ),
  calls: 9,
  cpuMs: 10 + 0.05 * batches,
});

/** A call that is answered with the latest document; its credential is remembered. */
export const READ_LATEST: Measured = { writes: 0, reads: 1, calls: 1, cpuMs: 1 };

/** A refresh with something new to fold. */
export const REFRESH: Measured = { writes: 8, reads: 12, calls: 11, cpuMs: 15 };

/** A workspace's year of history kept, in bytes of the table and of the archive. */
export const KEPT_A_MONTH = { tableBytes: 730 * 2_200, archiveBytes: 730 * 2_700 };
