import { useState } from "preact/hooks";
import { useAsking } from "../asking.ts";
import { groupsOf, labelOf } from "../labels.ts";
import { type AlertRule, KINDS } from "./alert-rules.ts";
import { MakeForm } from "./list.tsx";

const isKind = (text: string): text is AlertRule["kind"] => Object.hasOwn(KINDS, text);

const Statistic = ({ canBeAny }: { readonly canBeAny: boolean }) => {
  const { definitions } = useAsking();
  const offered = [...definitions.values()].filter(({ hasBaseline }) => !canBeAny || hasBaseline);
  return (
    <label>
      Statistic
      <select name="statistic">
        {canBeAny ? <option value="">Any that has a usual value</option> : null}
        {groupsOf(offered).map(({ area, members }) => (
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
};

const Hours = ({ label, name }: { readonly label: string; readonly name: string }) => (
  <label>
    {label}
    <input name={name} type="number" min={1} max={720} defaultValue={1} required />
  </label>
);

const Limits = () => (
  <>
    <label>
      It is
      <select name="side">
        <option value="above">above</option>
        <option value="below">below</option>
      </select>
    </label>
    <label>
      The limit (sizes in bytes)
      <input name="limit" type="number" step="any" required />
    </label>
    <label>
      Over when it is back at; empty for the limit itself
      <input name="clearAt" type="number" step="any" />
    </label>
    <Hours label="For so many hours running" name="forHours" />
  </>
);

/** Makes a rule. */
export const AlertForm = ({ onMake }: { readonly onMake: (fields: FormData) => Promise<boolean> }) => {
  const [kind, setKind] = useState<AlertRule["kind"]>("threshold");
  const make = async (fields: FormData): Promise<boolean> => {
    const isMade = await onMake(fields);
    if (isMade) setKind("threshold");
    return isMade;
  };
  return (
    <MakeForm title="New alert" action="Make the alert" onMake={make}>
      <label>
        Name of the alert, in small letters
        <input
          name="id"
          required
          maxLength={63}
          pattern="[a-z0-9][a-z0-9\-]*"
          autocapitalize="off"
          spellcheck={false}
          placeholder="busy-hours"
        />
      </label>
      <label>
        What it is about
        <select
          name="kind"
          value={kind}
          onChange={(event) => {
            if (isKind(event.currentTarget.value)) setKind(event.currentTarget.value);
          }}
        >
          {Object.entries(KINDS).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {kind === "threshold" || kind === "anomaly" ? <Statistic key={kind} canBeAny={kind === "anomaly"} /> : null}
      {kind === "threshold" ? <Limits /> : null}
      {kind === "lag" ? <Hours label="For so many hours" name="hours" /> : null}
    </MakeForm>
  );
};
