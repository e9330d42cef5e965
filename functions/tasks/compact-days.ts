import { nothingMade, type PackedDay, planOf, type Progress, progressIn, progressText } from "../core/compaction.ts";
import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import { type Day, hoursOf } from "../core/series.ts";
import { STATISTICS } from "../core/statistic.ts";
import { type TableName, type TableRow } from "../core/table.ts";
import { gapRow, INTERVAL_OF, periodOf, periodRow, publishedRow } from "../core/table-rows.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Made } from "../ports/archive.ts";
import type { TableFile } from "../ports/table-files.ts";
import { documentsOf } from "./pack-days.ts";
import type { Parts } from "./parts.ts";
import { readHistory } from "./read-history.ts";
import { untold } from "./read-ledger.ts";

/** What making tables takes. */
export type CompactParts = Pick<Parts, "workspaces" | "archive" | "hours" | "snapshots" | "series"> &
  Parameters<typeof readHistory>[0] & { readonly tableFile: TableFile };

/** What a run did: days that it looked at, and files that it wrote; `remaining` days are left for another. */
export interface Compacted {
  readonly days: number;
  readonly files: number;
  readonly remaining: number;
}

/** Days that one run makes; an import leaves years of them. */
const DAYS_IN_A_RUN = 60;
/** Losses against other compactors of one file before a run leaves it to them. */
const TRIES = 10;
const NAMES = STATISTICS.map(({ name }) => name);

const hourRows = async (
  parts: CompactParts,
  workspace: Workspace,
  head: Head,
  day: Day,
): Promise<readonly TableRow[]> => {
  const documents = await documentsOf(parts, workspace.id, day);
  const { from, to } = hoursOf(day);
  const start = Math.max(from, head.firstHour);
  return Array.from({ length: to - start }, (_, at) => {
    const hour = start + at;
    const document = documents.get(hour);
    if (document !== undefined) return publishedRow(hour, document);
    const { status, reasons } = untold(workspace, head, hour);
    return gapRow(hour, status, reasons);
  });
};

const periodRows = async (
  parts: CompactParts,
  workspace: string,
  table: keyof typeof INTERVAL_OF,
  start: Day,
  next: Day,
): Promise<readonly TableRow[]> => {
  const { rows } = await readHistory(parts)(workspace, {
    statistics: NAMES,
    from: hoursOf(start).from,
    to: hoursOf(next).from,
    interval: INTERVAL_OF[table],
  });
  return rows.map((row) => periodRow(row));
};

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/**
 * Makes a file as it has to be by now. What stands there is looked at before anything is read, and replaced only while
 * it stands: so whoever replaces something knows all that its maker knew, and an older file never follows a newer one.
 * @returns whether it was written; one that is right already is left alone.
 */
const make = async (
  { archive }: Pick<Parts, "archive">,
  file: Made,
  bytesNow: (standing: Uint8Array | undefined) => Promise<Uint8Array>,
): Promise<boolean> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const standing = await archive.readMade(file);
    const bytes = await bytesNow(standing?.bytes);
    if (standing !== undefined && isSame(standing.bytes, bytes)) return false;
    if (await archive.replaceMade(file, bytes, standing?.tag)) return true;
  }
  throw new Failure("store.busy", "Others kept making the same tables; they do the same work.");
};

/** Days, weeks or months that hold any of these days and are over. */
const periodsOver = (
  table: keyof typeof INTERVAL_OF,
  days: readonly Day[],
  through: Day,
): readonly (readonly [start: Day, next: Day])[] => {
  const found = new Map<Day, Day>();
  for (const day of days) {
    const { start, next } = periodOf(table, day);
    if (next <= through + 1) found.set(start, next);
  }
  return [...found];
};

const makeTables = async (
  parts: CompactParts,
  workspace: Workspace,
  head: Head,
  days: readonly Day[],
  lastOver: Day,
): Promise<number> => {
  let files = 0;
  const tally = async (table: TableName, start: Day, rowsNow: () => Promise<readonly TableRow[]>): Promise<void> => {
    const file = { table, workspace: workspace.id, start };
    if (await make(parts, file, async () => parts.tableFile(table, await rowsNow()))) files++;
  };
  for (const day of days) await tally("hours", day, () => hourRows(parts, workspace, head, day));
  for (const table of ["days", "weeks", "months"] as const)
    for (const [start, next] of periodsOver(table, days, lastOver))
      await tally(table, start, () => periodRows(parts, workspace.id, table, start, next));
  return files;
};

/** Of two runs' progress the one that is ahead; running behind would only do the same again. */
const ahead = (mine: Progress, standing: Progress | undefined): Progress =>
  standing !== undefined && standing.through >= mine.through && standing.publication > mine.publication
    ? standing
    : mine;

/**
 * One run of the daily compaction for a workspace: makes the tables of days that are over and of those that were
 * restated since, and of the weeks and months around them that are over. Running it twice, at once, or again after a
 * crash makes the same files; what is right already is not written again.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const compactDays =
  (parts: CompactParts) =>
  async (id: string, { daysAtMost = DAYS_IN_A_RUN }: { readonly daysAtMost?: number } = {}): Promise<Compacted> => {
    const workspace = await parts.workspaces.find(id);
    const head = await parts.hours.head(id);
    if (workspace === undefined || head === undefined)
      throw new Failure("workspace.missing", `There is no workspace ${id}.`);
    const notes: Made = { progressOf: id };
    const kept = await parts.archive.readMade(notes);
    const progress = progressIn(kept && Buffer.from(kept.bytes).toString()) ?? nothingMade(head);
    const packed: readonly PackedDay[] = await parts.series.packedSince(id, progress.publication);
    const { days, remaining, after } = planOf(progress, head, packed, daysAtMost);
    if (days.length === 0) return { days: 0, files: 0, remaining: 0 };
    const files = await makeTables(parts, workspace, head, days, after.through);
    await make(parts, notes, async (standing) =>
      Buffer.from(progressText(ahead(after, progressIn(standing && Buffer.from(standing).toString())))),
    );
    return { days: days.length, files, remaining };
  };
