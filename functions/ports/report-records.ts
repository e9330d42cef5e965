import type { ReportPlan } from "../core/report-plan.ts";
import type { ReportKind } from "../core/report-period.ts";
import type { Act } from "./audit.ts";
import type { ReportKey } from "./report-files.ts";

/** A report that was made. Instants in milliseconds since 1970 UTC. */
export interface ReportRecord {
  readonly id: string;
  readonly kind: ReportKind;
  /** `2024-03-01`, `2024-W09`, `2024-03`. */
  readonly name: string;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly timeZone: string;
  readonly madeAt: number;
  readonly hours: number;
  /** Hours of these that were wholly observed. */
  readonly wholeHours: number;
  /** The report in a sentence or two. */
  readonly lead: string;
}

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
