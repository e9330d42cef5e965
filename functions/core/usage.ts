import type { Window } from "./snapshot.ts";

/** What is told of a window of time; null is «not known». */
export interface Usage {
  readonly window: Window;
  /** Ids of the users seen, sorted. */
  readonly seen: readonly string[];
  readonly roomCount: number | null;
  readonly totalRoomCount: number | null;
  readonly messageCount: number | null;
  readonly peakConnectionCount: number | null;
  readonly connectionCount: number | null;
  readonly totalMem: number | null;
  readonly freeMem: number | null;
}
