import type { UsualDay } from "../core/baseline.ts";
import type { PackedDay } from "../core/compaction.ts";
import type { Day, DaySeries } from "../core/series.ts";

/** The history, packed for reading: one item per workspace and UTC day. */
export interface Series {
  /**
   * Keeps a day as it was once so many documents were published; one that was packed later stays.
   * @param publication number of the last publication when it was packed.
   */
  keep(workspace: string, day: Day, series: DaySeries, publication: number): Promise<void>;
  /** Days `[from, to)`, strongly consistent: the head says which are as they were published. Those never packed are left out. */
  between(workspace: string, from: Day, to: Day): Promise<ReadonlyMap<Day, DaySeries>>;
  /** What is usual on a day, as it was kept last; strongly consistent. */
  usual(workspace: string): Promise<UsualDay | undefined>;
  keepUsual(workspace: string, usual: UsualDay): Promise<void>;
  /** Every day that was packed at this publication or later, by publication; one that was packed twice comes twice. */
  packedSince(workspace: string, publication: number): Promise<readonly PackedDay[]>;
}
