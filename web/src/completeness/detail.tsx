import { useState } from "preact/hooks";
import { send, told } from "../api.ts";
import { useAsking } from "../asking.ts";
import { save } from "../saving.ts";
import { instant } from "../times.ts";
import { count, reasonOf, stateOf } from "../words.ts";
import type { LedgerHour } from "./ledger.ts";

const Download = ({ hour }: { readonly hour: LedgerHour }) => {
  const { session, notice } = useAsking();
  const [outcome, setOutcome] = useState("");
  const download = async (): Promise<void> => {
    try {
      const answer = await send(session, "GET", `/v1/snapshots/${hour.hour}/statistics.json`);
      save(`statistics-${hour.hour}.json`, "application/json;charset=utf-8", await answer.text());
      setOutcome(`Saved as statistics-${hour.hour}.json.`);
    } catch (failure) {
      notice(failure);
      setOutcome(told(failure));
    }
  };
  return (
    <>
      <button type="button" onClick={() => void download()}>
        Save statistics.json
      </button>
      <p role="status" class="outcome small">
        {outcome}
      </p>
    </>
  );
};

/** How one hour was observed, and why it is not whole; without one, how to choose it. */
export const Detail = ({ hour }: { readonly hour: LedgerHour | undefined }) => (
  <section class={hour === undefined ? "card detail" : "card detail chosen"} aria-live="polite">
    {hour === undefined ? (
      <>
        <h2>No hour chosen</h2>
        <p class="subtle">Choose an hour to read how it was observed; the arrow keys go on from it.</p>
      </>
    ) : (
      <>
        <h2>{instant(hour.start)}</h2>
        <dl class="facts">
          <div>
            <dt>State</dt>
            <dd>{stateOf(hour.status)}</dd>
          </div>
          <div>
            <dt>Why</dt>
            <dd>{hour.reasons.length === 0 ? "nothing to say" : hour.reasons.map(reasonOf).join("; ")}</dd>
          </div>
          <div>
            <dt>Heard</dt>
            <dd>
              {hour.coverage === null
                ? "nobody knows"
                : `in ${hour.coverage.heardMinutes} of ${hour.coverage.of} minutes`}
            </dd>
          </div>
          <div>
            <dt>Revision</dt>
            <dd>{hour.revision === null ? "nothing was published" : count(hour.revision)}</dd>
          </div>
          {Object.entries(hour.bookedLate).map(([name, amount]) => (
            <div key={name}>
              <dt>Booked late: {name}</dt>
              <dd>{count(amount)}</dd>
            </div>
          ))}
        </dl>
        {hour.revision === null ? null : <Download key={hour.hour} hour={hour} />}
      </>
    )}
  </section>
);
