import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import { isMissing } from "../core/head.ts";
import { type Hour, startOf } from "../core/hour.ts";
import { isoOf } from "../core/instant.ts";
import { valueIn, documentIn } from "../core/snapshot.ts";
import type { Snapshot } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";

/** Hours that one answer holds: a leap year and some. */
export const HISTORY_HOURS = 9_000;

type HistoryParts = Pick<Parts, "hours" | "snapshots">;

/** An hour of the history: its start, how it was observed, and a value or null for each statistic asked for. */
export interface HistoryRow {
  readonly start: string;
  /** A status of the ledger; `open` for an hour that is not closed. */
  readonly status: string;
  /** Share of its minutes in which a reporter was heard; null when nobody knows. */
  readonly coverage: number | null;
  readonly [statistic: string]: number | string | null;
}

const headOf = async (parts: HistoryParts, workspace: string): Promise<Head> => {
  const head = await parts.hours.head(workspace);
  if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
  return head;
};

const rowOf = (hour: Hour, snapshot: Snapshot | undefined, head: Head, statistics: readonly string[]): HistoryRow => {
  const start = isoOf(startOf(hour));
  if (snapshot === undefined) {
    const isUnseen = isMissing(head, hour) || hour < head.firstHour;
    const status = head.failed.includes(hour) ? "failed" : isUnseen ? "missing" : "open";
    return { start, status, coverage: null, ...Object.fromEntries(statistics.map((name) => [name, null])) };
  }
  const document = documentIn(snapshot.bytes);
  const { heardMinutes, of } = document.ledger.coverage;
  return {
    start,
    status: document.ledger.status,
    coverage: heardMinutes / of,
    ...Object.fromEntries(statistics.map((name) => [name, valueIn(document, name)])),
  };
};

/**
 * Hour by hour what the statistics were, in the hours `[from, to)`: a gap is a row of nulls that says why, never a zero.
 * @throws Failure `range.invalid`, `workspace.missing`.
 */
export const readHistory =
  (parts: HistoryParts) =>
  async (
    workspace: string,
    { statistics, from, to }: { readonly statistics: readonly string[]; readonly from: Hour; readonly to: Hour },
  ): Promise<{ readonly rows: readonly HistoryRow[] }> => {
    if (to <= from) throw new Failure("range.invalid", "from must lie before to.", { parameter: "from" });
    if (to - from > HISTORY_HOURS)
      throw new Failure(
        "range.invalid",
        `The range holds ${to - from} hours: ask for at most ${HISTORY_HOURS} at once.`,
        { parameter: "from" },
      );
    const head = await headOf(parts, workspace);
    const { snapshots } = await parts.snapshots.range(workspace, from, to, HISTORY_HOURS);
    const byHour = new Map(snapshots.map((snapshot) => [snapshot.hour, snapshot]));
    const rows = Array.from({ length: to - from }, (_, at) =>
      rowOf(from + at, byHour.get(from + at), head, statistics),
    );
    return { rows };
  };

const HOURS_BY_DEFAULT = 24;

/** The last day's closed hours, `[from, to)`. */
export const defaultRange =
  (parts: HistoryParts) =>
  async (workspace: string): Promise<{ readonly from: Hour; readonly to: Hour }> => {
    const to = (await headOf(parts, workspace)).closedThrough + 1;
    return { from: to - HOURS_BY_DEFAULT, to };
  };
