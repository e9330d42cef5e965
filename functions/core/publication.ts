import { anomaliesIn, type Baseline } from "./baseline.ts";
import type { Carried } from "./connections.ts";
import type { HourDelta } from "./delta.ts";
import type { Head } from "./head.ts";
import type { Hour } from "./hour.ts";
import { dayOf } from "./series.ts";
import { bytesOf, digestOf, type Document, type LedgerEntry, type Status, STATUSES } from "./document.ts";
import { documentOf } from "./snapshot.ts";
import type { Observed } from "./observed.ts";
import type { Amounts } from "./statistic.ts";
import type { Workspace } from "./workspace.ts";

/** Who was seen and which rooms were used in an hour, with messages each; sorted by id. Never in published bytes. */
export interface Sets {
  readonly users: readonly (readonly [id: string, messages: number])[];
  readonly rooms: readonly (readonly [id: string, messages: number])[];
}

/** A document on its way to the table and the archive. */
export interface Publication {
  readonly hour: Hour;
  readonly revision: number;
  readonly document: Document;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly number: number;
  readonly previous: string | null;
  /** Connections carried into the hour, to restate its peak by. */
  readonly carriedIn: Carried;
  readonly sets: Sets;
}

/** A closed or restated hour, and the head after. */
export interface Closed {
  readonly head: Head;
  readonly publication: Publication;
}

const wordsOf = (activities: HourDelta["users"]): [string, number][] =>
  [...activities]
    .map(([id, { messages }]): [string, number] => [id, messages])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Who was seen and which rooms were used in an hour, sorted. */
export const setsOf = (delta: HourDelta): Sets => ({ users: wordsOf(delta.users), rooms: wordsOf(delta.rooms) });

/** A ledger entry of several statuses: the first by precedence, and the others among the reasons. */
export const ledgerOf = (
  statuses: readonly Status[],
  reasons: readonly string[],
  bookedLate: Amounts,
): Omit<LedgerEntry, "coverage"> => {
  const [status = "complete", ...others] = STATUSES.filter((known) => statuses.includes(known));
  return { status, reasons: [...reasons, ...others.filter((other) => other !== "complete")], bookedLate };
};

/** Hours of a week without those of a day: what closes on the day of the next hour is held against none that is younger. */
const HOURS_OF_SIX_DAYS = 144;

/** Whether an hour of the day that is closing may be held against this one. */
const isHeldAgainst = ({ closedThrough }: Head, hour: Hour): boolean => hour <= closedThrough - HOURS_OF_SIX_DAYS;

/** Makes and chains the document of an hour; `amend` has the last word about it. */
export const publish = (
  workspace: Workspace,
  head: Head,
  observed: Observed,
  what: Pick<Publication, "hour" | "revision" | "carriedIn" | "sets">,
  ledger: Omit<LedgerEntry, "coverage">,
  {
    baseline,
    amend = (document) => document,
  }: { readonly baseline: Baseline; readonly amend?: (document: Document) => Document },
): Closed => {
  const number = head.publication.number + 1;
  const previous = head.publication.sha256;
  const amended = amend(
    documentOf(workspace, observed, {
      kind: "snapshot",
      hour: what.hour,
      revision: what.revision,
      ledger,
      publication: { number, previous },
    }),
  );
  const document: Document = { ...amended, anomalies: anomaliesIn(amended, baseline) };
  const bytes = bytesOf(document);
  const sha256 = digestOf(bytes);
  return {
    head: {
      ...head,
      publication: { number, sha256 },
      recent: [...head.recent, [number, what.hour, what.revision]],
      rewritten: isHeldAgainst(head, what.hour) ? number : head.rewritten,
      unarchived: [...head.unarchived, { hour: what.hour, revision: what.revision }],
      unpacked: [...new Set([...head.unpacked, dayOf(what.hour)])],
      judged:
        what.hour === head.closedThrough ? { hour: what.hour, anomalies: document.anomalies ?? null } : head.judged,
    },
    publication: { ...what, document, bytes, sha256, number, previous },
  };
};
