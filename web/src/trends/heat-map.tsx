import type { Times } from "../times.ts";
import { brief, LOCALE, rough, UNKNOWN } from "../words.ts";
import type { Activity } from "./series.ts";

/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: "short", timeZone: "UTC" });
const dayName = (day: number): string => weekday.format(new Date(MONDAY + day * DAY_MS));

const FROM_WHOLE = 10;
const FROM_BRIEF = 1_000;
const shown = (mean: number): string =>
  mean >= FROM_BRIEF ? brief(mean) : rough(mean >= FROM_WHOLE ? Math.round(mean) : mean);

/** Means by hour of the week: the number stands in every cell, so that none is told by its colour alone. */
export const HeatMap = ({ activity, times }: { readonly activity: Activity; readonly times: Times }) => {
  const most = Math.max(...activity.heatMap.flat().map(({ mean }) => mean ?? 0), 1e-9);
  return (
    <section class="card">
      <h2>Hours of the week</h2>
      <p class="subtle">
        Messages to an hour, in the mean of {times.day(activity.from)} to {times.day(Date.parse(activity.to) - 1)} (
        {activity.tz}).
      </p>
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
            {activity.heatMap.map((hours, day) => (
              <tr key={dayName(day)}>
                <th scope="row">{dayName(day)}</th>
                {hours.map(({ mean }, hour) => (
                  <td
                    key={HOURS[hour]}
                    class={mean === null ? "unknown" : ""}
                    style={{ "--heat": mean === null ? 0 : mean / most }}
                  >
                    {mean === null ? UNKNOWN : shown(mean)}
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
