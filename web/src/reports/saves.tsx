import { told } from "../api.ts";
import { useAsking } from "../asking.ts";
import { save } from "../saving.ts";
import { type Form, FORMS, readReport } from "./record.ts";

/** Buttons that save a report as a file; a plain link would come without the reader's credential. */
export const Saves = ({
  id,
  label,
  onOutcome,
}: {
  readonly id: string;
  readonly label: string;
  readonly onOutcome: (words: string, isGood: boolean) => void;
}) => {
  const { session, notice } = useAsking();
  const take = async (form: Form): Promise<void> => {
    try {
      const name = `${id}.${form}`;
      save(name, FORMS[form].type, await readReport(session, id, form));
      onOutcome(`Saved as ${name}.`, true);
    } catch (failure) {
      notice(failure);
      onOutcome(told(failure), false);
    }
  };
  return (
    <>
      <span class="subtle small saves" aria-hidden="true">
        Save as
      </span>
      {(Object.keys(FORMS) as Form[]).map((form) => (
        <button
          type="button"
          key={form}
          aria-label={`Save ${FORMS[form].name}: ${label}`}
          onClick={() => void take(form)}
        >
          {FORMS[form].name}
        </button>
      ))}
    </>
  );
};
