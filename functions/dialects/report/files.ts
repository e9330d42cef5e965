import { type Report, reportBytes } from "../../core/report.ts";
import { csvOf } from "./csv.ts";
import { pageOf } from "./page.ts";

/** A report in every form. */
export const filesOf = (report: Report): Readonly<Record<"html" | "csv" | "json", Uint8Array>> => ({
  html: Buffer.from(pageOf(report)),
  csv: Buffer.from(csvOf(report)),
  json: reportBytes(report),
});
