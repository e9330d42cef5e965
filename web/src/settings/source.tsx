import { useState } from "preact/hooks";
import { answerOf, ask, send, told } from "../api.ts";
import { useAsking } from "../asking.ts";
import type { Source } from "../documents.ts";
import { useLoaded } from "../loaded.ts";
import { instant } from "../times.ts";
import { Mark } from "../info/row.tsx";
import { Capabilities } from "./capabilities.tsx";
import { Part } from "./list.tsx";
import { Reporters } from "./reporters.tsx";
import { SourceForm } from "./source-form.tsx";
import { changeOf, type SourceFields, tryOf } from "./source-fields.ts";

interface Check {
  readonly ok: boolean;
  readonly why: string | null;
  readonly notes: readonly string[];
  readonly version: string | null;
  readonly wouldRecord: Readonly<Record<string, string | number>>;
}

const LastPoll = ({ lastPoll }: Pick<Source, "lastPoll">) =>
  lastPoll === null ? null : (
    <p>
      <Mark
        isGood={lastPoll.why === null}
        words={lastPoll.why === null ? "The server told the last hour." : lastPoll.why}
      />{" "}
      <span class="subtle small">
        Asked {instant(lastPoll.at)}
        {lastPoll.nextAt === null ? "" : `, again ${instant(lastPoll.nextAt)}`}.
      </span>
    </p>
  );

const Outcome = ({ check }: { readonly check: Check }) => (
  <div class="note" role="status">
    <p>
      <Mark
        isGood={check.ok}
        words={
          check.ok
            ? `The server answers${check.version === null ? "" : `, version ${check.version}`}.`
            : (check.why ?? "The server told nothing.")
        }
      />
    </p>
    {check.notes.map((note) => (
      <p key={note}>{note}</p>
    ))}
    {Object.keys(check.wouldRecord).length === 0 ? null : (
      <details>
        <summary>What an hour would record</summary>
        <dl class="pairs">
          {Object.entries(check.wouldRecord).map(([name, value]) => (
            <div class="row" key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    )}
  </div>
);

/** Where the workspace's numbers come from. */
export const SourceSettings = () => {
  const { session, notice } = useAsking();
  const loaded = useLoaded("source", () => ask<Source>(session, "/v1/workspace/source"), notice);
  const [check, setCheck] = useState<Check>();
  const [outcome, setOutcome] = useState("");
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const attempt = async (run: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setCheck(undefined);
    setOutcome("");
    setFailure("");
    try {
      await run();
    } catch (error) {
      notice(error);
      setFailure(told(error));
    } finally {
      setBusy(false);
    }
  };
  const trySource = (fields: SourceFields): Promise<void> =>
    attempt(async () => {
      const answer = await send(session, "POST", "/v1/workspace/source/check", tryOf(fields));
      setCheck(await answerOf<Check>(answer));
    });
  const keep = (fields: SourceFields): Promise<void> =>
    attempt(async () => {
      await send(session, "PATCH", "/v1/workspace", changeOf(fields));
      if (fields.credential !== undefined)
        await send(session, "PUT", "/v1/workspace/upstream-credential", fields.credential);
      setOutcome("Saved.");
      loaded.reload();
    });
  const source = loaded.value;
  return (
    <Part title="Source" failure={failure === "" ? loaded.failure : failure}>
      {source === undefined ? null : (
        <>
          <LastPoll lastPoll={source.lastPoll} />
          <SourceForm
            key={JSON.stringify(source)}
            source={source}
            isBusy={isBusy}
            onTry={(fields) => void trySource(fields)}
            onSave={(fields) => void keep(fields)}
          />
          {check === undefined ? null : <Outcome check={check} />}
          <p role="status" class="outcome">
            {outcome}
          </p>
          {source.source === "events" ? <Reporters /> : null}
          <Capabilities capabilities={source.capabilities} />
        </>
      )}
    </Part>
  );
};
