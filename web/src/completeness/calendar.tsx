import { useRef } from "preact/hooks";
import { instant } from "../times.ts";
import { LOCALE, stateOf } from "../words.ts";
import { type LedgerHour, SIGNS } from "./ledger.ts";

const HOUR_MS = 3_600_000;
/** Milliseconds of a UTC day. */
export const DAY_MS = 24 * HOUR_MS;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -24, ArrowDown: 24 };

const dayWithWeekday = new Intl.DateTimeFormat(LOCALE, {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

const nameOf = (hour: LedgerHour): string => `${instant(hour.start)}: ${stateOf(hour.status)}`;

const Cell = ({
  hour,
  isChosen,
  isReached,
  onChoose,
}: {
  readonly hour: LedgerHour;
  readonly isChosen: boolean;
  readonly isReached: boolean;
  readonly onChoose: (hour: LedgerHour) => void;
}) => (
  <button
    type="button"
    class={`hour ${hour.status}`}
    data-hour={hour.hour}
    aria-label={nameOf(hour)}
    aria-pressed={isChosen}
    tabIndex={isReached ? 0 : -1}
    onClick={() => onChoose(hour)}
  >
    {SIGNS[hour.status] ?? "?"}
  </button>
);

/** Hours by day, those of UTC; the arrow keys go from one to the next. */
export const Calendar = ({
  from,
  days: length,
  hours,
  chosen,
  onChoose,
}: {
  readonly from: number;
  readonly days: number;
  readonly hours: ReadonlyMap<number, LedgerHour>;
  readonly chosen: LedgerHour | undefined;
  readonly onChoose: (hour: LedgerHour) => void;
}) => {
  const table = useRef<HTMLTableElement>(null);
  const first = hours.keys().next().value;
  const current = chosen === undefined ? first : Date.parse(chosen.start);
  // Days before the workspace was counted are left out.
  const days = Array.from({ length }, (_, at) => from + at * DAY_MS).filter(
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
            <th scope="col">Day (UTC)</th>
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
              <th scope="row">{dayWithWeekday.format(date)}</th>
              {HOURS.map((hour) => {
                const start = date + hour * HOUR_MS;
                const known = hours.get(start);
                return (
                  <td key={hour}>
                    {known === undefined ? null : (
                      <Cell
                        hour={known}
                        isChosen={known === chosen}
                        isReached={start === current}
                        onChoose={onChoose}
                      />
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
