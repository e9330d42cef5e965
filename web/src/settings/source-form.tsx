import { useRef, useState } from "preact/hooks";
import { useAsking } from "../asking.ts";
import type { Source } from "../documents.ts";
import { sourceFields, type SourceFields } from "./source-fields.ts";

const SOURCES = {
  events: "Events that the chat server sends",
  rocketchat: "A Rocket.Chat server that is asked each hour",
  imkit: "An IMKit server",
} as const;

const isSource = (text: string): text is Source["source"] => Object.hasOwn(SOURCES, text);

const Secret = ({ label, name }: { readonly label: string; readonly name: string }) => (
  <label>
    {label}
    <input name={name} type="password" autocomplete="off" spellcheck={false} />
  </label>
);

const Server = ({ source, kind }: { readonly source: Source; readonly kind: "rocketchat" | "imkit" }) => {
  const { isOperator } = useAsking();
  const { upstream, credential } = source;
  return (
    <>
      <fieldset class="group">
        <legend>The server</legend>
        <div class="field">
          <label>
            Address
            <input
              name="url"
              type="url"
              required={kind === "rocketchat"}
              defaultValue={upstream?.url ?? ""}
              placeholder="https://chat.example.org"
              spellcheck={false}
              aria-describedby="url-hint"
            />
          </label>
          <span class="hint" id="url-hint">
            {kind === "imkit"
              ? "Empty for a server that pushes its reports: make it a key of that kind, under Keys."
              : "Where people sign in to chat."}
          </span>
        </div>
        <div>
          {kind === "rocketchat" ? (
            <label class="check">
              <input type="checkbox" name="refresh" defaultChecked={upstream?.refresh ?? true} /> Have it count anew
              each hour
            </label>
          ) : null}
          {isOperator ? (
            <label class="check">
              <input type="checkbox" name="allowPrivate" defaultChecked={upstream?.allowPrivate ?? false} /> It may be
              at a private address
            </label>
          ) : null}
        </div>
      </fieldset>
      <fieldset class="group">
        <legend>
          What it is asked with{" "}
          {credential.kept
            ? `(kept for ${credential.origin ?? "it"}; empty fields leave it as it is)`
            : "(none is kept)"}
        </legend>
        {kind === "rocketchat" ? (
          <>
            <label>
              User ID
              <input name="userId" autocomplete="off" spellcheck={false} />
            </label>
            <Secret label="Personal access token" name="authToken" />
          </>
        ) : (
          <Secret label="API key" name="apiKey" />
        )}
      </fieldset>
    </>
  );
};

/** Chooses the source, and says where and with what it is asked. */
export const SourceForm = ({
  source,
  isBusy,
  onTry,
  onSave,
}: {
  readonly source: Source;
  readonly isBusy: boolean;
  readonly onTry: (fields: SourceFields) => void;
  readonly onSave: (fields: SourceFields) => void;
}) => {
  const { isOperator } = useAsking();
  const [kind, setKind] = useState(source.source);
  const form = useRef<HTMLFormElement>(null);
  const fields = (): SourceFields | undefined =>
    form.current?.reportValidity() === true ? sourceFields(new FormData(form.current), isOperator) : undefined;
  const run = (then: (given: SourceFields) => void): void => {
    const given = fields();
    if (given !== undefined) then(given);
  };
  return (
    <form
      class="form"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        run(onSave);
      }}
    >
      <label>
        Where the numbers come from
        <select
          name="source"
          value={kind}
          onChange={(event) => {
            if (isSource(event.currentTarget.value)) setKind(event.currentTarget.value);
          }}
        >
          {Object.entries(SOURCES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {kind === "events" ? (
        <p class="subtle">
          The chat server sends batches of events to <code>/v1/events</code>, with a key of the scope events:write.
        </p>
      ) : (
        <Server key={kind} source={source} kind={kind} />
      )}
      <div class="actions">
        <button type="submit" class="primary" disabled={isBusy}>
          Save
        </button>
        {kind === "events" ? null : (
          <button type="button" disabled={isBusy} onClick={() => run(onTry)}>
            {isBusy ? "Asking the server…" : "Try it"}
          </button>
        )}
      </div>
    </form>
  );
};
