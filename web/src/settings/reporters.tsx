import { ask } from "../api.ts";
import { useAsking } from "../asking.ts";
import { useLoaded } from "../loaded.ts";
import { instant } from "../times.ts";
import { count } from "../words.ts";
import { Item } from "./list.tsx";

interface Reporter {
  readonly source: string;
  readonly lastHeardAt: string | null;
  readonly heardMinutes: number;
}

/** Who sends events, and when each was heard last; nothing for readers who may not know. */
export const Reporters = () => {
  const { session } = useAsking();
  const loaded = useLoaded(
    "reporters",
    () => ask<{ readonly reporters: readonly Reporter[] }>(session, "/v1/reporters"),
    () => undefined,
  );
  const reporters = loaded.value?.reporters;
  if (reporters === undefined) return null;
  return (
    <>
      <h3>Reporters</h3>
      {reporters.length === 0 ? <p class="subtle">Nobody has sent events yet.</p> : null}
      <ul class="items">
        {reporters.map(({ source, lastHeardAt, heardMinutes }) => (
          <Item
            key={source}
            name={source}
            details={[`last heard ${instant(lastHeardAt)}, heard in ${count(heardMinutes)} of the last 60 minutes`]}
          />
        ))}
      </ul>
    </>
  );
};
