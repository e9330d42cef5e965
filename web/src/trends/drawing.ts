import uPlot from "uplot";
import type { Times } from "../times.ts";
import { brief, bytes } from "../words.ts";
import { type Colours, drawMarks, drawUnusual } from "./marks.ts";
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

/** How high a chart of some width is, CSS pixels. */
export const heightFor = (width: number): number => (width < NARROW ? LOW_HEIGHT : HEIGHT);

/** The columns that are drawn. */
export const dataOf = ({ rows, before, name, band }: Drawn): uPlot.AlignedData => [
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

/** An instant as seconds since 1970 UTC. */
export const secondsOf = (text: string | undefined): number => Date.parse(text ?? "") / 1_000;

const WHOLE_FROM = 10;

const ROOM_ABOVE = 1.08;

/** How a chart is drawn. */
export const optionsOf = (
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
