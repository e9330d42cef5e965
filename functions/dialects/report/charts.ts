import { scaleBand, scaleSqrt } from "d3-scale";
import { area, curveMonotoneX, line, stack } from "d3-shape";
import {
  axesOf,
  drawing,
  frameOf,
  gapsOf,
  HALF_SIZES,
  hatchPattern,
  highest,
  peakOf,
  px,
  type Size,
  SIZES,
  type Slot,
} from "./frame.ts";
import { html, type Part } from "./html.ts";

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
