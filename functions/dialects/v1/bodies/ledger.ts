import { type Hour, hourName, startOf } from "../../../core/hour.ts";
import { isoOf } from "../../../core/instant.ts";

/** A row of a ledger on its way out. */
export interface Row {
  readonly hour: Hour;
  readonly status: string;
  readonly reasons: readonly string[];
  readonly coverage: object | null;
  readonly bookedLate: object;
  readonly revision: number | null;
}

/** A page of a ledger, oldest hour first; `next` is the cursor of the page after. */
export const ledgerBody = (workspace: string, rows: readonly Row[], next: string | undefined): string =>
  JSON.stringify({
    workspace,
    hours: rows.map(({ hour, status, reasons, coverage, bookedLate, revision }) => ({
      hour: hourName(hour),
      start: isoOf(startOf(hour)),
      status,
      reasons,
      coverage,
      bookedLate,
      revision,
    })),
    ...(next === undefined ? {} : { next }),
  });
