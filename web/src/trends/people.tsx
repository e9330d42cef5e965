import { useAsking } from "../asking.ts";
import { useLoaded } from "../loaded.ts";
import { count, share, UNKNOWN } from "../words.ts";
import { Change } from "./change.tsx";
import { type Headline, readSummary } from "./series.ts";

const PERIODS = [
  ["24h", "Daily", "in 24 h"],
  ["7d", "Weekly", "in 7 days"],
  ["30d", "Monthly", "in 30 days"],
] as const;

const seenIn = (statistics: readonly Headline[]): Headline | undefined =>
  statistics.find(({ name }) => name === "users.seen");

const stickiness = (daily: number | null | undefined, monthly: number | null | undefined): string =>
  daily == null || monthly == null || monthly === 0 ? UNKNOWN : share(daily / monthly);

/** Different people of a day, a week and a month up to the last closed hour. */
export const ActivePeople = ({ closed }: { readonly closed: number }) => {
  const { session, notice } = useAsking();
  const loaded = useLoaded(
    String(closed),
    () => Promise.all(PERIODS.map(async ([period]) => seenIn((await readSummary(session, period)).statistics))),
    notice,
  );
  const seen = loaded.value ?? [];
  return (
    <section class="card" aria-busy={loaded.isLoading}>
      <h2>Active people</h2>
      <p class="subtle">Different people up to the last closed hour, each counted once.</p>
      <dl>
        {PERIODS.map(([period, label, what], at) => (
          <div class="figure" key={period}>
            <dt>{label}</dt>
            <dd>
              <p class="big">
                {count(seen[at]?.value)} <span class="subtle small">{what}</span>
              </p>
              <Change before={seen[at]?.previous ?? null} now={seen[at]?.value ?? null} unit="users" good="up" />
            </dd>
          </div>
        ))}
        <div class="figure">
          <dt>Daily of monthly</dt>
          <dd>
            <p class="big">{stickiness(seen[0]?.value, seen[2]?.value)}</p>
          </dd>
        </div>
      </dl>
      <p class="error" role="alert">
        {loaded.failure}
      </p>
    </section>
  );
};
