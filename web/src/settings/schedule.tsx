import { useState } from "preact/hooks";
import { ask, send, told } from "../api.ts";
import { useAsking } from "../asking.ts";
import { useLoaded } from "../loaded.ts";
import { Part } from "./list.tsx";

type Kinds = Readonly<Record<"daily" | "weekly" | "monthly", boolean>>;

const PATH = "/v1/reports/schedule";
const LABELS: Readonly<Record<keyof Kinds, string>> = {
  daily: "Each day",
  weekly: "Each week, from Monday on",
  monthly: "Each month",
};

const Form = ({ kinds, onSave }: { readonly kinds: Kinds; readonly onSave: (kinds: Kinds) => Promise<void> }) => {
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const chosen = new FormData(event.currentTarget).getAll("kinds");
    const has = (kind: keyof Kinds): boolean => chosen.includes(kind);
    void onSave({ daily: has("daily"), weekly: has("weekly"), monthly: has("monthly") });
  };
  return (
    <form class="form" onSubmit={save}>
      <fieldset class="choices">
        <legend>A report is made of</legend>
        {Object.entries(LABELS).map(([kind, label]) => (
          <label class="check" key={kind}>
            <input type="checkbox" name="kinds" value={kind} defaultChecked={kinds[kind as keyof Kinds]} /> {label}
          </label>
        ))}
      </fieldset>
      <div class="actions">
        <button type="submit" class="primary">
          Save
        </button>
      </div>
    </form>
  );
};

/** Which reports are made. */
export const Schedule = () => {
  const { session, notice } = useAsking();
  const loaded = useLoaded("schedule", () => ask<Kinds>(session, PATH), notice);
  const [outcome, setOutcome] = useState("");
  const [failure, setFailure] = useState("");
  const save = async (kinds: Kinds): Promise<void> => {
    setOutcome("");
    setFailure("");
    try {
      await send(session, "PUT", PATH, kinds);
      setOutcome("Saved. It holds from the next period on.");
      loaded.reload();
    } catch (error) {
      notice(error);
      setFailure(told(error));
    }
  };
  return (
    <Part title="Report delivery" failure={failure === "" ? loaded.failure : failure}>
      <p class="subtle">
        Reports are made once their time is over and its hours are closed, in the workspace&apos;s time zone. What was
        made stays.
      </p>
      {loaded.value === undefined ? null : <Form kinds={loaded.value} onSave={save} />}
      <p role="status" class="outcome">
        {outcome}
      </p>
    </Part>
  );
};
