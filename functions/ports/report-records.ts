import type { ReportPlan } from "../core/report-plan.ts";
import type { ReportRecord } from "../core/report-record.ts";
import type { Act } from "./audit.ts";
import type { ReportKey } from "./report-files.ts";

/** Which reports a workspace has, and which it is to have. */
export interface ReportRecords {
  /** Notes a report; one that is noted already stays as it is. */
  note(workspace: string, record: ReportRecord): Promise<void>;
  find(workspace: string, report: ReportKey): Promise<ReportRecord | undefined>;
  /** The latest periods first; `after` is the cursor of the page before. */
  list(
    workspace: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ readonly records: readonly ReportRecord[]; readonly next: string | undefined }>;
  /** Undefined before anything was planned. Strongly consistent. */
  plan(workspace: string): Promise<ReportPlan | undefined>;
  /**
   * Changes the plan, {@link NEW_PLAN} at first, and notes an act with it: `change` is asked again when somebody else was first.
   * @returns the plan after.
   */
  changePlan(workspace: string, change: (plan: ReportPlan) => ReportPlan, act?: Act): Promise<ReportPlan>;
}
