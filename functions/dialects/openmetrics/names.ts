import type { Statistic } from "../../core/statistic.ts";

/** A metric family's name and unit. */
export interface Family {
  readonly name: string;
  /** Empty for what is merely counted. The name ends in it, as OpenMetrics asks. */
  readonly unit: "" | "bytes" | "seconds";
}

const snake = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll(".", "_");

/**
 * The family of a statistic: its name in snake case. `total` and `count` at the end are dropped, because those endings
 * are kept for counters and histograms; bytes and instants say so at the end.
 */
export const familyOf = ({ name, unit }: Pick<Statistic, "name" | "unit">): Family => {
  const base = `tidemark_${snake(name.replace(/\.(total|count)$/, ""))}`;
  if (unit === "bytes") return { name: base.endsWith("_bytes") ? base : `${base}_bytes`, unit: "bytes" };
  if (unit === "instant") return { name: `${base}_timestamp_seconds`, unit: "seconds" };
  return { name: base, unit: "" };
};
