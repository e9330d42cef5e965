import { useState } from "preact/hooks";
import { ask, send, told } from "../api.ts";
import { useAsking } from "../asking.ts";
import { Confirm } from "../dialog.tsx";
import { Mark } from "../info/row.tsx";
import { labelOf } from "../labels.ts";
import { useLoaded } from "../loaded.ts";
import { instant } from "../times.ts";
import { AlertForm } from "./alert-form.tsx";
import { type AlertRule, ruleIn, sentenceOf } from "./alert-rules.ts";
import { Item, Part } from "./list.tsx";

interface Alerts {
  readonly rules: readonly AlertRule[];
  readonly raised: readonly { readonly rule: string; readonly statistic: string | null; readonly hour: string }[];
}

const sinceOf = (hour: string): string => instant(`${hour}:00:00Z`);

/** What the workspace wants to be told of, and what is raised now. */
export const AlertSettings = () => {
  const { session, notice, definitions } = useAsking();
  const loaded = useLoaded("alerts", () => ask<Alerts>(session, "/v1/alerts"), notice);
  const [failure, setFailure] = useState("");
  const [doubtful, setDoubtful] = useState<AlertRule>();
  const alerts = loaded.value;
  const keep = async (rules: readonly AlertRule[]): Promise<boolean> => {
    setFailure("");
    setDoubtful(undefined);
    try {
      await send(session, "PUT", "/v1/alerts", { rules });
      loaded.reload();
      return true;
    } catch (error) {
      notice(error);
      setFailure(told(error));
      return false;
    }
  };
  const raisedOf = (id: string) => (alerts?.raised ?? []).filter(({ rule }) => rule === id);
  return (
    <Part title="Alerts" failure={failure === "" ? loaded.failure : failure}>
      <p class="subtle">Each is told once when it begins, once a day while it stays so, and when it is over.</p>
      {alerts?.rules.length === 0 ? <p class="subtle">There is none yet.</p> : null}
      <ul class="items">
        {(alerts?.rules ?? []).map((rule) => (
          <Item key={rule.id} name={sentenceOf(rule, definitions)} details={[rule.id]}>
            {raisedOf(rule.id).map(({ statistic, hour }) => (
              <Mark
                key={statistic}
                isGood={false}
                words={`${statistic === null ? "Raised" : labelOf(definitions.get(statistic) ?? { name: statistic })} since ${sinceOf(hour)}`}
              />
            ))}
            <button type="button" aria-label={`Remove ${rule.id}`} onClick={() => setDoubtful(rule)}>
              Remove
            </button>
          </Item>
        ))}
      </ul>
      {alerts === undefined ? null : <AlertForm onMake={(fields) => keep([...alerts.rules, ruleIn(fields)])} />}
      {doubtful === undefined || alerts === undefined ? null : (
        <Confirm
          title="Remove this alert?"
          action="Remove"
          onYes={async () => void (await keep(alerts.rules.filter(({ id }) => id !== doubtful.id)))}
          onClose={() => setDoubtful(undefined)}
        >
          <p>Nobody is told of it any more: {sentenceOf(doubtful, definitions)}.</p>
        </Confirm>
      )}
    </Part>
  );
};
