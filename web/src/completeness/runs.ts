import { isWhole, type LedgerHour } from "./ledger.ts";

/** Hours that follow each other and were observed alike. */
export interface Run {
  readonly first: LedgerHour;
  readonly last: LedgerHour;
  readonly hours: number;
}

const HOUR_MS = 3_600_000;
const reasonsOf = ({ status, reasons }: LedgerHour): string => [status, ...reasons].join(" ");

const goesOn = ({ first, last }: Run, hour: LedgerHour): boolean =>
  Date.parse(last.start) + HOUR_MS === Date.parse(hour.start) && reasonsOf(first) === reasonsOf(hour);

/** Hours that are not whole, those together that follow each other for the same reasons; the latest first. */
export const brokenRuns = (hours: readonly LedgerHour[]): readonly Run[] => {
  const runs: Run[] = [];
  for (const hour of hours) {
    if (isWhole(hour)) continue;
    const run = runs.at(-1);
    if (run !== undefined && goesOn(run, hour)) runs[runs.length - 1] = { ...run, last: hour, hours: run.hours + 1 };
    else runs.push({ first: hour, last: hour, hours: 1 });
  }
  return runs.toReversed();
};
