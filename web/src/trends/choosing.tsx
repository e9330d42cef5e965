import type { Definition } from "../documents.ts";
import { type Choice, type Range, RANGES } from "./asked.ts";
import { groupsOf, labelOf } from "./labels.ts";
import { DAY_MS, type Span } from "./sums.ts";

const dateOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

const OwnRange = ({ span, onChoose }: { readonly span: Span; readonly onChoose: (span: Span) => void }) => {
  const [first, last] = [dateOf(span.from), dateOf(span.to - 1)];
  const choose = (from: string, through: string): void => {
    const chosen = { from: Date.parse(from), to: Date.parse(through) + DAY_MS };
    if (chosen.from < chosen.to) onChoose(chosen);
  };
  return (
    <div class="own">
      <label>
        From
        <input type="date" value={first} max={last} onChange={(event) => choose(event.currentTarget.value, last)} />
      </label>
      <label>
        Through
        <input type="date" value={last} min={first} onChange={(event) => choose(first, event.currentTarget.value)} />
      </label>
    </div>
  );
};

/** What is shown, of when, and whether beside the period before. */
export const Choosing = ({
  choice,
  span,
  definitions,
  onChoose,
}: {
  readonly choice: Choice;
  readonly span: Span;
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly onChoose: (choice: Choice) => void;
}) => (
  <div class="choosing">
    <label class="statistic">
      Statistic
      <select
        value={choice.statistic}
        onChange={(event) => onChoose({ ...choice, statistic: event.currentTarget.value })}
      >
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
          onChange={() => onChoose({ ...choice, range: "own", own: span })}
        />
        <span>Own</span>
      </label>
    </fieldset>
    {choice.range === "own" ? <OwnRange span={span} onChoose={(own) => onChoose({ ...choice, own })} /> : null}
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
