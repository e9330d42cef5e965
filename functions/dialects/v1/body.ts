import { isoOf } from "../../core/instant.ts";
import { type Hour, hourName } from "../../core/hour.ts";
import type { Document } from "../../core/document.ts";

/**
 * The latest document, with when the schedule will have the next one (milliseconds since 1970 UTC).
 * @param bytes the document as it is kept: one object of JSON, which need not be read to grow by a field.
 */
export const statisticsBody = (bytes: Uint8Array, nextRunAt: number): string =>
  `${Buffer.from(bytes).toString().trimEnd().slice(0, -1)},"nextRunAt":"${isoOf(nextRunAt)}"}`;

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
