import type { Definition } from "../documents.ts";
import {
  type Asked,
  type Choice,
  datesOf,
  type Interval,
  INTERVALS,
  intervalsFor,
  type Range,
  RANGES,
} from "./asked.ts";
import { type Bounds, shiftDays } from "./bounds.ts";
import { groupsOf, labelOf } from "../labels.ts";

const OwnRange = ({ dates, onChoose }: { readonly dates: Bounds; readonly onChoose: (own: Bounds) => void }) => {
  const through = shiftDays(dates.to, -1);
  const choose = (from: string, last: string): void => {
    if (from !== "" && last !== "" && from <= last) onChoose({ from, to: shiftDays(last, 1) });
  };
  return (
    <div class="own">
      <label>
        From
        <input
          type="date"
          value={dates.from}
          max={through}
          onChange={(event) => choose(event.currentTarget.value, through)}
        />
      </label>
      <label>
        Through
        <input
          type="date"
          value={through}
          min={dates.from}
          onChange={(event) => choose(dates.from, event.currentTarget.value)}
        />
      </label>
    </div>
  );
};

const StatisticChoice = ({
  statistic,
  definitions,
  onChoose,
}: {
  readonly statistic: string;
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly onChoose: (statistic: string) => void;
}) => (
  <label class="statistic">
    Statistic
    <select value={statistic} onChange={(event) => onChoose(event.currentTarget.value)}>
      {groupsOf(definitions.values()).map(({ area, members }) => (
        <optgroup key={area} label={area}>
          {members.map((one) => (
            <option key={one.name} value={one.name}>
              {labelOf(one)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  </label>
);

/** What is shown, of when, in what steps, and whether beside the period before. */
export const Choosing = ({
  choice,
  asked,
  dateOf,
  definitions,
  onChoose,
}: {
  readonly choice: Choice;
  readonly asked: Asked;
  readonly dateOf: (instant: number) => string;
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly onChoose: (choice: Choice) => void;
}) => {
  const dates = datesOf(asked.bounds, dateOf);
  return (
    <div class="choosing">
      <StatisticChoice
        statistic={choice.statistic}
        definitions={definitions}
        onChoose={(statistic) => onChoose({ ...choice, statistic })}
      />
      <fieldset class="segments">
        <legend class="hidden">Range</legend>
        {Object.entries(RANGES).map(([range, label]) => (
          <label key={range}>
            <input
              type="radio"
              name="range"
              checked={choice.range === range}
              onChange={() => onChoose({ ...choice, range: range as Range, own: undefined })}
            />
            <span>{label}</span>
          </label>
        ))}
        <label>
          <input
            type="radio"
            name="range"
            checked={choice.range === "own"}
            onChange={() => onChoose({ ...choice, range: "own", own: dates })}
          />
          <span>Own</span>
        </label>
      </fieldset>
      <label class="steps">
        By
        <select
          value={asked.interval}
          onChange={(event) => onChoose({ ...choice, interval: event.currentTarget.value as Interval })}
        >
          {intervalsFor(choice).map((interval) => (
            <option key={interval} value={interval}>
              {INTERVALS[interval]}
            </option>
          ))}
        </select>
      </label>
      {choice.range === "own" ? <OwnRange dates={dates} onChoose={(own) => onChoose({ ...choice, own })} /> : null}
      <label class="check">
        <input
          type="checkbox"
          checked={choice.isCompared}
          onChange={(event) => onChoose({ ...choice, isCompared: event.currentTarget.checked })}
        />
        Beside the period before
      </label>
    </div>
  );
};
