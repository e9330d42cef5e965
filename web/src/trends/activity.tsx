import { useAsking } from "../asking.ts";
import { useLoaded } from "../loaded.ts";
import type { Times } from "../times.ts";
import { count } from "../words.ts";
import type { Asked, Moment } from "./asked.ts";
import { DAY_MS, HOUR_MS } from "./bounds.ts";
import { Bars } from "./by-kind.tsx";
import { HeatMap } from "./heat-map.tsx";
import { type Activity, readActivity } from "./series.ts";

const LEAST_DAYS = 28;
const MOST_DAYS = 92;
const LISTED = 10;

/** Instants of the hours that are shown of a range: four weeks at least, so that every hour of the week comes as often. */
const spanOf = ({ bounds }: Asked, { closed }: Moment): { readonly from: number; readonly to: number } => {
  const to = Math.min(Math.floor(Date.parse(bounds.to) / HOUR_MS) * HOUR_MS, closed);
  const days = Math.min(Math.max((to - Date.parse(bounds.from)) / DAY_MS, LEAST_DAYS), MOST_DAYS);
  return { from: Math.floor((to - days * DAY_MS) / HOUR_MS) * HOUR_MS, to };
};

const Busiest = ({ activity, times }: { readonly activity: Activity; readonly times: Times }) => (
  <section class="card">
    <h2>Busiest hours</h2>
    {activity.busiestHours.length === 0 ? (
      <p class="subtle">No message was sent in this time.</p>
    ) : (
      <table class="listed">
        <thead>
          <tr>
            <th scope="col">Hour</th>
            <th scope="col">Messages</th>
            <th scope="col">People</th>
          </tr>
        </thead>
        <tbody>
          {activity.busiestHours.slice(0, LISTED).map(({ start, messages, users }) => (
            <tr key={start}>
              <th scope="row">{times.instant(start)}</th>
              <td>{count(messages)}</td>
              <td>{count(users)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
);

const Rooms = ({ activity }: { readonly activity: Activity }) => (
  <section class="card">
    <h2>Most active rooms</h2>
    {activity.mostActiveRooms.length === 0 ? (
      <p class="subtle">No message was sent in this time.</p>
    ) : (
      <Bars
        of={activity.mostActiveRooms.slice(0, LISTED).map(({ id, messages }) => ({ label: id, amount: messages }))}
      />
    )}
  </section>
);

/** When and where people are active. */
export const ActivityCards = ({
  asked,
  moment,
  times,
}: {
  readonly asked: Asked;
  readonly moment: Moment;
  readonly times: Times;
}) => {
  const { session, notice } = useAsking();
  const { from, to } = spanOf(asked, moment);
  const loaded = useLoaded(`${from} ${to}`, () => readActivity(session, from, to), notice);
  const activity = loaded.value;
  if (activity === undefined)
    return (
      <>
        <p class="error" role="alert">
          {loaded.failure}
        </p>
        {loaded.failure === undefined ? <div class="card skeleton tall" aria-hidden="true" /> : null}
      </>
    );
  return (
    <div class={loaded.isLoading ? "waiting trends" : "trends"} aria-busy={loaded.isLoading}>
      <HeatMap activity={activity} times={times} />
      <div class="halves">
        <Busiest activity={activity} times={times} />
        <Rooms activity={activity} />
      </div>
    </div>
  );
};
