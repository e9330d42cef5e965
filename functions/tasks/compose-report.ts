import { mostActive } from "../core/activity.ts";
import { Failure } from "../core/failure.ts";
import { namedFrom } from "../core/hashed-ids.ts";
import type { Head } from "../core/head.ts";
import { type Hour, startOf } from "../core/hour.ts";
import { isoOf } from "../core/instant.ts";
import { isWhole, REPORTED, type Report, type ReportedAnomaly, type ReportedRoom, reportOf } from "../core/report.ts";
import { periodBefore, type ReportPeriod } from "../core/report-period.ts";
import { runsOf } from "../core/series.ts";
import { HEADLINE_NAMES } from "../core/summary.ts";
import type { Workspace } from "../core/workspace.ts";
import { hourlyRows } from "./hourly-rows.ts";
import type { Parts } from "./parts.ts";
import { type HistoryRow, readHistory, readSpan } from "./read-history.ts";
import { readLedger } from "./read-ledger.ts";

/** What a report is read from. */
export type ReportParts = Pick<
  Parts,
  "hours" | "snapshots" | "series" | "unions" | "peopleKeys" | "directory" | "clock"
>;

const ROOMS = 10;
const ANOMALIES = 20;
/** Rooms that are looked up: direct ones among the most active are left out, and there may be many. */
const ROOMS_LOOKED_UP = 100;

/**
 * The most active rooms that several people may be in: the id of a direct one often names the two who are in it. None of
 * a period of which a part is no longer known, or by hashes only: what is left would pass for all of it.
 */
const roomsIn = async (
  parts: ReportParts,
  workspace: string,
  head: Head,
  { from, to }: ReportPeriod,
): Promise<readonly ReportedRoom[]> => {
  if (from < namedFrom(head)) return [];
  const messages = new Map<string, number>();
  for await (const [, sets] of parts.snapshots.setsBetween(workspace, from, to))
    for (const [id, count] of sets.rooms) messages.set(id, (messages.get(id) ?? 0) + count);
  const active = mostActive(messages, ROOMS_LOOKED_UP);
  const keys = active.map(({ id }) => ({ kind: "room" as const, id }));
  const known = await parts.directory.read(workspace, keys, parts.clock());
  const shown = new Set(
    known.flatMap(({ entry: { id, fields } }) => {
      const kind = fields["kind"]?.value;
      return kind === undefined || kind === "direct" ? [] : [id];
    }),
  );
  return active.filter(({ id }) => shown.has(id)).slice(0, ROOMS);
};

/** Why hours were not wholly observed; hours before the first have no row in the ledger. */
const reasonsIn = async (
  parts: ReportParts,
  workspace: Workspace,
  { from }: ReportPeriod,
  hours: readonly HistoryRow[],
): Promise<ReadonlyMap<Hour, readonly string[]>> => {
  const broken = hours.flatMap(({ status }, at) => (isWhole(status) ? [] : [from + at]));
  const reasons = new Map<Hour, readonly string[]>();
  for (const run of runsOf(broken)) {
    const { rows } = await readLedger(parts)(workspace, { ...run, limit: run.to - run.from });
    for (const row of rows) reasons.set(row.hour, row.reasons);
  }
  return reasons;
};

/** Numbers far from what is usual, the farthest first; null when nobody could say of any hour. */
const anomaliesIn = async (
  parts: ReportParts,
  workspace: string,
  head: Head,
  { from, to }: ReportPeriod,
): Promise<readonly ReportedAnomaly[] | null> => {
  const rowOf = await hourlyRows(parts)(workspace, head, { from, to, statistics: [] });
  const told = Array.from(
    { length: to - from },
    (_, at) => [from + at, rowOf(from + at).published?.anomalies] as const,
  );
  if (told.every(([, anomalies]) => anomalies == null)) return null;
  return told
    .flatMap(([hour, anomalies]) => (anomalies ?? []).map((anomaly) => ({ hour, ...anomaly })))
    .toSorted((a, b) => b.deviation - a.deviation || a.hour - b.hour)
    .slice(0, ANOMALIES)
    .map(({ hour, statistic, value, median, direction }) => ({
      start: isoOf(startOf(hour)),
      statistic,
      value,
      median,
      direction,
    }));
};

/**
 * Reads what was published of a period, and of the one before, and makes the report of it. What is not closed or was
 * never observed is told as what it is.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const composeReport =
  (parts: ReportParts) =>
  async (workspace: Workspace, period: ReportPeriod): Promise<Report> => {
    const { id, name, timeZone } = workspace;
    const head = await parts.hours.head(id);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${id}.`);
    const { from, to } = period;
    const previous = periodBefore(period, timeZone);
    const statistics = REPORTED;
    const history = readHistory(parts);
    const span = readSpan(parts);
    const { rows: hours } = await history(id, { statistics, from, to });
    const days = await (period.kind === "daily"
      ? { rows: hours }
      : history(id, { statistics, from, to, interval: "day", timeZone }));
    return reportOf({
      workspace: { id, name },
      timeZone,
      period,
      previous,
      now: await span(id, { statistics: HEADLINE_NAMES, from, to }),
      before: await span(id, { statistics: HEADLINE_NAMES, from: previous.from, to: previous.to }),
      hours,
      rows: days.rows,
      reasons: await reasonsIn(parts, workspace, period, hours),
      rooms: await roomsIn(parts, id, head, period),
      anomalies: await anomaliesIn(parts, id, head, period),
    });
  };
