import type { Spread } from "./measure.ts";

/** One result. What it is judged by is `value`: the median, unless the figure says otherwise. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly spread: Spread;
  readonly unit: string;
  /** Without one, the figure is told and not judged. */
  readonly bar?: { readonly atMost: number } | { readonly atLeast: number };
}

/** A part of the bench: what it is about, how its figures are made, and the figures. */
export interface Part {
  readonly name: string;
  readonly title: string;
  readonly how: string;
  readonly run: () => Promise<readonly Figure[]>;
}

/** A figure that is judged by its median. */
export const figure = (name: string, unit: string, spread: Spread, bar?: Figure["bar"]): Figure => ({
  name,
  unit,
  value: spread.median,
  spread,
  ...(bar === undefined ? {} : { bar }),
});

/** Whether a figure meets its bar; undefined when it has none. */
export const isMet = ({ value, bar }: Figure): boolean | undefined => {
  if (bar === undefined) return undefined;
  return "atMost" in bar ? value <= bar.atMost : value >= bar.atLeast;
};
