import { useState } from "preact/hooks";
import { ask, send, told } from "../api.ts";
import { useAsking } from "../asking.ts";
import { Confirm } from "../dialog.tsx";
import type { Workspace } from "../documents.ts";
import { useLoaded } from "../loaded.ts";
import { instant } from "../times.ts";
import { fieldOf } from "../field.ts";
import { Ending } from "./ending.tsx";
import { Part } from "./list.tsx";
import { letsGo, LettingGo, type Retention, RetentionFields, retentionIn } from "./retention.tsx";

const zones = (current: string): readonly string[] => [
  ...new Set([current, "UTC", ...Intl.supportedValuesOf("timeZone")]),
];

const callsOf = (text: string): number | null => (text === "" ? null : Number(text));

/** What the form would change. */
interface Change {
  readonly retention: Partial<Retention>;
}

const Form = ({ workspace, onSave }: { readonly workspace: Workspace; readonly onSave: (change: Change) => void }) => {
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const fields = new FormData(event.currentTarget);
    const change = {
      name: fieldOf(fields, "name"),
      timeZone: fieldOf(fields, "timeZone"),
      rocketchat: {
        shape: fieldOf(fields, "shape"),
        callsPerMinute: callsOf(fieldOf(fields, "callsPerMinute")),
      },
      imkit: { echoKeys: fields.get("echoKeys") !== null },
      retention: retentionIn(fields),
    };
    onSave(change);
  };
  return (
    <form class="form" onSubmit={save}>
      <fieldset class="group">
        <legend>In general</legend>
        <label>
          Name
          <input name="name" required maxLength={200} defaultValue={workspace.name} />
        </label>
        <div class="field">
          <label>
            Time zone
            <select name="timeZone" aria-describedby="zone-hint">
              {zones(workspace.timeZone).map((zone) => (
                <option key={zone} value={zone} selected={zone === workspace.timeZone}>
                  {zone}
                </option>
              ))}
            </select>
          </label>
          <span class="hint" id="zone-hint">
            Where days and weeks begin in trends and reports. Hours are always those of UTC.
          </span>
        </div>
      </fieldset>
      <fieldset class="group">
        <legend>For Rocket.Chat&apos;s clients</legend>
        <label>
          Shape of the statistics
          <select name="shape">
            <option value="nested">Classic: nested under statistics</option>
            <option value="flat" selected={workspace.rocketchat.shape === "flat"}>
              Today&apos;s: flat
            </option>
          </select>
        </label>
        <div class="field">
          <label>
            Calls a minute
            <input
              name="callsPerMinute"
              type="number"
              min={1}
              max={10_000}
              aria-describedby="calls-hint"
              defaultValue={workspace.rocketchat.callsPerMinute ?? ""}
            />
          </label>
          <span class="hint" id="calls-hint">
            Of one token on one route; empty for no limit.
          </span>
        </div>
      </fieldset>
      <fieldset class="group">
        <legend>For IMKit&apos;s clients</legend>
        <label class="check">
          <input type="checkbox" name="echoKeys" defaultChecked={workspace.imkit.echoKeys} /> Show the caller&apos;s
          keys in answers
        </label>
      </fieldset>
      <RetentionFields retention={workspace.retention} />
      <div class="actions">
        <button type="submit" class="primary">
          Save
        </button>
      </div>
    </form>
  );
};

/** The workspace's own settings, and its pause. */
export const WorkspaceSettings = () => {
  const { session, notice, isOperator } = useAsking();
  const loaded = useLoaded("workspace", () => ask<Workspace>(session, "/v1/workspace"), notice);
  const [outcome, setOutcome] = useState("");
  const [failure, setFailure] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [doubtful, setDoubtful] = useState<Change>();
  const attempt = async (run: () => Promise<unknown>, done: string): Promise<void> => {
    setOutcome("");
    setFailure("");
    try {
      await run();
      setOutcome(done);
      loaded.reload();
    } catch (error) {
      notice(error);
      setFailure(told(error));
    } finally {
      setAsking(false);
      setDoubtful(undefined);
    }
  };
  const save = (change: Change): Promise<void> =>
    attempt(() => send(session, "PATCH", "/v1/workspace", change), "Saved.");
  const workspace = loaded.value;
  const isPaused = workspace?.state === "paused";
  return (
    <Part title="Workspace" failure={failure === "" ? loaded.failure : failure}>
      {workspace === undefined ? null : (
        <>
          <p class="subtle">
            {workspace.id}, {workspace.state}, counted since {instant(workspace.startsAt)}. Deployment{" "}
            {workspace.deploymentId}, client key {workspace.clientKey}.
          </p>
          <Form
            key={JSON.stringify(workspace)}
            workspace={workspace}
            onSave={(change) => {
              if (letsGo(workspace.retention, change.retention)) setDoubtful(change);
              else void save(change);
            }}
          />
          <p role="status" class="outcome">
            {outcome}
          </p>
          <div class="danger-zone actions end">
            {isPaused ? (
              <button
                type="button"
                onClick={() =>
                  void attempt(() => send(session, "POST", "/v1/workspace/resume"), "It is counted again.")
                }
              >
                Resume the workspace
              </button>
            ) : (
              <button type="button" onClick={() => setAsking(true)}>
                Pause the workspace
              </button>
            )}
            {isOperator ? <Ending id={workspace.id} /> : null}
          </div>
        </>
      )}
      {doubtful === undefined ? null : (
        <Confirm
          title="Let go of who was seen?"
          action="Let go"
          onYes={() => save(doubtful)}
          onClose={() => setDoubtful(undefined)}
        >
          <LettingGo {...doubtful.retention} />
        </Confirm>
      )}
      {isAsking ? (
        <Confirm
          title="Pause the workspace?"
          action="Pause"
          onYes={() => attempt(() => send(session, "POST", "/v1/workspace/pause"), "It is paused.")}
          onClose={() => setAsking(false)}
        >
          <p>While it is paused its events are refused, and its hours are missing for good.</p>
        </Confirm>
      ) : null}
    </Part>
  );
};
