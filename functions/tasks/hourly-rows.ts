import { type Head, isMissing } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import type { HourlyRow } from "../core/roll-up.ts";
import { type Day, dayOf, hourIn, runsOf, wholeDays } from "../core/series.ts";
import { type Document, documentIn, isReported, valueIn } from "../core/document.ts";
import type { Snapshot } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";
import { publishedHours } from "./published-hours.ts";

const statusOf = (head: Head, hour: Hour): HourlyRow["status"] => {
  if (head.failed.includes(hour)) return "failed";
  return isMissing(head, hour) || hour < head.firstHour ? "missing" : "open";
};

/** What one document says of its hour. */
export const rowIn = (document: Document, statistics: readonly string[]): HourlyRow => ({
  status: document.ledger.status,
  published: {
    ...document.ledger.coverage,
    isReported: isReported(document),
    values: Object.fromEntries(statistics.map((name) => [name, valueIn(document, name)])),
    anomalies: document.anomalies ?? null,
  },
});

const hourlyRow = (head: Head, hour: Hour, snapshot: Snapshot | undefined, statistics: readonly string[]): HourlyRow =>
  snapshot === undefined
    ? { status: statusOf(head, hour), published: null }
    : rowIn(documentIn(snapshot.bytes), statistics);

/** Days of the hours `[from, to)` whose series is all that was published of them. */
const packedDays = (head: Head, from: Hour, to: Hour): readonly Day[] =>
  wholeDays(from, Math.min(to, head.closedThrough + 1)).filter((day) => !head.unpacked.includes(day));

/**
 * Closed hours `[from, to)` as they were published: packed days from their series, the others from their snapshots.
 * @param head says which days are packed, and what became of hours that have no document.
 */
export const hourlyRows =
  (parts: Pick<Parts, "snapshots" | "series">) =>
  async (
    workspace: string,
    head: Head,
    { from, to, statistics }: { readonly from: Hour; readonly to: Hour; readonly statistics: readonly string[] },
  ): Promise<(hour: Hour) => HourlyRow> => {
    const days = packedDays(head, from, to);
    const packed = await parts.series.between(workspace, days[0] ?? 0, (days.at(-1) ?? -1) + 1);
    const whole = new Set(days.filter((day) => packed.has(day)));
    const isPacked = (hour: Hour): boolean => whole.has(dayOf(hour));
    const others = Array.from({ length: to - from }, (_, at) => from + at).filter((hour) => !isPacked(hour));
    const byHour = new Map<Hour, Snapshot>();
    for (const run of runsOf(others))
      for (const [hour, snapshot] of await publishedHours(parts, workspace, head, run.from, run.to))
        byHour.set(hour, snapshot);
    return (hour) => {
      const series = isPacked(hour) ? packed.get(dayOf(hour)) : undefined;
      return (series && hourIn(series, hour, statistics)) ?? hourlyRow(head, hour, byHour.get(hour), statistics);
    };
  };
