import { ask } from "../api.ts";
import type { Ledger } from "../documents.ts";
import type { Session } from "../session.ts";

/** How one hour was observed. */
export interface LedgerHour extends Ledger {
  /** Its name, such as `2026-11-21T09`. */
  readonly hour: string;
  readonly start: string;
  readonly bookedLate: Readonly<Record<string, number>>;
  readonly revision: number | null;
}

interface Page {
  readonly hours: readonly LedgerHour[];
  readonly next?: string;
}

/** All hours of `[from, to)`, milliseconds since 1970 UTC, page after page. @throws Refused. */
export const readLedger = async (session: Session, from: number, to: number): Promise<readonly LedgerHour[]> => {
  const hours: LedgerHour[] = [];
  const asked = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  for (let cursor: string | undefined = ""; cursor !== undefined;) {
    const query = new URLSearchParams({ ...asked, ...(cursor === "" ? {} : { cursor }) });
    const page: Page = await ask<Page>(session, `/v1/ledger?${query.toString()}`);
    hours.push(...page.hours);
    cursor = page.next;
  }
  return hours;
};

/** A sign for each status, so that none is told by its colour alone. */
export const SIGNS: Readonly<Record<string, string>> = {
  complete: "",
  imported: "i",
  restated: "r",
  partial: "p",
  missing: "×",
  failed: "!",
  open: "…",
};

/** Whether an hour is as it should be. */
export const isWhole = ({ status }: Ledger): boolean => ["complete", "imported", "restated", "open"].includes(status);
