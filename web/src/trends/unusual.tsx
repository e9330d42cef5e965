import { useAsking } from "../asking.ts";
import type { Times } from "../times.ts";
import { rough, valueIn } from "../words.ts";
import { labelOf } from "../labels.ts";
import type { Unusual } from "./usual.ts";

const LISTED = 10;

/** Hours in which a number was far from the same hour of the weeks before, the latest first. */
export const UnusualHours = ({ unusual, times }: { readonly unusual: readonly Unusual[]; readonly times: Times }) => {
  const { definitions } = useAsking();
  const told = ({ statistic, value, low, high, direction }: Unusual) => {
    const unit = definitions.get(statistic)?.unit ?? "";
    const bound = direction === "above" ? high : low;
    return {
      label: labelOf(definitions.get(statistic) ?? { name: statistic }),
      value: valueIn(unit, value),
      usual: `${direction === "above" ? "at most" : "at least"} ${unit === "bytes" ? valueIn(unit, bound) : rough(bound)}`,
    };
  };
  return unusual.length === 0 ? null : (
    <section class="card">
      <h2>Unusual hours</h2>
      <p class="subtle">
        Far from the same hour of the week in the eight weeks before
        {unusual.length > LISTED ? `; the latest ${LISTED} of ${unusual.length}` : ""}.
      </p>
      <div class="scroll" role="region" aria-label="Unusual hours" tabIndex={0}>
        <table class="listed">
          <thead>
            <tr>
              <th scope="col">Hour</th>
              <th scope="col" class="words">
                Statistic
              </th>
              <th scope="col">Value</th>
              <th scope="col">Usual</th>
            </tr>
          </thead>
          <tbody>
            {unusual
              .slice(-LISTED)
              .toReversed()
              .map((one) => {
                const { label, value, usual } = told(one);
                return (
                  <tr key={`${one.start} ${one.statistic}`}>
                    <th scope="row">{times.instant(one.start)}</th>
                    <td class="words">{label}</td>
                    <td>{value}</td>
                    <td>{usual}</td>
                  </tr>
                );
              })}
          </tbody>
        </table>
      </div>
    </section>
  );
};
