import { numberIn, type Row } from "./sums.ts";

const WIDTH = 100;
const HEIGHT = 24;

/** A path through what is known; it breaks off where nothing is. */
const pathOf = (values: readonly (number | null)[]): string => {
  const most = Math.max(...values.map((value) => value ?? 0), 1e-9);
  const step = WIDTH / Math.max(values.length - 1, 1);
  let isDrawing = false;
  return values
    .map((value, at) => {
      if (value === null) {
        isDrawing = false;
        return "";
      }
      const point = `${isDrawing ? "L" : "M"}${(at * step).toFixed(1)} ${(HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(1)}`;
      isDrawing = true;
      return point;
    })
    .join("");
};

/** The course of a statistic in a line, for those who see it; the numbers stand in the chart. */
export const Spark = ({ rows, name }: { readonly rows: readonly Row[]; readonly name: string }) => {
  const closed = rows.filter(({ status }) => status !== "open").map((row) => numberIn(row, name));
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={pathOf(closed)} fill="none" stroke="currentColor" vector-effect="non-scaling-stroke" />
    </svg>
  );
};
