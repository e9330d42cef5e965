import { isoOf } from "../../core/instant.ts";
import { type Hour, hourName, startOf } from "../../core/hour.ts";
import type { Document } from "../../core/snapshot.ts";

/** The latest document, with when the schedule will have the next one (milliseconds since 1970 UTC). */
export const statisticsBody = (document: Document, nextRunAt: number): string =>
  JSON.stringify({ ...document, nextRunAt: isoOf(nextRunAt) });

/** A snapshot on its way into a list. */
export interface Listed {
  readonly hour: Hour;
  readonly revision: number;
  readonly sha256: string;
  readonly document: Document;
}

/** A page of snapshots, newest last; `next` is the cursor of the page after. */
export const snapshotsBody = (snapshots: readonly Listed[], next: string | undefined): string =>
  JSON.stringify({
    snapshots: snapshots.map(({ hour, revision, sha256, document }) => ({
      hour: hourName(hour),
      revision,
      status: document.ledger.status,
      coverage: document.ledger.coverage,
      takenAt: document.takenAt,
      sha256,
      publication: document.publication,
    })),
    ...(next === undefined ? {} : { next }),
  });

/** A history on its way out; hours `[from, to)`, a row each. */
export interface History {
  readonly workspace: string;
  readonly from: Hour;
  readonly to: Hour;
  readonly statistics: readonly string[];
  readonly rows: readonly { readonly start: string }[];
}

/** An answer of Lambda's holds 6 MB; what is over 4 is paged. */
const ROWS_LENGTH = 4_000_000;

/**
 * The plain form of a history: hours in UTC. When it has to end early, `next` is the `from` to go on with.
 * @param rowsLength most characters of rows.
 */
export const historyBody = ({ workspace, from, to, statistics, rows }: History, rowsLength = ROWS_LENGTH): string => {
  const texts: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    length += text.length;
    if (length > rowsLength && texts.length > 0) break;
    texts.push(text);
  }
  const next = rows[texts.length]?.start;
  const head = JSON.stringify({
    workspace,
    interval: "hour",
    from: isoOf(startOf(from)),
    to: isoOf(startOf(to)),
    tz: "UTC",
    statistics,
  });
  const tail = next === undefined ? "" : `,"next":${JSON.stringify(next)}`;
  return `${head.slice(0, -1)},"rows":[${texts.join(",")}]${tail}}`;
};
