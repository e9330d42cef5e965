import type { Hour } from "../core/hour.ts";
import type { HourReport } from "../core/hour-report.ts";

/** How a report came: the server sent it, or was asked for it. */
export type Via = "push" | "poll";

/** Reports of hours, as chat servers sent them, until their hours are closed and a while after. */
export interface Reports {
  /**
   * Keeps a report as its hour's, of those that came the same way, unless one is kept that misses the hour by no more.
   * @param via how it came, `push` by default.
   * @param now decides when it expires, milliseconds since 1970 UTC.
   */
  keep(workspace: string, report: HourReport, now: number, via?: Via): Promise<void>;
  /** Strongly consistent. */
  find(workspace: string, hour: Hour, via?: Via): Promise<HourReport | undefined>;
}
