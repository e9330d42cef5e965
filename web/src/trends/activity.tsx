import type { Times } from "../times.ts";
import { count } from "../words.ts";
import { Bars } from "./by-kind.tsx";
import type { Activity } from "./series.ts";

const LISTED = 10;

const Nothing = () => <p class="subtle">No message was sent in this time.</p>;

/** The hours with the most messages. */
export const BusiestHours = ({ activity, times }: { readonly activity: Activity; readonly times: Times }) => (
  <section class="card">
    <h2>Busiest hours</h2>
    {activity.busiestHours.length === 0 ? (
      <Nothing />
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

/** The rooms with the most messages. */
export const ActiveRooms = ({ activity }: { readonly activity: Activity }) => (
  <section class="card">
    <h2>Most active rooms</h2>
    {activity.mostActiveRooms.length === 0 ? (
      <Nothing />
    ) : (
      <Bars
        of={activity.mostActiveRooms.slice(0, LISTED).map(({ id, messages }) => ({ label: id, amount: messages }))}
      />
    )}
  </section>
);
