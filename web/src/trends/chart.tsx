import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { stateOf, valueIn } from "../words.ts";
import { dataOf, type Drawn, heightFor, optionsOf, secondsOf } from "./drawing.ts";
import { coloursAt } from "./marks.ts";
import { numberIn } from "./sums.ts";

/** A point of the chart in words; undefined where there is none. */
const wordsAt = ({ rows, before, name, unit, times, band, unusual }: Drawn, at: number | undefined) => {
  const row = at === undefined ? undefined : rows[at];
  if (row === undefined || at === undefined) return undefined;
  const earlier = before?.[at];
  const usual = band?.[at];
  const ends = [usual?.low ?? null, usual?.high ?? null].map((end) => (end === null ? null : Math.round(end)));
  return {
    when: times.instant(row.start),
    value: valueIn(unit, numberIn(row, name)),
    earlier: earlier === undefined ? "" : `, before ${valueIn(unit, numberIn(earlier, name))}`,
    usual: ends[0] === null ? "" : `, usually ${valueIn(unit, ends[0])} to ${valueIn(unit, ends[1])}`,
    state: `${stateOf(row.status)}${unusual.has(row.start) ? ", unusual" : ""}`,
  };
};

const Readout = ({ drawn, at }: { readonly drawn: Drawn; readonly at: number | undefined }) => {
  const words = wordsAt(drawn, at);
  return words === undefined ? (
    <p class="readout subtle">
      Point at the chart, or focus it and press the arrow keys, to read {NAMES[drawn.interval]}.
    </p>
  ) : (
    <p class="readout">
      {words.when}: <strong>{words.value}</strong>
      {words.earlier}
      {words.usual} <span class="subtle">({words.state})</span>
    </p>
  );
};

const NAMES: Readonly<Record<string, string>> = { hour: "an hour", day: "a day", week: "a week", month: "a month" };

const PAGE = 24;

/** Where a key leads from a point; undefined for keys that lead nowhere. */
const nextOf = (key: string, at: number | undefined, last: number): number | undefined => {
  const from = at ?? last;
  const to: Readonly<Record<string, number>> = {
    ArrowLeft: from - 1,
    ArrowDown: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from + 1,
    PageDown: from - PAGE,
    PageUp: from + PAGE,
    Home: 0,
    End: last,
  };
  const next = to[key];
  return next === undefined ? undefined : Math.min(Math.max(next, 0), last);
};

/** Moves the line that marks a point to it. */
const pointAt = (plot: uPlot | undefined, { rows }: Drawn, at: number): void =>
  plot?.setCursor({ left: plot.valToPos(secondsOf(rows[at]?.start), "x"), top: 0 });

/** Draws anew when the colours of the page change. */
const useScheme = (): string => {
  const [scheme, setScheme] = useState("");
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = (): void => setScheme(dark.matches ? "dark" : "light");
    follow();
    dark.addEventListener("change", follow);
    return () => dark.removeEventListener("change", follow);
  }, []);
  return scheme;
};

const KEYS = (
  <ul class="legend">
    <li class="key now">This period</li>
    <li class="key earlier">The period before</li>
    <li class="key gap">Missing</li>
    <li class="key partial">Partial</li>
    <li class="key open">Still open</li>
    <li class="key restated">Restated</li>
    <li class="key usual">Usual</li>
    <li class="key unusual">Unusual</li>
  </ul>
);

/**
 * A statistic over time, read by pointing or with the arrow keys. The table below it has the same numbers for those who
 * don't see it.
 */
export const Chart = ({ drawn }: { readonly drawn: Drawn }) => {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [at, setAt] = useState<number>();
  const scheme = useScheme();
  useEffect(() => {
    const element = place.current;
    if (element === null || scheme === "") return undefined;
    const made = new uPlot(optionsOf(drawn, element.clientWidth, coloursAt(element), setAt), dataOf(drawn), element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width !== made.width) made.setSize({ width, height: heightFor(width) });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [drawn, scheme]);
  const last = drawn.rows.length - 1;
  const words = wordsAt(drawn, at);
  const move = (event: KeyboardEvent): void => {
    const next = nextOf(event.key, at, last);
    if (next === undefined) return;
    event.preventDefault();
    pointAt(plot.current, drawn, next);
    setAt(next);
  };
  return (
    <figure class="chart">
      <div
        ref={place}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${drawn.label}, by ${drawn.interval}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(last, 0)}
        aria-valuenow={at ?? Math.max(last, 0)}
        aria-valuetext={
          words === undefined
            ? "No point chosen"
            : `${words.when}: ${words.value}${words.earlier}${words.usual}, ${words.state}`
        }
        onKeyDown={move}
      />
      <Readout drawn={drawn} at={at} />
      <figcaption>{KEYS}</figcaption>
    </figure>
  );
};
