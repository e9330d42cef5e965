import { useMemo, useState } from "preact/hooks";
import { ask } from "../api.ts";
import { useAsking } from "../asking.ts";
import type { Definition } from "../documents.ts";
import { useLoaded } from "../loaded.ts";
import { addressOf } from "../place.ts";
import { save } from "../saving.ts";
import { clockTime, day, instant } from "../words.ts";
import { before, type Choice, choiceIn, queryOf, spanOf } from "./asked.ts";
import { Chart } from "./chart.tsx";
import { Choosing } from "./choosing.tsx";
import { HeatMap } from "./heat-map.tsx";
import { labelOf } from "./labels.ts";
import { Headlines, HEADLINES, KINDS, MessagesByKind, NumbersTable } from "./numbers.tsx";
import { intervalFor, readHistory } from "./series.ts";
import { csvOf, DAY_MS, type History, type Span } from "./sums.ts";

interface Shown {
  readonly now: History;
  readonly before: History;
  readonly week: History;
}

const HEAT_DAYS = 28;

const unknownStatistic = (name: string): Definition => ({ name, kind: "flow", unit: "", definition: "" });

const titleOf = ({ from, to }: Span): string =>
  to - from <= DAY_MS ? `${instant(from)} to ${instant(to)}` : `${day(from)} to ${day(to - 1)} (UTC)`;

/** Everything that a choice shows, in three questions at once. */
const useShown = (choice: Choice, span: Span | undefined) => {
  const { session, notice } = useAsking();
  const load = async (): Promise<Shown | undefined> => {
    if (span === undefined) return undefined;
    const interval = intervalFor(span);
    const metrics = [...new Set([choice.statistic, ...HEADLINES, ...Object.keys(KINDS)])];
    const heat = { from: span.to - HEAT_DAYS * DAY_MS, to: span.to };
    const [now, earlier, week] = await Promise.all([
      readHistory(session, metrics, span, interval),
      readHistory(session, metrics, before(span), interval),
      readHistory(session, [choice.statistic], heat, "hour"),
    ]);
    return { now, before: earlier, week };
  };
  return useLoaded(`${choice.statistic} ${span?.from ?? ""} ${span?.to ?? ""}`, load, notice);
};

const Share = ({
  choice,
  span,
  shown,
  label,
}: {
  readonly choice: Choice;
  readonly span: Span;
  readonly shown: Shown;
  readonly label: string;
}) => {
  const [outcome, setOutcome] = useState("");
  const link = `${location.origin}/${addressOf("trends", queryOf({ ...choice, range: "own", own: span }))}`;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setOutcome("Copied. The link reopens exactly this view.");
    } catch {
      setOutcome("The browser does not let this page write to the clipboard. Copy the address of the link instead.");
    }
  };
  const saveCsv = (): void => {
    const csv = csvOf(shown.now.rows, [choice.statistic], choice.isCompared ? shown.before.rows : undefined);
    save(`${choice.statistic}.csv`, "text/csv;charset=utf-8", csv);
    setOutcome(`Saved as ${choice.statistic}.csv: ${label}, ${shown.now.rows.length} rows.`);
  };
  return (
    <>
      <div class="actions end">
        <a class="button" href={link}>
          Link to this view
        </a>
        <button type="button" onClick={() => void copy()}>
          Copy link
        </button>
        <button type="button" onClick={saveCsv}>
          Save CSV
        </button>
      </div>
      <p role="status" class="outcome">
        {outcome}
      </p>
    </>
  );
};

/** How the workspace was used over time. */
export const TrendsView = ({ query }: { readonly query: URLSearchParams }) => {
  const { session, definitions, notice } = useAsking();
  // The server's clock decides what hour it is, not the reader's.
  const health = useLoaded(
    "health",
    () => ask<{ readonly checkedAt: string; readonly nextRunAt: string | null }>(session, "/v1/health"),
    notice,
  );
  const choice = choiceIn(query);
  const checkedAt = health.value === undefined ? undefined : Date.parse(health.value.checkedAt);
  const span = checkedAt === undefined ? undefined : spanOf(choice, checkedAt);
  const loaded = useShown(choice, span);
  const definition = definitions.get(choice.statistic) ?? unknownStatistic(choice.statistic);
  const shown = loaded.value;
  const drawn = useMemo(
    () =>
      shown === undefined
        ? undefined
        : {
            rows: shown.now.rows,
            before: choice.isCompared ? shown.before.rows : undefined,
            name: definition.name,
            label: labelOf(definition),
            unit: definition.unit,
            isFlow: definition.kind === "flow",
            interval: shown.now.interval,
          },
    [shown, choice.isCompared, definition],
  );
  const failure = health.failure ?? loaded.failure;
  const headlines = HEADLINES.flatMap((name) => definitions.get(name) ?? []);
  return (
    <>
      <div class="heading">
        <div>
          <h1>Trends</h1>
          <p class="subtle">
            {span === undefined ? "…" : titleOf(span)}
            {health.value?.nextRunAt == null ? "" : `; the next hour closes at ${clockTime(health.value.nextRunAt)}`}
          </p>
        </div>
      </div>
      {span === undefined ? null : (
        <Choosing
          choice={choice}
          span={span}
          definitions={definitions}
          onChoose={(next) => {
            location.hash = addressOf("trends", queryOf(next));
          }}
        />
      )}
      <div role="alert">
        {failure === undefined ? null : (
          <p class="error">
            {failure}{" "}
            <button type="button" class="quiet" onClick={health.failure === undefined ? loaded.reload : health.reload}>
              Try again
            </button>
          </p>
        )}
      </div>
      <div class={loaded.isLoading ? "waiting trends" : "trends"} aria-busy={loaded.isLoading}>
        {shown === undefined || drawn === undefined || span === undefined ? (
          failure === undefined ? (
            <div class="card skeleton tall" />
          ) : null
        ) : (
          <>
            <h2 class="hidden">In short</h2>
            <Headlines definitions={headlines} rows={shown.now.rows} before={shown.before.rows} />
            <section class="card">
              <h2>{labelOf(definition)}</h2>
              <p class="subtle">{definition.definition}</p>
              <Chart drawn={drawn} />
              <NumbersTable rows={drawn.rows} before={drawn.before} definition={definition} />
              <Share choice={choice} span={span} shown={shown} label={labelOf(definition)} />
            </section>
            <div class="pair">
              <MessagesByKind rows={shown.now.rows} />
              <HeatMap rows={shown.week.rows} definition={definition} />
            </div>
          </>
        )}
      </div>
    </>
  );
};
