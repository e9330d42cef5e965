import type { Definition } from "../documents.ts";
import type { Times } from "../times.ts";
import { stateOf, UNKNOWN, valueIn } from "../words.ts";
import { labelOf } from "../labels.ts";
import { numberIn, type Row } from "./sums.ts";

/** Every number of a chart. */
export const NumbersTable = ({
  rows,
  before,
  definition,
  times,
}: {
  readonly rows: readonly Row[];
  readonly before: readonly Row[] | undefined;
  readonly definition: Definition;
  readonly times: Times;
}) => (
  <details class="numbers">
    <summary>The numbers as a table</summary>
    <div class="scroll" role="region" aria-label="The numbers as a table" tabIndex={0}>
      <table class="listed">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">{labelOf(definition)}</th>
            {before === undefined ? null : <th scope="col">Before</th>}
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.start}>
              <th scope="row">{times.instant(row.start)}</th>
              <td>{valueIn(definition.unit, numberIn(row, definition.name))}</td>
              {before === undefined ? null : (
                <td>
                  {before[at] === undefined ? UNKNOWN : valueIn(definition.unit, numberIn(before[at], definition.name))}
                </td>
              )}
              <td>{stateOf(row.status)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
);
