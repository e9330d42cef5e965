import type uPlot from "uplot";
import { isGap, numberIn, type Row } from "./sums.ts";

/** Colours of the page, as a canvas takes them. */
export interface Colours {
  readonly accent: string;
  readonly ink: string;
  readonly subtle: string;
  readonly line: string;
  readonly good: string;
  readonly error: string;
  readonly card: string;
  /** What the band of the usual is filled with. */
  readonly band: string;
}

/** Reads the page's colours where an element stands: they differ between light and dark. */
export const coloursAt = (element: HTMLElement): Colours => {
  const probe = document.createElement("span");
  element.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const [accent, ink, subtle, line] = [read("accent"), read("ink"), read("subtle"), read("line")];
  const [good, error, card, band] = [read("good"), read("error"), read("card"), read("band")];
  probe.remove();
  return { accent, ink, subtle, line, good, error, card, band };
};

const STRIPE = 8;

const hatch = (context: CanvasRenderingContext2D, colour: string): CanvasPattern | string => {
  const tile = document.createElement("canvas");
  tile.width = STRIPE;
  tile.height = STRIPE;
  const drawn = tile.getContext("2d");
  if (drawn === null) return colour;
  drawn.strokeStyle = colour;
  drawn.lineWidth = 1.5;
  for (const shift of [-STRIPE, 0, STRIPE]) {
    drawn.moveTo(shift, STRIPE);
    drawn.lineTo(shift + STRIPE, 0);
  }
  drawn.stroke();
  return context.createPattern(tile, "repeat") ?? colour;
};

const OPEN_OPACITY = 0.14;
const PARTIAL_OPACITY = 0.45;
const TRIANGLE = 5;

/** What is drawn under and over the numbers: gaps hatched, the running hour dimmed, restated hours with a mark above. */
export const drawMarks = (
  plot: uPlot,
  rows: readonly Row[],
  /** Where the last row ends, seconds since 1970. */
  end: number,
  { subtle, accent }: Colours,
): void => {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  const stripes = hatch(ctx, subtle);
  const positionOf = (seconds: number): number => plot.valToPos(seconds, "x", true);
  for (const [at, row] of rows.entries()) {
    const next = rows[at + 1]?.start;
    const left = positionOf(Date.parse(row.start) / 1_000);
    const width = positionOf(next === undefined ? end : Date.parse(next) / 1_000) - left;
    if (isGap(row) || row.status === "partial") {
      ctx.globalAlpha = row.status === "partial" ? PARTIAL_OPACITY : 1;
      ctx.fillStyle = stripes;
      ctx.fillRect(left, bbox.top, width, bbox.height);
    } else if (row.status === "open") {
      ctx.globalAlpha = OPEN_OPACITY;
      ctx.fillStyle = subtle;
      ctx.fillRect(left, bbox.top, width, bbox.height);
    } else if (row.status === "restated") {
      const middle = left + width / 2;
      const size = TRIANGLE * devicePixelRatio;
      ctx.globalAlpha = 1;
      ctx.fillStyle = accent;
      ctx.beginPath();
      ctx.moveTo(middle - size, bbox.top);
      ctx.lineTo(middle + size, bbox.top);
      ctx.lineTo(middle, bbox.top + 2 * size);
      ctx.fill();
    }
  }
  ctx.restore();
};

const DIAMOND = 6;

/** A diamond on each value that is far from usual: its form tells it apart, not its colour alone. */
export const drawUnusual = (
  plot: uPlot,
  {
    rows,
    name,
    unusual,
    to,
  }: {
    readonly rows: readonly Row[];
    readonly name: string;
    readonly unusual: ReadonlySet<string>;
    readonly to: string;
  },
  { error, card }: Colours,
): void => {
  const { ctx } = plot;
  const size = DIAMOND * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = error;
  ctx.strokeStyle = card;
  ctx.lineWidth = devicePixelRatio;
  for (const [at, row] of rows.entries()) {
    const value = numberIn(row, name);
    if (value === null || !unusual.has(row.start)) continue;
    const [start, end] = [Date.parse(row.start), Date.parse(rows[at + 1]?.start ?? to)];
    const x = plot.valToPos((start + end) / 2_000, "x", true);
    const y = plot.valToPos(value, "y", true);
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
};
