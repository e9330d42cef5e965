import { useState } from "preact/hooks";
import type { Workspace } from "../documents.ts";
import { fieldOf } from "../field.ts";
import { count } from "../words.ts";

/** What becomes of who was seen. */
export type Retention = Workspace["retention"];

const CHOICES: Readonly<Record<string, string>> = {
  keep: "Who was seen stays known",
  hash: "After a time, only hashes of ids",
  counts: "After a time, only how many",
};

/** What the form says of who is remembered, as the API takes it. Days that count for nothing are left out. */
export const retentionIn = (fields: FormData): Pick<Retention, "people"> & Partial<Retention> => {
  const people = fieldOf(fields, "people");
  return people === "keep" ? { people } : { people, afterDays: Number(fieldOf(fields, "afterDays")) };
};

/** From what keeps most to what keeps least. */
const order = (people: string): number => Object.keys(CHOICES).indexOf(people);

/** Whether a change lets go of people whom the settings before would have kept, or kept by their ids. */
export const letsGo = (before: Retention, after: Partial<Retention>): boolean => {
  const { people, afterDays } = { ...before, ...after };
  return people !== "keep" && (order(people) > order(before.people) || afterDays < before.afterDays);
};

/** What is asked before anybody's id is hashed. */
const Hashing = ({ days }: { readonly days: number }) => (
  <>
    <p>
      Ids of people and rooms that were seen more than {count(days)} days ago are hashed from the next hour on, and
      later on those that were last seen so long ago. This can&apos;t be undone.
    </p>
    <p>Every number stays. Who was seen in such hours, and in which rooms, nobody is told any more.</p>
  </>
);

/** What is asked before anybody is let go. */
export const LettingGo = ({ people, afterDays = 0 }: Partial<Retention>) =>
  people === "hash" ? (
    <Hashing days={afterDays} />
  ) : (
    <>
      <p>
        Who was seen more than {count(afterDays)} days ago is let go from the next hour on, and later on whoever was
        last seen so long ago. This can&apos;t be undone.
      </p>
      <p>
        How many there were stays, of UTC days, weeks and months. Of other times that begin there, and of new and
        returning people, nobody knows any more.
      </p>
    </>
  );

/** How long it stays known who was seen. */
export const RetentionFields = ({ retention }: { readonly retention: Retention }) => {
  const [people, setPeople] = useState(retention.people);
  return (
    <fieldset class="group">
      <legend>People</legend>
      <label>
        What is remembered
        <select name="people" value={people} onChange={(event) => setPeople(event.currentTarget.value)}>
          {[...new Set([...Object.keys(CHOICES), retention.people])].map((choice) => (
            <option key={choice} value={choice}>
              {CHOICES[choice] ?? choice}
            </option>
          ))}
        </select>
      </label>
      <div class="field">
        <label>
          After how many days
          <input
            name="afterDays"
            type="number"
            required
            min={36}
            max={3_650}
            disabled={people === "keep"}
            aria-describedby="days-hint"
            defaultValue={retention.afterDays}
          />
        </label>
        <span class="hint" id="days-hint">
          36 to {count(3_650)}; whole weeks and months go together, so up to five weeks later.
        </span>
      </div>
    </fieldset>
  );
};
