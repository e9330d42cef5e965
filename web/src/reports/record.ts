import { send } from "../api.ts";
import type { Session } from "../session.ts";

/** A report that was made, in a list. */
export interface ReportRecord {
  readonly id: string;
  readonly kind: "daily" | "weekly" | "monthly";
  readonly label: string;
  readonly madeAt: string;
  readonly hours: number;
  readonly wholeHours: number;
  /** The report in a sentence or two. */
  readonly lead: string;
}

/** Forms of a report, with the type that a file of each has. */
export const FORMS = {
  html: { name: "HTML", type: "text/html;charset=utf-8" },
  csv: { name: "CSV", type: "text/csv;charset=utf-8" },
  json: { name: "JSON", type: "application/json" },
} as const;
/** A form in which a report can be saved. */
export type Form = keyof typeof FORMS;

/** A report in one of its forms, as it was made. @throws Refused. */
export const readReport = async (session: Session, id: string, form: Form): Promise<string> => {
  const answer = await send(session, "GET", `/v1/reports/${encodeURIComponent(id)}?format=${form}`);
  return answer.text();
};
