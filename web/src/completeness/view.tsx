import { useRef, useState } from "preact/hooks";
import { ask } from "../api.ts";
import { useAsking } from "../asking.ts";
import { useLoaded } from "../loaded.ts";
import { addressOf } from "../place.ts";
import { count, day, instant, reasonOf, stateOf } from "../words.ts";
import { isWhole, type LedgerHour, readLedger, SIGNS } from "./ledger.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 30;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -24, ArrowDown: 24 };

const nameOf = (hour: LedgerHour): string => `${instant(hour.start)}: ${stateOf(hour.status)}`;

const Detail = ({ hour }: { readonly hour: LedgerHour }) => (
  <section class="card detail" aria-live="polite">
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
          {hour.coverage === null ? "nobody knows" : `in ${hour.coverage.heardMinutes} of ${hour.coverage.of} minutes`}
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
  </section>
);

const Calendar = ({
  from,
  hours,
  chosen,
  onChoose,
}: {
  readonly from: number;
  readonly hours: ReadonlyMap<number, LedgerHour>;
  readonly chosen: LedgerHour | undefined;
  readonly onChoose: (hour: LedgerHour) => void;
}) => {
  const table = useRef<HTMLTableElement>(null);
  const first = hours.keys().next().value;
  const current = chosen === undefined ? first : Date.parse(chosen.start);
  // Days before the workspace was counted are left out.
  const days = Array.from({ length: DAYS }, (_, at) => from + at * DAY_MS).filter(
    (date) => first === undefined || date + DAY_MS > first,
  );
  const move = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined || current === undefined) return;
    const next = hours.get(current + step * HOUR_MS);
    event.preventDefault();
    if (next === undefined) return;
    onChoose(next);
    table.current?.querySelector<HTMLElement>(`[data-hour="${next.hour}"]`)?.focus();
  };
  return (
    <div class="scroll" role="region" aria-label="Hours by day" tabIndex={0}>
      <table class="calendar" ref={table} onKeyDown={move}>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {HOURS.map((hour) => (
              <th scope="col" key={hour}>
                {String(hour).padStart(2, "0")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((date) => (
            <tr key={date}>
              <th scope="row">{day(date)}</th>
              {HOURS.map((hour) => {
                const start = date + hour * HOUR_MS;
                const known = hours.get(start);
                return (
                  <td key={hour}>
                    {known === undefined ? null : (
                      <button
                        type="button"
                        class={`hour ${known.status}`}
                        data-hour={known.hour}
                        aria-label={nameOf(known)}
                        aria-pressed={known === chosen}
                        tabIndex={start === current ? 0 : -1}
                        onClick={() => onChoose(known)}
                      >
                        {SIGNS[known.status] ?? "?"}
                      </button>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

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
  return broken === 0
    ? `All ${count(closed.length)} closed hours are whole.`
    : `Of ${count(closed.length)} closed hours, ${count(broken)} ${broken === 1 ? "is" : "are"} not whole.`;
};

/** How well every hour was observed, and why one is not whole. */
export const CompletenessView = ({ query }: { readonly query: URLSearchParams }) => {
  const { session, notice } = useAsking();
  const [chosen, setChosen] = useState<LedgerHour>();
  const asked = Date.parse(query.get("through") ?? "");
  const loaded = useLoaded(
    String(asked),
    async () => {
      const { checkedAt } = await ask<{ readonly checkedAt: string }>(session, "/v1/health");
      const today = Math.floor(Date.parse(checkedAt) / DAY_MS) * DAY_MS;
      const through = Number.isNaN(asked) || asked > today ? today : Math.floor(asked / DAY_MS) * DAY_MS;
      const from = through - (DAYS - 1) * DAY_MS;
      return { from, through, today, hours: await readLedger(session, from, through + DAY_MS) };
    },
    notice,
  );
  const shown = loaded.value;
  const go = (through: number): void => {
    setChosen(undefined);
    location.hash = addressOf("completeness", { through: new Date(through).toISOString().slice(0, 10) });
  };
  return (
    <>
      <div class="heading">
        <div>
          <h1>Completeness</h1>
          <p class="subtle" role="status">
            {shown === undefined ? "…" : tally(shown.hours)}
          </p>
        </div>
        <div class="actions">
          <button
            type="button"
            disabled={shown === undefined}
            onClick={() => shown !== undefined && go(shown.through - DAYS * DAY_MS)}
          >
            Earlier
          </button>
          <button
            type="button"
            disabled={shown === undefined || shown.through >= shown.today}
            onClick={() => shown !== undefined && go(shown.through + DAYS * DAY_MS)}
          >
            Later
          </button>
        </div>
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
      {shown === undefined ? (
        <div class="card skeleton taller" aria-hidden="true" />
      ) : (
        <div class="trends">
          {chosen === undefined ? (
            <p class="note">Choose an hour to read how it was observed; the arrow keys go on from it.</p>
          ) : (
            <Detail hour={chosen} />
          )}
          <section class="card">
            <Calendar
              from={shown.from}
              hours={new Map(shown.hours.map((hour) => [Date.parse(hour.start), hour]))}
              chosen={chosen}
              onChoose={setChosen}
            />
            <Legend />
          </section>
        </div>
      )}
    </>
  );
};
