import type { ReportKind } from "./report-period.ts";

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
