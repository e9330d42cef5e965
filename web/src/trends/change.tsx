import { Icon } from "../icon.tsx";
import { change, valueIn } from "../words.ts";
import { changeBetween } from "./sums.ts";

/** A change from the period before; whether it is a good one is said in words, too. */
export const Change = ({
  before,
  now,
  unit,
  good = null,
}: {
  readonly before: number | null;
  readonly now: number | null;
  readonly unit: string;
  readonly good?: "up" | "down" | null;
}) => {
  if (before === null) return <p class="change subtle">nothing known before</p>;
  const told = `before ${valueIn(unit, before)}`;
  const share = changeBetween(before, now);
  if (share === null || share === 0)
    return (
      <p class="change subtle">
        {share === 0 ? <Icon name="same" /> : null} {told}
      </p>
    );
  const way = share > 0 ? "up" : "down";
  const judged = good === null ? "" : good === way ? "better" : "worse";
  return (
    <p class="change subtle">
      <strong class={judged}>
        <Icon name={way} /> {change(share)} {judged === "" ? null : <span class="hidden">({judged})</span>}
      </strong>{" "}
      {told}
    </p>
  );
};
