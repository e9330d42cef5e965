import { instant } from "../times.ts";
import { count, reasonOf, stateOf } from "../words.ts";
import type { LedgerHour } from "./ledger.ts";
import { brokenRuns, type Run } from "./runs.ts";

const HOUR_MS = 3_600_000;

const lengthOf = ({ hours }: Run): string => `${count(hours)} ${hours === 1 ? "hour" : "hours"}`;
const endOf = ({ last }: Run): number => Date.parse(last.start) + HOUR_MS;

/** Every gap in words: from when to when, and why. */
export const Broken = ({
  hours,
  onChoose,
}: {
  readonly hours: readonly LedgerHour[];
  readonly onChoose: (hour: LedgerHour) => void;
}) => {
  const runs = brokenRuns(hours);
  return runs.length === 0 ? null : (
    <section class="card">
      <h2>What is not whole</h2>
      <ul class="items">
        {runs.map((run) => (
          <li key={run.first.hour}>
            <div>
              <strong>
                {instant(run.first.start)} to {instant(endOf(run))}
              </strong>
              <span class="subtle small">
                {lengthOf(run)}, {stateOf(run.first.status).toLowerCase()}
                {run.first.reasons.length === 0 ? "" : `: ${run.first.reasons.map(reasonOf).join("; ")}`}
              </span>
            </div>
            <button type="button" aria-label={`Show ${instant(run.first.start)}`} onClick={() => onChoose(run.first)}>
              Show
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
};
