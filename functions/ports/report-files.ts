import type { ReportPeriod } from "../core/report-period.ts";

/** Forms that a report is kept in. */
export type ReportForm = "html" | "csv" | "json";

/** Which report is meant. */
export type ReportKey = Pick<ReportPeriod, "kind" | "name">;

/** The files of reports, for good. */
export interface ReportFiles {
  /**
   * Keeps a file, unless there is one.
   * @returns what lies there now: of several who write at once, the bytes of the first.
   */
  keep(workspace: string, report: ReportKey, form: ReportForm, bytes: Uint8Array): Promise<Uint8Array>;
  read(workspace: string, report: ReportKey, form: ReportForm): Promise<Uint8Array | undefined>;
}
