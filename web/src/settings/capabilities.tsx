import { useAsking } from "../asking.ts";
import { labelOf } from "../labels.ts";

const WORDS: Readonly<Record<string, string>> = {
  counted: "counted",
  told: "told",
  pushed: "pushed",
  derived: "derived",
  unknown: "can't be known",
};

/** What a source can give, statistic by statistic. */
export const Capabilities = ({ capabilities }: { readonly capabilities: Readonly<Record<string, string>> }) => {
  const { definitions } = useAsking();
  return (
    <details class="make">
      <summary>What this source can give</summary>
      <p class="subtle small">
        Counted from every event; told by the server; only in reports that it pushes; derived from what it tells.
      </p>
      <dl class="pairs">
        {Object.entries(capabilities).map(([name, how]) => (
          <div class="row" key={name}>
            <dt>{labelOf(definitions.get(name) ?? { name })}</dt>
            <dd class={how === "unknown" ? "subtle" : ""}>{WORDS[how] ?? how}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
};
