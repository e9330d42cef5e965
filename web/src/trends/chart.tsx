import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Times } from "../times.ts";
import { brief, bytes, stateOf, valueIn } from "../words.ts";
import { type Colours, coloursAt, drawMarks, drawUnusual } from "./marks.ts";
import { numberIn, type Row } from "./sums.ts";
import type { UsualHour } from "./usual.ts";

/** What is drawn: a statistic's rows and, beside them, those of the period before. */
export interface Drawn {
  readonly rows: readonly Row[];
  readonly before: readonly Row[] | undefined;
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  /** Whether a row stands for itself: what is counted in it, and not how high something was. */
  readonly isBars: boolean;
  readonly interval: string;
  /** Where the last row ends. */
  readonly to: string;
  readonly times: Times;
  /** What is usual, row by row; undefined where that is not known. */
  readonly band: readonly UsualHour[] | undefined;
  /** Starts of the rows that are far from usual. */
  readonly unusual: ReadonlySet<string>;
}

const HEIGHT = 320;
const LOW_HEIGHT = 240;
const NARROW = 600;
const heightFor = (width: number): number => (width < NARROW ? LOW_HEIGHT : HEIGHT);

const dataOf = ({ rows, before, name, band }: Drawn): uPlot.AlignedData => [
  rows.map(({ start }) => Date.parse(start) / 1_000),
  rows.map((row) => numberIn(row, name)),
  ...(band === undefined
    ? []
    : [rows.map((_, at) => band[at]?.high ?? null), rows.map((_, at) => band[at]?.low ?? null)]),
  ...(before === undefined ? [] : [rows.map((_, at) => numberIn(before[at], name))]),
];

/** Places of the band's ends among the series. */
const [HIGH, LOW] = [2, 3];

const FONT = "12px system-ui, 'Open Sans', sans-serif";

const axis = ({ subtle, line }: Colours): uPlot.Axis => ({
  stroke: subtle,
  font: FONT,
  grid: { stroke: line, width: 1 },
  ticks: { stroke: line, width: 1 },
});

const seriesOf = (drawn: Drawn, { accent, subtle, good }: Colours): uPlot.Series[] => {
  const bars = uPlot.paths.bars?.({ size: [0.8, 60], align: 1 });
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return [
    {},
    {
      stroke: accent,
      width: drawn.isBars ? 0 : 2,
      points: { show: false },
      ...(drawn.isBars ? { fill: accent } : {}),
      ...(drawn.isBars && bars !== undefined ? { paths: bars } : {}),
    },
    ...(drawn.band === undefined
      ? []
      : [HIGH, LOW].map(() => ({
          stroke: good,
          width: 1,
          // What is usual of a few loud hours must not press everything else down.
          auto: false,
          points: { show: false },
          ...(stepped === undefined ? {} : { paths: stepped }),
        }))),
    ...(drawn.before === undefined
      ? []
      : [
          {
            stroke: subtle,
            width: 1.5,
            dash: [5, 4],
            points: { show: false },
            ...(drawn.isBars && stepped !== undefined ? { paths: stepped } : {}),
          },
        ]),
  ];
};

const secondsOf = (text: string | undefined): number => Date.parse(text ?? "") / 1_000;

const WHOLE_FROM = 10;
const ROOM_ABOVE = 1.08;

const optionsOf = (
  drawn: Drawn,
  width: number,
  colours: Colours,
  onPoint: (at: number | undefined) => void,
): uPlot.Options => {
  const ends = (): uPlot.Range.MinMax => [secondsOf(drawn.rows[0]?.start), secondsOf(drawn.to)];
  const short = (value: number): string => (drawn.unit === "bytes" ? bytes(value) : brief(value));
  return {
    width,
    height: heightFor(width),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), drawn.times.zone),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    padding: [8, 20, 0, 0],
    scales: {
      x: { range: ends },
      y: {
        range: (_plot, least, most) =>
          drawn.isBars || least >= 0 ? [0, (most <= 0 ? 1 : most) * ROOM_ABOVE] : [least, most],
      },
    },
    axes: [
      { ...axis(colours), values: (_plot, splits) => splits.map(drawn.times.axis) },
      {
        ...axis(colours),
        size: 56,
        values: (_plot, splits) =>
          splits.map((value) => (Number.isInteger(value) || value > WHOLE_FROM ? short(value) : "")),
      },
    ],
    series: seriesOf(drawn, colours),
    bands: drawn.band === undefined ? [] : [{ series: [HIGH, LOW], fill: colours.band }],
    hooks: {
      drawClear: [(plot) => drawMarks(plot, drawn.rows, secondsOf(drawn.to), colours)],
      draw: [(plot) => drawUnusual(plot, drawn, colours)],
      setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)],
    },
  };
};

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
