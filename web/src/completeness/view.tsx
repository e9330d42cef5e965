import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import { useAsking } from "../asking.ts";
import { useLoaded } from "../loaded.ts";
import { addressOf } from "../place.ts";
import { day } from "../times.ts";
import { count, stateOf } from "../words.ts";
import { Broken } from "./broken.tsx";
import { Calendar, DAY_MS } from "./calendar.tsx";
import { Detail } from "./detail.tsx";
import { isWhole, type LedgerHour, readLedger, SIGNS } from "./ledger.ts";

const DAYS = 30;

const Legend = () => (
  <ul class="legend">
    {Object.entries(SIGNS).map(([status, sign]) => (
      <li key={status}>
        <span class={`hour ${status}`} aria-hidden="true">
          {sign}
        </span>{" "}
        {stateOf(status)}
      </li>
    ))}
  </ul>
);

const tally = (hours: readonly LedgerHour[]): string => {
  const closed = hours.filter(({ status }) => status !== "open");
  const broken = closed.length - closed.filter(isWhole).length;
  if (closed.length === 0) return "No hour is closed in this time.";
  return broken === 0
    ? `All ${count(closed.length)} closed hours are whole.`
    : `Of ${count(closed.length)} closed hours, ${count(broken)} ${broken === 1 ? "is" : "are"} not whole.`;
};

interface Shown {
  readonly from: number;
  readonly through: number;
  readonly today: number;
  readonly hours: readonly LedgerHour[];
}

const useShown = (asked: number) => {
  const { session, notice } = useAsking();
  const load = async (): Promise<Shown> => {
    const { checkedAt } = await ask<{ readonly checkedAt: string }>(session, "/v1/health");
    const today = Math.floor(Date.parse(checkedAt) / DAY_MS) * DAY_MS;
    const through = Number.isNaN(asked) || asked > today ? today : Math.floor(asked / DAY_MS) * DAY_MS;
    const from = through - (DAYS - 1) * DAY_MS;
    return { from, through, today, hours: await readLedger(session, from, through + DAY_MS) };
  };
  return useLoaded(String(asked), load, notice);
};

const Turning = ({ shown, onGo }: { readonly shown: Shown | undefined; readonly onGo: (through: number) => void }) => (
  <div class="actions">
    <button
      type="button"
      disabled={shown === undefined}
      onClick={() => shown !== undefined && onGo(shown.through - DAYS * DAY_MS)}
    >
      Earlier
    </button>
    <button
      type="button"
      disabled={shown === undefined || shown.through >= shown.today}
      onClick={() => shown !== undefined && onGo(shown.through + DAYS * DAY_MS)}
    >
      Later
    </button>
  </div>
);

/** How well every hour was observed, and why one is not whole. */
export const CompletenessView = ({ query }: { readonly query: URLSearchParams }) => {
  const [chosen, setChosen] = useState<LedgerHour>();
  const loaded = useShown(Date.parse(query.get("through") ?? ""));
  const shown = loaded.value;
  return (
    <>
      <div class="heading">
        <div>
          <h1>Completeness</h1>
          <p class="subtle" role="status">
            {shown === undefined ? "…" : `${day(shown.from)} to ${day(shown.through)}. ${tally(shown.hours)}`}
          </p>
        </div>
        <Turning
          shown={shown}
          onGo={(through) => {
            setChosen(undefined);
            location.hash = addressOf("completeness", { through: new Date(through).toISOString().slice(0, 10) });
          }}
        />
      </div>
      <div role="alert">
        {loaded.failure === undefined ? null : (
          <p class="error">
            {loaded.failure}{" "}
            <button type="button" class="quiet" onClick={loaded.reload}>
              Try again
            </button>
          </p>
        )}
      </div>
      <div class="ledger">
        {shown === undefined ? (
          <div class="card skeleton taller" aria-hidden="true" />
        ) : (
          <>
            <Detail hour={chosen} />
            <section class="card">
              <Calendar
                from={shown.from}
                days={DAYS}
                hours={new Map(shown.hours.map((hour) => [Date.parse(hour.start), hour]))}
                chosen={chosen}
                onChoose={setChosen}
              />
              <Legend />
            </section>
            <Broken hours={shown.hours} onChoose={setChosen} />
          </>
        )}
      </div>
    </>
  );
};
