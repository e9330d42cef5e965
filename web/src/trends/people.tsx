import type { Times } from "../times.ts";
import { count, share, UNKNOWN } from "../words.ts";
import { Bars } from "./by-kind.tsx";
import type { Activity } from "./series.ts";

const PERIODS = [
  ["day", "Daily", "in a day"],
  ["week", "Weekly", "in 7 days"],
  ["month", "Monthly", "in 30 days"],
] as const;

const stickiness = ({ day, month }: Activity["activeUsers"]): string =>
  day.users === null || month.users === null || month.users === 0 ? UNKNOWN : share(day.users / month.users);

/** Different people of a day, a week and a month, up to the last day that is over. */
export const ActivePeople = ({
  activity,
  times,
}: {
  /** Undefined while it is loaded. */
  readonly activity: Activity | undefined;
  readonly times: Times;
}) => {
  const active = activity?.activeUsers;
  return (
    <section class="card" aria-busy={activity === undefined}>
      <h2>Active people</h2>
      <p class="subtle">
        Different people, each counted once, up to{" "}
        {active === undefined ? "…" : times.day(Date.parse(active.day.to) - 1)}.
      </p>
      <dl class="figures">
        {PERIODS.map(([period, label, what]) => (
          <div class="figure" key={period}>
            <dt>{label}</dt>
            <dd>
              <p class="big">
                {count(active?.[period].users)} <span class="subtle small">{what}</span>
              </p>
            </dd>
          </div>
        ))}
        <div class="figure">
          <dt>Daily of monthly</dt>
          <dd>
            <p class="big">{active === undefined ? UNKNOWN : stickiness(active)}</p>
          </dd>
        </div>
      </dl>
    </section>
  );
};

/** What tells people of a range apart, with what each means. */
const GROUPS = [
  ["active", "Active", "seen in this time"],
  ["new", "New", "never seen before"],
  ["retained", "Stayed", "seen in the time before, too"],
  ["returning", "Came back", "seen before, but not in the time before"],
  ["lost", "Left", "seen in the time before, and not in this"],
] as const;

/** Who came, stayed, came back and left, against as long a time before. */
export const ComingAndGoing = ({
  activity,
  times,
}: {
  readonly activity: Activity | undefined;
  readonly times: Times;
}) => (
  <section class="card" aria-busy={activity === undefined}>
    <h2>Coming and going</h2>
    <p class="subtle">
      People of{" "}
      {activity === undefined ? "…" : `${times.day(activity.from)} to ${times.day(Date.parse(activity.to) - 1)}`},
      against as long a time before.
    </p>
    <Bars of={GROUPS.map(([group, label, hint]) => ({ label, hint, amount: activity?.users[group] ?? null }))} />
  </section>
);
