import { useId } from "preact/hooks";
import { useAsking } from "../asking.ts";
import { DefinitionOf } from "../definition.tsx";
import { addressOf } from "../place.ts";
import type { Times } from "../times.ts";
import { valueIn } from "../words.ts";
import { Change } from "./change.tsx";
import { type Choice, queryOf } from "./asked.ts";
import { labelOf } from "../labels.ts";
import type { Headline, Summary } from "./series.ts";
import { Spark } from "./spark.tsx";
import { type History, PARTS, sumUp } from "./sums.ts";

/** Statistics that are told at a glance; each leads to its chart. */
export const HEADLINES = [
  "messages.sent",
  "users.seen",
  "rooms.used",
  "users.joined",
  "rooms.opened",
  "uploads.added",
  "messages.removed",
  "users.total",
] as const;

/** Of ranges that no summary is made of: sums of what the chart shows. */
const summed = (
  { kind, ...definition }: Pick<Headline, "name" | "kind" | "unit" | "label">,
  now: History,
  before: History,
): Headline => ({
  ...definition,
  kind,
  value: sumUp(now.rows, { name: definition.name, kind }),
  previous: sumUp(before.rows, { name: definition.name, kind }),
  changeRatio: null,
  good: null,
});

const Card = ({
  headline,
  what,
  choice,
  rows,
}: {
  readonly headline: Headline;
  readonly what: string;
  readonly choice: Choice;
  readonly rows: History["rows"] | undefined;
}) => {
  const id = useId();
  const { name, unit, value, previous, good } = headline;
  return (
    <li>
      <a
        href={addressOf("trends", queryOf({ ...choice, statistic: name }))}
        aria-current={choice.statistic === name ? "true" : undefined}
        aria-describedby={id}
      >
        <h3>{labelOf(headline)}</h3>
        <p class="big">
          {valueIn(unit, value)} <span class="subtle small">{what}</span>
        </p>
        <Change before={previous} now={value} unit={unit} good={good} />
        {rows === undefined ? null : <Spark rows={rows} name={name} />}
      </a>
      <DefinitionOf statistic={name} id={id} />
    </li>
  );
};

const spanOf = ({ instant }: Times, { from, to, previous }: Summary): string =>
  `Closed hours from ${instant(from)} to ${instant(to)}, beside those from ${instant(previous.from)}.`;

/** The period at a glance, beside the one before. */
export const Headlines = ({
  choice,
  summary,
  now,
  before,
  times,
}: {
  readonly choice: Choice;
  /** Undefined where the range has none. */
  readonly summary: Summary | undefined;
  readonly now: History | undefined;
  readonly before: History | undefined;
  readonly times: Times;
}) => {
  const { definitions } = useAsking();
  const headlines = HEADLINES.flatMap((name): readonly Headline[] => {
    if (summary !== undefined) return summary.statistics.filter((one) => one.name === name);
    const definition = definitions.get(name);
    return definition === undefined || now === undefined || before === undefined
      ? []
      : [summed({ label: name, ...definition }, now, before)];
  });
  const whatOf = ({ kind }: Headline): string => (summary === undefined || kind === "level" ? PARTS[kind] : "");
  return (
    <section>
      <h2 class="hidden">At a glance</h2>
      <ul class="headlines">
        {headlines.map((headline) => (
          <Card
            key={headline.name}
            headline={headline}
            what={whatOf(headline)}
            choice={choice}
            rows={now?.rows.some((row) => headline.name in row) === true ? now.rows : undefined}
          />
        ))}
      </ul>
      <p class="subtle small">
        {summary === undefined
          ? "What the chart shows, summed up; of people and rooms, the busiest row."
          : `${spanOf(times, summary)} Each person and room counts once.`}
      </p>
    </section>
  );
};
