import { useState } from "preact/hooks";
import { Refused, send, told } from "../api.ts";
import { useAsking } from "../asking.ts";
import { Dialog } from "../dialog.tsx";
import type { License } from "../documents.ts";
import { instant } from "../times.ts";
import { Mark } from "./row.tsx";

/** The features of the card, by the modules that switch them on. */
const FEATURES: Readonly<Record<string, string>> = {
  "livechat-enterprise": "Omnichannel",
  auditing: "Auditing",
  "canned-responses": "Canned Responses",
  "engagement-dashboard": "Engagement Dashboard",
};

const STANDING: Readonly<Record<License["status"], string>> = {
  valid: "Valid",
  expired: "Expired",
  "not-yet-valid": "Not yet valid",
  invalid: "Invalid",
};

interface Reason {
  readonly reason?: string;
  readonly detail?: string;
}

const reasonsIn = (failure: unknown): readonly string[] => {
  if (!(failure instanceof Refused)) return [told(failure)];
  const reasons = failure.body["reasons"];
  if (!Array.isArray(reasons) || reasons.length === 0) return [failure.message];
  return (reasons as readonly Reason[]).map(({ detail, reason }) => detail ?? reason ?? failure.message);
};

const ApplyDialog = ({
  title,
  onApplied,
  onClose,
}: {
  readonly title: string;
  readonly onApplied: () => void;
  readonly onClose: () => void;
}) => {
  const { session } = useAsking();
  const [license, setLicense] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [reasons, setReasons] = useState<readonly string[]>([]);
  const apply = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setReasons([]);
    try {
      // Asked first: only this answer names every reason, and nothing has changed by then.
      await send(session, "POST", "/api/v1/licenses.validate", { license: license.trim() });
      await send(session, "POST", "/api/v1/licenses.add", { license: license.trim() });
      onApplied();
    } catch (failure) {
      setReasons(reasonsIn(failure));
    } finally {
      setBusy(false);
    }
  };
  const paste = async (): Promise<void> => {
    try {
      setLicense(await navigator.clipboard.readText());
    } catch {
      setReasons(["The browser does not let this page read the clipboard. Paste into the field with the keyboard."]);
    }
  };
  return (
    <Dialog title={title} onClose={onClose} isWide>
      <form class="form" onSubmit={(event) => void apply(event)}>
        <label>
          License
          <textarea
            rows={7}
            class="code"
            placeholder="Paste here…"
            spellcheck={false}
            value={license}
            onInput={(event) => {
              setLicense(event.currentTarget.value);
              setReasons([]);
            }}
          />
        </label>
        <div role="alert">
          {reasons.length === 0 ? null : (
            <div class="error">
              Invalid license!
              <ul>
                {reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            </div>
          )}
        </div>
        <div class="actions end">
          <button type="button" onClick={() => void paste()}>
            Paste
          </button>
          <button type="submit" class="primary" disabled={isBusy || license.trim() === ""}>
            Apply license
          </button>
        </div>
      </form>
    </Dialog>
  );
};

const Standing = ({ license }: { readonly license: License | null }) =>
  license === null ? (
    <p class="subtle">No license is applied.</p>
  ) : (
    <p>
      {license.tags.map(({ name }) => (
        <span class="tag" key={name}>
          {name}
        </span>
      ))}
      <Mark isGood={license.status === "valid"} words={STANDING[license.status]} />
      {license.validUntil === null ? null : <span class="subtle"> until {instant(license.validUntil)}</span>}
    </p>
  );

/** Which licence there is, and what it switches on. */
export const LicenseCard = ({
  license,
  onChanged,
}: {
  readonly license: License | null;
  readonly onChanged: () => void;
}) => {
  const { isAdmin } = useAsking();
  const [isOpen, setOpen] = useState(false);
  const [outcome, setOutcome] = useState("");
  const modules = license?.modules ?? [];
  const title = license === null ? "Apply Offline License" : "Change Offline License";
  const applied = (): void => {
    setOpen(false);
    setOutcome("License applied successfully!");
    onChanged();
  };
  return (
    <section class="card">
      <h2>License</h2>
      <Standing license={license} />
      <h3>Features</h3>
      <ul class="features">
        {Object.entries(FEATURES).map(([module, name]) => (
          <li key={module}>
            <span>{name}</span>
            <Mark isCalm isGood={modules.includes(module)} words={modules.includes(module) ? "on" : "off"} />
          </li>
        ))}
        {modules
          .filter((module) => FEATURES[module] === undefined)
          .map((module) => (
            <li key={module}>
              <span>{module}</span>
              <Mark isGood words="on" />
            </li>
          ))}
      </ul>
      <p role="status" class="outcome">
        {outcome}
      </p>
      {isAdmin === true ? (
        <p class="card-foot">
          <button type="button" onClick={() => setOpen(true)}>
            {title}
          </button>
        </p>
      ) : null}
      {isOpen ? <ApplyDialog title={title} onApplied={applied} onClose={() => setOpen(false)} /> : null}
    </section>
  );
};
