import { useMemo } from "preact/hooks";
import { useAsking } from "../asking.ts";
import type { Definition } from "../documents.ts";
import { useLoaded } from "../loaded.ts";
import { addressOf } from "../place.ts";
import { useActive } from "./active.ts";
import { ActiveRooms, BusiestHours } from "./activity.tsx";
import { type Asked, askedOf, type Choice, choiceIn, queryOf } from "./asked.ts";
import { KINDS, MessagesByKind } from "./by-kind.tsx";
import { CAPACITY, Capacity } from "./capacity.tsx";
import { ChartCard } from "./chart-card.tsx";
import { Choosing } from "./choosing.tsx";
import { HeatMap } from "./heat-map.tsx";
import { Headlines, HEADLINES } from "./headlines.tsx";
import { ActivePeople, ComingAndGoing } from "./people.tsx";
import { type Present, readHistory, readPresent, readSummary, type Summary } from "./series.ts";
import type { History } from "./sums.ts";
import { UnusualHours } from "./unusual.tsx";
import { readUsual, type Usual } from "./usual.ts";

interface Shown {
  /** What was chosen when this was asked for. */
  readonly choice: Choice;
  readonly asked: Asked;
  readonly now: History;
  readonly before: History;
  readonly summary: Summary | undefined;
  readonly usual: Usual;
}

const unknownStatistic = (name: string): Definition => ({
  name,
  kind: "flow",
  unit: "",
  definition: "",
  hasBaseline: false,
});

const SUMMED: readonly string[] = ["24h", "7d", "30d", "90d"];

/** Everything that a choice shows, in a few questions at once. */
const useShown = (choice: Choice, asked: Asked | undefined, present: Present | undefined) => {
  const { session, definitions, notice } = useAsking();
  const statistic = definitions.get(choice.statistic) ?? unknownStatistic(choice.statistic);
  const load = async (): Promise<Shown | undefined> => {
    if (asked === undefined || present === undefined) return undefined;
    const form = { interval: asked.interval, zone: present.times.zone };
    const beside = [...new Set([choice.statistic, ...HEADLINES])];
    const metrics = [...new Set([...beside, ...Object.keys(KINDS), ...CAPACITY])];
    const [{ now, usual }, before, summary] = await Promise.all([
      readHistory(session, metrics, asked.bounds, form).then(async (history) => ({
        now: history,
        usual: await readUsual(session, statistic, history),
      })),
      readHistory(session, beside, asked.before, form),
      SUMMED.includes(choice.range) ? readSummary(session, choice.range) : undefined,
    ]);
    return { choice, asked, now, before, summary, usual };
  };
  // The definitions may come last.
  const key = `${choice.statistic} ${String(statistic.hasBaseline)} ${choice.range} ${JSON.stringify(asked)}`;
  return useLoaded(key, load, notice);
};

const titleOf = ({ times, nextRunAt }: Present, shown: Shown | undefined): string => {
  if (shown === undefined) return "…";
  const [from, to] = [shown.now.from, Date.parse(shown.now.to) - 1];
  const span = shown.asked.interval === "hour" ? times.instant : times.day;
  const next = nextRunAt === null ? "" : `; the next hour closes at ${times.clock(nextRunAt)}`;
  return `${span(from)} to ${span(shown.asked.interval === "hour" ? to + 1 : to)}, days in ${times.zone}${next}`;
};

const Waiting = () => (
  <div class="trends" aria-hidden="true">
    <div class="card skeleton glance" />
    <div class="card skeleton taller" />
  </div>
);

/** How the workspace was used over time. */
export const TrendsView = ({ query }: { readonly query: URLSearchParams }) => {
  const { session, definitions, notice } = useAsking();
  // The server's clock decides what hour it is, not the reader's.
  const loadedPresent = useLoaded("present", () => readPresent(session), notice);
  const present = loadedPresent.value;
  const choice = useMemo(() => choiceIn(query), [query.toString()]);
  const asked = useMemo(() => (present === undefined ? undefined : askedOf(choice, present)), [choice, present]);
  const loaded = useShown(choice, asked, present);
  const shown = loaded.value;
  const active = useActive(shown?.now, present);
  const failed = [loadedPresent, loaded, active].find((one) => one.failure !== undefined);
  return (
    <>
      <div class="heading">
        <div>
          <h1>Trends</h1>
          <p class="subtle spanned">{present === undefined ? "…" : titleOf(present, shown)}</p>
        </div>
      </div>
      {present === undefined || asked === undefined ? (
        <div class="choosing" aria-hidden="true" />
      ) : (
        <Choosing
          choice={choice}
          asked={asked}
          dateOf={present.dateOf}
          definitions={definitions}
          onChoose={(next) => {
            location.hash = addressOf("trends", queryOf(next));
          }}
        />
      )}
      <div role="alert">
        {failed === undefined ? null : (
          <p class="error">
            {failed.failure}{" "}
            <button type="button" class="quiet" onClick={failed.reload}>
              Try again
            </button>
          </p>
        )}
      </div>
      {shown === undefined || present === undefined ? (
        failed === undefined ? (
          <Waiting />
        ) : null
      ) : (
        <div class={loaded.isLoading ? "waiting trends" : "trends"} aria-busy={loaded.isLoading}>
          <Headlines {...shown} choice={choice} times={present.times} />
          <ChartCard
            {...shown}
            choice={{ ...shown.choice, isCompared: choice.isCompared }}
            definition={definitions.get(shown.choice.statistic) ?? unknownStatistic(shown.choice.statistic)}
            times={present.times}
          />
          <UnusualHours unusual={shown.usual.unusual} times={present.times} />
          <div class={active.isLoading ? "waiting beside" : "beside"} aria-busy={active.isLoading}>
            <MessagesByKind rows={shown.now.rows} />
            <ActivePeople activity={active.value?.range} times={present.times} />
            <ComingAndGoing activity={active.value?.range} times={present.times} />
            <Capacity rows={shown.now.rows} times={present.times} />
          </div>
          {active.value === undefined ? (
            <div class="card skeleton tall" aria-hidden="true" />
          ) : (
            <div class={active.isLoading ? "waiting trends" : "trends"} aria-busy={active.isLoading}>
              <HeatMap activity={active.value.weeks} times={present.times} />
              <div class="halves">
                <BusiestHours activity={active.value.range} times={present.times} />
                <ActiveRooms activity={active.value.range} />
              </div>
            </div>
          )}
        </div>
      )}
    </>
  );
};
