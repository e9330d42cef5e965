import type { Definition } from "../documents.ts";
import { brief, bytes, LOCALE, rough, UNKNOWN } from "../words.ts";
import { labelOf } from "./labels.ts";
import { HOURS_OF_DAY, type Row, weekOf } from "./sums.ts";

/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

const dayName = (day: number): string =>
  new Intl.DateTimeFormat(LOCALE, { weekday: "short", timeZone: "UTC" }).format(new Date(MONDAY + day * DAY_MS));

const HOURS = Array.from({ length: HOURS_OF_DAY }, (_, hour) => String(hour).padStart(2, "0"));

/** Means by hour of the week: the number stands in every cell, so that none is told by its colour alone. */
export const HeatMap = ({ rows, definition }: { readonly rows: readonly Row[]; readonly definition: Definition }) => {
  const week = weekOf(rows, definition.name);
  const most = Math.max(...week.flat().map((value) => value ?? 0), 1e-9);
  const shown = (value: number): string =>
    definition.unit === "bytes" ? bytes(value) : value < 100 ? rough(value) : brief(value);
  return (
    <section class="card">
      <h2>Hours of the week</h2>
      <p class="subtle">{labelOf(definition)}, mean of each hour over the last four weeks (UTC).</p>
      <div class="scroll" role="region" aria-label="Hours of the week" tabIndex={0}>
        <table class="heat">
          <thead>
            <tr>
              <td />
              {HOURS.map((hour) => (
                <th scope="col" key={hour}>
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {week.map((hours, day) => (
              <tr key={dayName(day)}>
                <th scope="row">{dayName(day)}</th>
                {hours.map((value, hour) => (
                  <td
                    key={HOURS[hour]}
                    class={value === null ? "unknown" : ""}
                    style={{ "--heat": value === null ? 0 : value / most }}
                  >
                    {value === null ? UNKNOWN : shown(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};
