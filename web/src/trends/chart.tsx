import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { brief, bytes, axisTime, instant, stateOf, valueIn } from "../words.ts";
import { type Colours, coloursAt, drawMarks } from "./marks.ts";
import { numberIn, type Row } from "./sums.ts";

/** What is drawn: a statistic's rows and, beside them, those of the period before. */
export interface Drawn {
  readonly rows: readonly Row[];
  readonly before: readonly Row[] | undefined;
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly isFlow: boolean;
  readonly interval: string;
}

const HEIGHT = 320;
const LOW_HEIGHT = 240;
const NARROW = 600;
const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

const heightFor = (width: number): number => (width < NARROW ? LOW_HEIGHT : HEIGHT);
const stepOf = ({ interval }: Drawn): number => (interval === "day" ? DAY_SECONDS : HOUR_SECONDS);

const dataOf = ({ rows, before, name }: Drawn): uPlot.AlignedData => [
  rows.map(({ start }) => Date.parse(start) / 1_000),
  rows.map((row) => numberIn(row, name)),
  ...(before === undefined ? [] : [rows.map((_, at) => numberIn(before[at], name))]),
];

const FONT = "12px system-ui, 'Open Sans', sans-serif";

const axis = ({ subtle, line }: Colours): uPlot.Axis => ({
  stroke: subtle,
  font: FONT,
  grid: { stroke: line, width: 1 },
  ticks: { stroke: line, width: 1 },
});

const seriesOf = (drawn: Drawn, { accent, subtle }: Colours): uPlot.Series[] => {
  const bars = uPlot.paths.bars?.({ size: [0.8, 60], align: 1 });
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return [
    {},
    {
      stroke: accent,
      width: drawn.isFlow ? 0 : 2,
      points: { show: false },
      ...(drawn.isFlow ? { fill: accent } : {}),
      ...(drawn.isFlow && bars !== undefined ? { paths: bars } : {}),
    },
    ...(drawn.before === undefined
      ? []
      : [
          {
            stroke: subtle,
            width: 1.5,
            dash: [5, 4],
            points: { show: false },
            ...(drawn.isFlow && stepped !== undefined ? { paths: stepped } : {}),
          },
        ]),
  ];
};

const optionsOf = (
  drawn: Drawn,
  width: number,
  colours: Colours,
  onPoint: (at: number | undefined) => void,
): uPlot.Options => {
  const step = stepOf(drawn);
  const ends = (): uPlot.Range.MinMax => {
    const first = Date.parse(drawn.rows[0]?.start ?? "") / 1_000;
    const last = Date.parse(drawn.rows.at(-1)?.start ?? "") / 1_000;
    return [first, last + step];
  };
  const short = (value: number): string => (drawn.unit === "bytes" ? bytes(value) : brief(value));
  return {
    width,
    height: heightFor(width),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    scales: {
      x: { range: ends },
      y: {
        range: (_plot, least, most) =>
          drawn.isFlow || least >= 0 ? [0, (most <= 0 ? 1 : most) * 1.08] : [least, most],
      },
    },
    axes: [
      { ...axis(colours), values: (_plot, splits) => splits.map(axisTime) },
      {
        ...axis(colours),
        size: 64,
        values: (_plot, splits) => splits.map((value) => (Number.isInteger(value) || value > 10 ? short(value) : "")),
      },
    ],
    series: seriesOf(drawn, colours),
    hooks: {
      drawClear: [(plot) => drawMarks(plot, drawn.rows, step, colours)],
      setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)],
    },
  };
};

const Readout = ({ drawn, at }: { readonly drawn: Drawn; readonly at: number | undefined }) => {
  const row = at === undefined ? undefined : drawn.rows[at];
  if (row === undefined || at === undefined)
    return <p class="readout subtle">Point at the chart to read {drawn.interval === "day" ? "a day" : "an hour"}.</p>;
  const earlier = drawn.before?.[at];
  return (
    <p class="readout">
      {instant(row.start)}: <strong>{valueIn(drawn.unit, numberIn(row, drawn.name))}</strong>
      {earlier === undefined ? null : <>, before {valueIn(drawn.unit, numberIn(earlier, drawn.name))}</>}{" "}
      <span class="subtle">({stateOf(row.status)})</span>
    </p>
  );
};

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

/** A statistic over time. The table below the chart has the same numbers for those who don't see it. */
export const Chart = ({ drawn }: { readonly drawn: Drawn }) => {
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number>();
  const scheme = useScheme();
  useEffect(() => {
    const element = place.current;
    if (element === null || scheme === "") return undefined;
    const plot = new uPlot(optionsOf(drawn, element.clientWidth, coloursAt(element), setAt), dataOf(drawn), element);
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width !== plot.width) plot.setSize({ width, height: heightFor(width) });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [drawn, scheme]);
  return (
    <figure class="chart">
      <div ref={place} class="plot" role="img" aria-label={`${drawn.label}, by ${drawn.interval}`} />
      <Readout drawn={drawn} at={at} />
      <figcaption>
        <ul class="legend">
          <li class="key now">This period</li>
          {drawn.before === undefined ? null : <li class="key earlier">The period before</li>}
          <li class="key gap">Missing</li>
          <li class="key partial">Partial</li>
          <li class="key open">Still open</li>
          <li class="key restated">Restated</li>
        </ul>
      </figcaption>
    </figure>
  );
};
