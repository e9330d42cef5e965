import { useMemo, useState } from "preact/hooks";
import type { Definition } from "../documents.ts";
import { addressOf } from "../place.ts";
import { save } from "../saving.ts";
import type { Times } from "../times.ts";
import { type Asked, type Choice, queryOf } from "./asked.ts";
import { Chart } from "./chart.tsx";
import { labelOf } from "../labels.ts";
import { NumbersTable } from "./numbers.tsx";
import { csvOf, type History } from "./sums.ts";
import type { Usual } from "./usual.ts";

const Share = ({
  link,
  name,
  csv,
  rows,
}: {
  readonly link: string;
  readonly name: string;
  readonly csv: () => string;
  readonly rows: number;
}) => {
  const [outcome, setOutcome] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setOutcome("Copied. The link reopens exactly this view.");
    } catch {
      setOutcome("The browser does not let this page write to the clipboard. Copy the address of the link instead.");
    }
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
        <button
          type="button"
          onClick={() => {
            save(`${name}.csv`, "text/csv;charset=utf-8", csv());
            setOutcome(`Saved as ${name}.csv, ${rows} rows.`);
          }}
        >
          Save CSV
        </button>
      </div>
      <p role="status" class="outcome">
        {outcome}
      </p>
    </>
  );
};

/** The chosen statistic over time, its numbers, and how to take them along. */
export const ChartCard = ({
  choice,
  asked,
  definition,
  now,
  before,
  usual,
  times,
}: {
  readonly choice: Choice;
  readonly asked: Asked;
  readonly definition: Definition;
  readonly now: History;
  readonly before: History;
  readonly usual: Usual;
  readonly times: Times;
}) => {
  const label = labelOf(definition);
  const beside = choice.isCompared ? before.rows : undefined;
  const drawn = useMemo(
    () => ({
      rows: now.rows,
      before: beside,
      name: definition.name,
      label,
      unit: definition.unit,
      isBars: definition.kind === "flow" || definition.kind === "distinct",
      interval: now.interval,
      to: now.to,
      times,
      band: usual.band,
      unusual: new Set(
        now.interval === "hour"
          ? usual.unusual.filter(({ statistic }) => statistic === definition.name).map(({ start }) => start)
          : [],
      ),
    }),
    [now, beside, definition, usual, times],
  );
  const exactly = queryOf({ ...choice, range: "own", own: asked.bounds, interval: asked.interval });
  return (
    <section class="card">
      <h2>{label}</h2>
      <p class="subtle">{definition.definition}</p>
      <Chart drawn={drawn} />
      <NumbersTable rows={now.rows} before={beside} definition={definition} times={times} />
      <Share
        link={`${location.origin}/${addressOf("trends", exactly)}`}
        name={definition.name}
        csv={() => csvOf(now.rows, [definition.name], beside)}
        rows={now.rows.length}
      />
    </section>
  );
};
