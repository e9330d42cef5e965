import { useAsking } from "../asking.ts";
import { labelOf } from "../labels.ts";

const WORDS: Readonly<Record<string, string>> = {
  counted: "counted from every event",
  told: "told by the server",
  pushed: "only in reports that the server pushes",
  derived: "derived from what the server tells",
  unknown: "can't be known",
};

/** What a source can give, statistic by statistic. */
export const Capabilities = ({ capabilities }: { readonly capabilities: Readonly<Record<string, string>> }) => {
  const { definitions } = useAsking();
  return (
    <details class="make">
      <summary>What this source can give</summary>
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
