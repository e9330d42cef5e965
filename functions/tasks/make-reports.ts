import { type Head, isMissedByPause } from "../core/head.ts";
import type { Notice, Topic } from "../core/notice.ts";
import { isWhole, type Report, reportBytes, reportIn } from "../core/report.ts";
import type { ReportPeriod } from "../core/report-period.ts";
import { doneWith, duePeriods, NEW_PLAN } from "../core/report-plan.ts";
import type { Workspace } from "../core/workspace.ts";
import type { ReportForm } from "../ports/report-files.ts";
import type { ReportRecord } from "../core/report-record.ts";
import { composeReport, type ReportParts } from "./compose-report.ts";
import type { Parts } from "./parts.ts";
import { postNotices } from "./post-notices.ts";

/** Writes reports: their files, and the sentence or two that a notice says. */
export interface ReportWriter {
  readonly filesOf: (report: Report) => Readonly<Record<ReportForm, Uint8Array>>;
  readonly linesOf: (report: Report) => readonly string[];
  readonly titleOf: (report: Report) => string;
}

/** What making reports takes. */
export type MakeParts = ReportParts &
  Pick<Parts, "reportFiles" | "reportRecords" | "workspaces" | "channels" | "outbox">;

const topicOf = ({ kind }: Report): Topic => `report.${kind}`;

const wholeHoursOf = ({ quality }: Report): number =>
  Object.entries(quality.statuses).reduce((sum, [status, count]) => sum + (isWhole(status) ? count : 0), 0);

/** What channels are told of a report. Its time is the period's end: whoever makes it again makes the same notice. */
const noticeOf = (report: Report, writer: ReportWriter): Notice => ({
  id: `${topicOf(report)}/${report.period}`,
  topic: topicOf(report),
  at: Date.parse(report.to),
  title: writer.titleOf(report),
  lines: writer.linesOf(report),
  data: {
    report: report.id,
    kind: report.kind,
    period: report.period,
    label: report.label,
    from: report.from,
    to: report.to,
    timeZone: report.timeZone,
    path: `/v1/reports/${report.id}`,
    hours: report.quality.hours,
    wholeHours: wholeHoursOf(report),
    coverage: report.quality.coverage,
    headlines: report.headlines,
  },
});

const recordOf = (report: Report, writer: ReportWriter, madeAt: number): ReportRecord => ({
  id: report.id,
  kind: report.kind,
  name: report.period,
  label: report.label,
  from: Date.parse(report.from),
  to: Date.parse(report.to),
  timeZone: report.timeZone,
  madeAt,
  hours: report.quality.hours,
  wholeHours: wholeHoursOf(report),
  lead: writer.linesOf(report)[0] ?? "",
});

/** A pause is not worth a report; hours that should have been observed and were not are. */
const isWorthOne = (head: Head, { from, to }: ReportPeriod): boolean =>
  Array.from({ length: to - from }, (_, at) => from + at).some(
    (hour) => hour >= head.firstHour && !isMissedByPause(head, hour),
  );

/**
 * Makes one report, in an order that may be stopped anywhere and done again, by several at once: the numbers are kept
 * first, and the first to keep them decides; pages and notices are written from what is kept, and change nothing the
 * second time; the record comes last.
 */
const makeOne = async (
  parts: MakeParts,
  writer: ReportWriter,
  workspace: Workspace,
  period: ReportPeriod,
): Promise<void> => {
  const composed = await composeReport(parts)(workspace, period);
  const kept = await parts.reportFiles.keep(workspace.id, period, "json", reportBytes(composed));
  const report = reportIn(kept);
  const { html, csv } = writer.filesOf(report);
  await parts.reportFiles.keep(workspace.id, period, "html", html);
  await parts.reportFiles.keep(workspace.id, period, "csv", csv);
  await postNotices(parts)(workspace.id, [noticeOf(report, writer)]);
  await parts.reportRecords.note(workspace.id, recordOf(report, writer, parts.clock()));
};

/**
 * Makes the reports of a workspace that are due, each once, and posts their notices. A report stays as it was made: late
 * events restate hours, and not what was sent.
 * @param loadWriter is asked when there is something to write, which is seldom.
 * @param now milliseconds since 1970 UTC.
 * @returns the ids of the reports made.
 */
export const makeReports =
  (parts: MakeParts, loadWriter: () => Promise<ReportWriter>) =>
  async (workspaceId: string, now: number): Promise<readonly string[]> => {
    const [workspace, head, plan = NEW_PLAN] = await Promise.all([
      parts.workspaces.find(workspaceId),
      parts.hours.head(workspaceId),
      parts.reportRecords.plan(workspaceId),
    ]);
    // While an import is open nothing closes, and there is nothing to tell.
    if (workspace === undefined || workspace.state === "ended" || head === undefined || head.import !== null) return [];
    const made: string[] = [];
    for (const period of duePeriods(plan, head, workspace.timeZone, now)) {
      const isMade = (await parts.reportRecords.find(workspaceId, period)) !== undefined;
      if (!isMade && isWorthOne(head, period)) {
        await makeOne(parts, await loadWriter(), workspace, period);
        made.push(`${period.kind}-${period.name}`);
      }
      await parts.reportRecords.changePlan(workspaceId, (before) => doneWith(before, period));
    }
    return made;
  };
