import { scaleBand, type ScaleBand, scaleLinear, type ScaleLinear } from "d3-scale";
import { html, type Part } from "./html.ts";

/** A place on the axis of a chart: a day, or an hour. */
export interface Slot {
  /** In full, unique in its chart. */
  readonly name: string;
  /** Below the axis. */
  readonly tick: string;
  /** How it was observed: `gap` not at all, `part` not wholly. */
  readonly observed: "whole" | "part" | "gap";
}

/** Sizes of a drawing, in pixels; a narrow one is for a telephone, so that its words stay readable. */
export interface Size {
  readonly name: "wide" | "narrow";
  readonly width: number;
  readonly height: number;
}

/** Sizes of a chart as wide as the page, for wide and narrow screens. */
export const SIZES: readonly Size[] = [
  { name: "wide", width: 880, height: 230 },
  { name: "narrow", width: 320, height: 200 },
];

/** Sizes of a chart that takes half of the page, for wide and narrow screens. */
export const HALF_SIZES: readonly Size[] = [
  { name: "wide", width: 420, height: 180 },
  { name: "narrow", width: 320, height: 180 },
];

const MARGIN = { top: 18, right: 4, bottom: 22, left: 46 } as const;

const TICK_WIDTH = { wide: 26, narrow: 30 } as const;

interface Frame {
  readonly id: string;
  readonly size: Size;
  readonly x: ScaleBand<string>;
  readonly y: ScaleLinear<number, number>;
  readonly slots: readonly Slot[];
}

/** Two decimals are finer than any screen. */
export const px = (value: number): number => Math.round(value * 100) / 100;

/** Lines across, for what nobody observed. */
export const hatchPattern = (id: string): Part =>
  html`<pattern id=${id} class="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"
    ><path d="M3.5 0V7"
  /></pattern>`;

/** What stands where nothing was observed. */
export const gapsOf = ({ id, x, y, slots }: Frame): Part =>
  slots
    .filter(({ observed }) => observed !== "whole")
    .map(
      ({ name, observed }) =>
        html`<rect
          x=${px(x(name) ?? 0)}
          y=${px(y.range()[1] ?? 0)}
          width=${px(x.bandwidth())}
          height=${px((y.range()[0] ?? 0) - (y.range()[1] ?? 0))}
          fill="url(#${id})"
          opacity=${observed === "gap" ? 1 : 0.45}
        />`,
    );

/** Both axes, with as many words as there is room for. */
export const axesOf = ({ size, x, y, slots }: Frame, format: (value: number) => string): Part => {
  const { width, height, name } = size;
  // There is no half of a message.
  const values = y.ticks(4).filter(Number.isInteger);
  const longest = Math.max(...slots.map(({ tick }) => tick.length));
  const room = TICK_WIDTH[name] * Math.max(longest / 3.2, 0.8);
  const every = Math.max(Math.ceil(room / x.step()), 1);
  return [
    ...values.map(
      (value) =>
        html`<g>
          <line
            class=${value === 0 ? "base" : "rule"}
            x1=${MARGIN.left}
            x2=${width - MARGIN.right}
            y1=${px(y(value))}
            y2=${px(y(value))}
          />
          <text x=${MARGIN.left - 6} y=${px(y(value) + 4)} text-anchor="end">${format(value)}</text>
        </g>`,
    ),
    ...slots.flatMap((slot, at) =>
      at % every === 0
        ? [
            html`<text x=${px((x(slot.name) ?? 0) + x.bandwidth() / 2)} y=${height - 6} text-anchor="middle"
              >${slot.tick}</text
            >`,
          ]
        : [],
    ),
  ];
};

/** What a chart of so many slots is drawn in. */
export const frameOf = (id: string, size: Size, slots: readonly Slot[], most: number): Frame => ({
  id: `${id}-${size.name}`,
  size,
  slots,
  x: scaleBand(
    slots.map(({ name }) => name),
    [MARGIN.left, size.width - MARGIN.right],
  ).padding(slots.length > 12 ? 0.22 : 0.35),
  y: scaleLinear([0, Math.max(most, 1)], [size.height - MARGIN.bottom, MARGIN.top]).nice(4),
});

/** A chart as SVG, with its title for those who do not see it. */
export const drawing = ({ id, size }: Frame, title: string, parts: Part): Part =>
  html`<svg class=${size.name} viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label=${title}>
    <defs>${hatchPattern(id)}</defs>
    ${parts}
  </svg>`;

/** The highest bar says how high it is. */
export const peakOf = ({ x, y }: Frame, name: string | undefined, value: number, text: string): Part =>
  name === undefined || value <= 0
    ? null
    : html`<text class="peak" x=${px((x(name) ?? 0) + x.bandwidth() / 2)} y=${px(y(value) - 5)} text-anchor="middle"
        >${text}</text
      >`;

/** The place of the highest of some values. */
export const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((top, value, at) => ((value ?? -1) > (values[top] ?? -1) ? at : top), 0);
