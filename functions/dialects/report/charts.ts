import { type ScaleBand, scaleBand, type ScaleLinear, scaleLinear, scaleSqrt } from "d3-scale";
import { area, curveMonotoneX, line, stack } from "d3-shape";
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
interface Size {
  readonly name: "wide" | "narrow";
  readonly width: number;
  readonly height: number;
}

const SIZES: readonly Size[] = [
  { name: "wide", width: 880, height: 230 },
  { name: "narrow", width: 320, height: 200 },
];
const HALF_SIZES: readonly Size[] = [
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
const px = (value: number): number => Math.round(value * 100) / 100;

/** Lines across, for what nobody observed. */
export const hatchPattern = (id: string): Part =>
  html`<pattern id=${id} class="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"
    ><path d="M3.5 0V7"
  /></pattern>`;

const gapsOf = ({ id, x, y, slots }: Frame): Part =>
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

const axesOf = ({ size, x, y, slots }: Frame, format: (value: number) => string): Part => {
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

const frameOf = (id: string, size: Size, slots: readonly Slot[], most: number): Frame => ({
  id: `${id}-${size.name}`,
  size,
  slots,
  x: scaleBand(
    slots.map(({ name }) => name),
    [MARGIN.left, size.width - MARGIN.right],
  ).padding(slots.length > 12 ? 0.22 : 0.35),
  y: scaleLinear([0, Math.max(most, 1)], [size.height - MARGIN.bottom, MARGIN.top]).nice(4),
});

const drawing = ({ id, size }: Frame, title: string, parts: Part): Part =>
  html`<svg class=${size.name} viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label=${title}>
    <defs>${hatchPattern(id)}</defs>
    ${parts}
  </svg>`;

/** The highest bar says how high it is. */
const peakOf = ({ x, y }: Frame, name: string | undefined, value: number, text: string): Part =>
  name === undefined || value <= 0
    ? null
    : html`<text class="peak" x=${px((x(name) ?? 0) + x.bandwidth() / 2)} y=${px(y(value) - 5)} text-anchor="middle"
        >${text}</text
      >`;

const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((top, value, at) => ((value ?? -1) > (values[top] ?? -1) ? at : top), 0);

/** What a chart is about. */
export interface Told {
  /** Unique in its document. */
  readonly id: string;
  /** What it shows, for who can't see it. */
  readonly title: string;
  readonly format: (value: number) => string;
  readonly isHalf?: boolean;
}

/** Bars, one a slot. What is not known has none. */
export const bars = (
  { id, title, format, isHalf = false }: Told,
  slots: readonly Slot[],
  values: readonly (number | null)[],
): Part =>
  (isHalf ? HALF_SIZES : SIZES).map((size) => {
    const top = highest(values);
    const frame = frameOf(id, size, slots, values[top] ?? 0);
    const { x, y } = frame;
    return drawing(frame, title, [
      axesOf(frame, format),
      gapsOf(frame),
      slots.map(({ name }, at) => {
        const value = values[at] ?? null;
        return value === null || value === 0
          ? null
          : html`<rect
              class="bar"
              x=${px(x(name) ?? 0)}
              y=${px(y(value))}
              width=${px(x.bandwidth())}
              height=${px(y(0) - y(value))}
              rx="1.5"
            />`;
      }),
      peakOf(frame, slots[top]?.name, values[top] ?? 0, format(values[top] ?? 0)),
    ]);
  });

/** Bars of several parts, the first at the bottom; `parts` has the values of each slot by part. */
export const stackedBars = (
  { id, title, format }: Told,
  slots: readonly Slot[],
  parts: readonly { readonly key: string; readonly class: string }[],
  values: readonly (Readonly<Record<string, number>> | null)[],
): Part =>
  SIZES.map((size) => {
    const rows = values.map((row) => row ?? {});
    const sums = values.map((row) => (row === null ? null : Object.values(row).reduce((sum, value) => sum + value, 0)));
    const top = highest(sums);
    const frame = frameOf(id, size, slots, sums[top] ?? 0);
    const { x, y } = frame;
    const layers = stack<Readonly<Record<string, number>>, string>()
      .keys(parts.map(({ key }) => key))
      .value((row, key) => row[key] ?? 0)(rows);
    return drawing(frame, title, [
      axesOf(frame, format),
      gapsOf(frame),
      layers.map((layer, part) =>
        layer.map(([low, high], at) =>
          high <= low
            ? null
            : html`<rect
                class=${parts[part]?.class ?? ""}
                x=${px(x(slots[at]?.name ?? "") ?? 0)}
                y=${px(y(high))}
                width=${px(x.bandwidth())}
                height=${px(y(low) - y(high))}
              />`,
        ),
      ),
      peakOf(frame, slots[top]?.name, sums[top] ?? 0, format(sums[top] ?? 0)),
    ]);
  });

/** A curve over the slots; it stops where nothing is known. */
export const curve = (
  { id, title, format, isHalf = false }: Told,
  slots: readonly Slot[],
  values: readonly (number | null)[],
): Part =>
  (isHalf ? HALF_SIZES : SIZES).map((size) => {
    const frame = frameOf(id, size, slots, values[highest(values)] ?? 0);
    const { x, y } = frame;
    const points = slots.map(({ name }, at) => [(x(name) ?? 0) + x.bandwidth() / 2, values[at] ?? null] as const);
    type Point = (typeof points)[number];
    const known = ([, value]: Point): boolean => value !== null;
    const at = ([place]: Point): number => px(place);
    const height = ([, value]: Point): number => px(y(value ?? 0));
    const path = line<Point>(at, height).defined(known).curve(curveMonotoneX)([...points]) ?? "";
    const under = area<Point>(at, y(0), height).defined(known).curve(curveMonotoneX)([...points]) ?? "";
    return drawing(frame, title, [
      axesOf(frame, format),
      gapsOf(frame),
      html`<path class="under" d=${under} />`,
      html`<path class="curve" d=${path} />`,
      // One that has no neighbours would be no line.
      points.filter(known).length > 2
        ? null
        : points.filter(known).map((point) => html`<circle class="dot" cx=${at(point)} cy=${height(point)} r="3" />`),
    ]);
  });

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const WEEK_SIZES: readonly Size[] = [
  { name: "wide", width: 880, height: 236 },
  { name: "narrow", width: 320, height: 150 },
];

/** Hours of the week as dots, which grow with their area; without colour they say the same. */
export const weekDots = (title: string, cells: readonly (readonly (number | null)[])[], hatch: string): Part =>
  WEEK_SIZES.map((size) => {
    const id = `${hatch}-${size.name}`;
    const left = size.name === "wide" ? 40 : 32;
    const x = scaleBand(
      Array.from({ length: 24 }, (_, hour) => String(hour)),
      [left, size.width - 2],
    );
    const y = scaleBand([...WEEKDAYS], [4, size.height - 20]);
    const room = Math.min(x.bandwidth(), y.bandwidth()) / 2 - 0.75;
    const most = Math.max(...cells.flat().map((mean) => mean ?? 0));
    const radius = scaleSqrt([0, Math.max(most, 1e-9)], [0, room]);
    const dots = cells.flatMap((day, at) =>
      day.map((mean, hour) => {
        const [cx, cy] = [
          (x(String(hour)) ?? 0) + x.bandwidth() / 2,
          (y(WEEKDAYS[at] ?? "Mon") ?? 0) + y.bandwidth() / 2,
        ];
        if (mean === null)
          return html`<rect
            x=${px(cx - room)}
            y=${px(cy - room)}
            width=${px(2 * room)}
            height=${px(2 * room)}
            fill="url(#${id})"
          />`;
        return mean === 0
          ? html`<circle class="ring" cx=${px(cx)} cy=${px(cy)} r="1.5" />`
          : html`<circle class="dot" cx=${px(cx)} cy=${px(cy)} r=${px(radius(mean))} />`;
      }),
    );
    return html`<svg class=${size.name} viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label=${title}>
      <defs>${hatchPattern(id)}</defs>
      ${WEEKDAYS.map((day) => html`<text x="0" y=${px((y(day) ?? 0) + y.bandwidth() / 2 + 4)}>${day}</text>`)}
      ${[0, 3, 6, 9, 12, 15, 18, 21].map((hour) =>
        size.name === "narrow" && hour % 6 !== 0
          ? null
          : html`<text x=${px((x(String(hour)) ?? 0) + x.bandwidth() / 2)} y=${size.height - 4} text-anchor="middle"
              >${String(hour).padStart(2, "0")}</text
            >`,
      )}
      ${dots}
    </svg>`;
  });
