import { Failure } from "../core/failure.ts";
import { type Head, isClosed } from "../core/head.ts";
import { hourName } from "../core/hour.ts";
import { mergedReports } from "../core/hour-report.ts";
import type { ImkitReport } from "../core/imkit-report.ts";
import { isoOf } from "../core/instant.ts";
import { mustTake } from "../core/pause.ts";
import { type Document, documentIn, valueIn } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

/** Losses against others who move the head before a report is given up. */
const TRIES = 20;

const mustBeOpen = (head: Head, { hour }: ImkitReport): void => {
  const name = hourName(hour);
  if (hour < head.firstHour)
    throw new Failure("report.unwanted", `Hour ${name} lies before the workspace's first.`, { hour: name });
  if (isClosed(head, hour))
    throw new Failure("report.unwanted", `Hour ${name} is closed already: a report counts when it comes before.`, {
      hour: name,
    });
};

type ReportParts = Pick<Parts, "hours" | "snapshots" | "reports" | "clock" | "pauseByChance">;

/** Whether a document tells the window and the numbers of a report. */
const tells = (document: Document, { window, figures }: ImkitReport): boolean =>
  valueIn(document, "reportedWindow.start") === isoOf(window.start) &&
  valueIn(document, "reportedWindow.end") === isoOf(window.end) &&
  Object.entries(figures).every(([name, figure]) => valueIn(document, name) === figure);

/** Whether a closed hour says what a report does: it was sent again, because its answer was lost. */
const isToldBy = async (parts: ReportParts, workspace: string, report: ImkitReport): Promise<boolean> => {
  const kept = await parts.reports.find(workspace, report.hour);
  if (JSON.stringify(kept) !== JSON.stringify(report)) return false;
  const snapshot = await parts.snapshots.read(workspace, report.hour);
  // What is kept last may have come too late for the snapshot, which tells of the one before.
  const told = mergedReports(report, await parts.reports.find(workspace, report.hour, "poll")) ?? report;
  return snapshot !== undefined && tells(documentIn(snapshot.bytes), told);
};

/**
 * Takes what an IMKit server reports of an hour: when the hour closes, its snapshot says what the report does. Once it
 * is acknowledged, no closing can miss it: the head has moved, so a closer that looked before it came starts over.
 * @throws Failure `report.unwanted` when the workspace counts events or the hour is closed, `workspace.paused`,
 * `store.busy`.
 */
export const takeReport =
  (parts: ReportParts) =>
  async (workspace: Workspace, report: ImkitReport): Promise<void> => {
    mustTake(workspace);
    if (workspace.source !== "imkit")
      throw new Failure(
        "report.unwanted",
        "This workspace counts the events that its server sends, and reports would add nothing to exact numbers: set its source to imkit, or stop the reports.",
        { source: workspace.source },
      );
    for (let tries = 1; tries <= TRIES; tries++) {
      const head = await parts.hours.head(workspace.id);
      if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace.id}.`);
      if (isClosed(head, report.hour) && (await isToldBy(parts, workspace.id, report))) return;
      mustBeOpen(head, report);
      await parts.reports.keep(workspace.id, report, parts.clock());
      if ((await parts.hours.advance(workspace.id, head, new Map())) !== undefined) return;
      await parts.pauseByChance(tries);
    }
    throw new Failure("store.busy", "Others kept moving this workspace; send the report again.");
  };
