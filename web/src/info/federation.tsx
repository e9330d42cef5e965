import { useState } from "preact/hooks";
import { answerOf, send, told } from "../api.ts";
import { useAsking } from "../asking.ts";
import { Dialog } from "../dialog.tsx";
import type { Federation, RecordCheck } from "../documents.ts";
import { instant } from "../times.ts";
import { UNKNOWN } from "../words.ts";
import { fieldOf } from "../field.ts";
import { Mark, Row } from "./row.tsx";

const FEATURES: Readonly<Record<string, string>> = {
  "rocketchat.server": "Rocket.Chat server",
  "rocketchat.public-key": "Public key",
  "rocketchat.protocol": "Protocol",
  "matrix.well-known": "Matrix file",
  "matrix.server": "Matrix server",
};

const FOUND: Readonly<Record<RecordCheck["state"], string>> = {
  ok: "set up",
  missing: "missing",
  wrong: "not usable",
  failed: "could not be looked up",
};

const isGood = ({ state, needed }: RecordCheck): boolean | null =>
  state === "ok" ? true : state === "failed" || !needed ? null : false;

const wordsOf = (check: RecordCheck): string =>
  check.needed || check.state === "ok" ? FOUND[check.state] : `${FOUND[check.state]}, not needed`;

const featureOf = ({ feature }: RecordCheck): string => FEATURES[feature] ?? feature;

type Checked = Pick<Federation, "checks" | "reachable" | "checkedAt">;

const Records = ({ checked }: { readonly checked: Checked }) => (
  <ul class="records">
    {checked.checks.map((check) => (
      <li key={check.feature}>
        <p>
          <strong>{featureOf(check)}</strong> <Mark isGood={isGood(check)} words={wordsOf(check)} />
        </p>
        <p class="record">
          <span class="tag">{check.record.type}</span> <code>{check.record.name}</code>
        </p>
        <p class="subtle">{check.remedy ?? `Expected: ${check.expected}.`}</p>
        {check.found === null ? null : <p class="subtle">Found: {check.found}</p>}
      </li>
    ))}
  </ul>
);

const REACHABLE = (reachable: boolean | null): string =>
  reachable === null
    ? "Only the hub knows whether other servers can find this one."
    : reachable
      ? "Other servers can find this one."
      : "Other servers can't find this one yet. Add the records below, then check again.";

const RecordsStep = ({ checked, onCheck }: { readonly checked: Checked | undefined; readonly onCheck: () => void }) => (
  <div aria-live="polite">
    {checked === undefined ? (
      <p>Looking the records up…</p>
    ) : (
      <>
        <p>
          <Mark isGood={checked.reachable} words={REACHABLE(checked.reachable)} />
        </p>
        <Records checked={checked} />
        <div class="actions end">
          <button type="button" onClick={onCheck}>
            Check again
          </button>
        </div>
      </>
    )}
  </div>
);

const SettingsDialog = ({
  federation,
  onChanged,
  onClose,
}: {
  readonly federation: Federation | null;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}) => {
  const { session } = useAsking();
  const [step, setStep] = useState<"settings" | "records">("settings");
  const [checked, setChecked] = useState<Checked>();
  const [failure, setFailure] = useState("");
  const check = async (): Promise<void> => {
    setChecked(undefined);
    try {
      setChecked(await answerOf<Checked>(await send(session, "POST", "/v1/federation/check", {})));
      onChanged();
    } catch (error) {
      setStep("settings");
      setFailure(told(error));
    }
  };
  const go = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const fields = new FormData(event.currentTarget);
    const domain = fieldOf(fields, "domain");
    setFailure("");
    try {
      await send(session, "PATCH", "/v1/workspace", {
        federation: {
          enabled: fields.get("enabled") !== null,
          domain: domain === "" ? null : domain,
          discovery: fieldOf(fields, "discovery"),
        },
      });
      onChanged();
      if (domain === "") onClose();
      else {
        setStep("records");
        await check();
      }
    } catch (error) {
      setFailure(told(error));
    }
  };
  return (
    <Dialog title="Federation Settings" onClose={onClose} isWide>
      {step === "records" ? (
        <RecordsStep checked={checked} onCheck={() => void check()} />
      ) : (
        <form class="form" onSubmit={(event) => void go(event)}>
          <label class="check">
            <input type="checkbox" name="enabled" defaultChecked={federation?.enabled ?? false} /> Enabled
          </label>
          <label>
            Domain
            <input name="domain" defaultValue={federation?.domain ?? ""} placeholder="example.org" spellcheck={false} />
          </label>
          <label>
            Discovery Method
            <select name="discovery">
              <option value="dns">DNS (recommended)</option>
              <option value="hub" selected={federation?.discovery === "hub"}>
                HUB
              </option>
            </select>
          </label>
          <p class="error" role="alert">
            {failure}
          </p>
          <div class="actions end">
            <button type="submit" class="primary">
              Next
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
};

/** Whether users of other servers can be reached, feature by feature. */
export const FederationCard = ({
  federation,
  onChanged,
}: {
  readonly federation: Federation | null;
  readonly onChanged: () => void;
}) => {
  const { isAdmin } = useAsking();
  const [isOpen, setOpen] = useState(false);
  return (
    <section class="card">
      <h2>Federation</h2>
      <dl>
        <Row label="Enabled">
          <Mark isCalm isGood={federation?.enabled ?? false} words={federation?.enabled === true ? "yes" : "no"} />
        </Row>
        <Row label="Domain">{federation?.domain ?? UNKNOWN}</Row>
        <Row label="Discovery Method">{federation?.discovery.toUpperCase() ?? UNKNOWN}</Row>
        {(federation?.checks ?? []).map((check) => (
          <Row key={check.feature} label={featureOf(check)}>
            <Mark isGood={isGood(check)} words={wordsOf(check)} />
          </Row>
        ))}
      </dl>
      {federation?.checkedAt == null ? null : <p class="subtle small">Checked {instant(federation.checkedAt)}</p>}
      {isAdmin === true ? (
        <p class="card-foot">
          <button type="button" onClick={() => setOpen(true)}>
            Settings
          </button>
        </p>
      ) : null}
      {isOpen ? <SettingsDialog federation={federation} onChanged={onChanged} onClose={() => setOpen(false)} /> : null}
    </section>
  );
};
