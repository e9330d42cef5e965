import { useAsking } from "./asking.ts";

/** What a statistic means, shown while what it describes is pointed at or has the focus. */
export const DefinitionOf = ({ statistic, id }: { readonly statistic: string; readonly id: string }) => {
  const definition = useAsking().definitions.get(statistic)?.definition;
  return definition === undefined ? null : (
    <span role="tooltip" id={id} class="definition">
      {definition}
    </span>
  );
};
