import type { Hour } from "../core/hour.ts";
import type { ImkitReport } from "../core/imkit-report.ts";

/** Reports of hours, as chat servers sent them, until their hours are closed and a while after. */
export interface Reports {
  /**
   * Keeps a report as its hour's, unless one is kept that misses the hour by no more.
   * @param now decides when it expires, milliseconds since 1970 UTC.
   */
  keep(workspace: string, report: ImkitReport, now: number): Promise<void>;
  /** Strongly consistent. */
  find(workspace: string, hour: Hour): Promise<ImkitReport | undefined>;
}
