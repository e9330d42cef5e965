import { useId } from "preact/hooks";
import { DefinitionOf } from "../definition.tsx";
import type { Times } from "../times.ts";
import { bytes, count, share, UNKNOWN } from "../words.ts";
import { Spark } from "./spark.tsx";
import { extremeOf, numberIn, type Row, sumUp } from "./sums.ts";

/** What the chat server's host is sized by. */
export const CAPACITY = ["connections.peak", "memory.freeLow", "memory.total"] as const;

const Figure = ({
  label,
  name,
  value,
  part = "",
  detail,
  rows,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly part?: string;
  readonly detail: string;
  readonly rows: readonly Row[];
}) => {
  const id = useId();
  return (
    <div class="figure">
      <dt>
        <button type="button" class="term" aria-describedby={id}>
          {label}
        </button>
        <DefinitionOf statistic={name} id={id} />
      </dt>
      <dd>
        <p class="big">
          {value} <span class="subtle small">{part}</span>
        </p>
        <p class="change subtle">{detail}</p>
        <Spark rows={rows} name={name} />
      </dd>
    </div>
  );
};

/** How near the chat server came to what its host can do. */
export const Capacity = ({ rows, times }: { readonly rows: readonly Row[]; readonly times: Times }) => {
  const peak = extremeOf(rows, "connections.peak", "peak");
  const low = extremeOf(rows, "memory.freeLow", "low");
  const total = sumUp(rows, { name: "memory.total", kind: "level" });
  const free = numberIn(low, "memory.freeLow");
  const part = free === null || total === null || total === 0 ? "" : `of ${bytes(total)} (${share(free / total)})`;
  return (
    <section class="card">
      <h2>Capacity</h2>
      <dl>
        <Figure
          label="Peak connections"
          name="connections.peak"
          value={count(numberIn(peak, "connections.peak"))}
          detail={peak === undefined ? "no reporter told of connections" : times.instant(peak.start)}
          rows={rows}
        />
        <Figure
          label="Lowest free memory"
          name="memory.freeLow"
          value={free === null ? UNKNOWN : bytes(free)}
          part={part}
          detail={low === undefined ? "no instance told of its memory" : times.instant(low.start)}
          rows={rows}
        />
      </dl>
    </section>
  );
};
