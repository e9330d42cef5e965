import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { useAsking } from "../asking.ts";
import { Icon } from "../icon.tsx";

const leaveOnEscape = (event: KeyboardEvent): void => {
  if (event.key === "Escape" && event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
};

/** A label with its value. With the name of a statistic, its definition is a hover or a focus away. */
export const Row = ({
  label,
  statistic,
  children,
}: {
  readonly label: string;
  readonly statistic?: string;
  readonly children: ComponentChildren;
}) => {
  const id = useId();
  const definition = useAsking().definitions.get(statistic ?? "")?.definition;
  return (
    <div class="row">
      <dt>
        {definition === undefined ? (
          label
        ) : (
          <>
            <button type="button" class="term" aria-describedby={id} onKeyDown={leaveOnEscape}>
              {label}
            </button>
            <span role="tooltip" id={id} class="definition">
              {definition}
            </span>
          </>
        )}
      </dt>
      <dd>{children}</dd>
    </div>
  );
};

/** A mark that is told apart by its form and by its words, too. What is merely switched off is no alarm. */
export const Mark = ({
  isGood,
  words,
  isCalm = false,
}: {
  readonly isGood: boolean | null;
  readonly words: string;
  readonly isCalm?: boolean;
}) => (
  <span class={`mark ${isGood === true ? "good" : isGood === null || isCalm ? "open" : "bad"}`}>
    <Icon name={isGood === null ? "question" : isGood ? "check" : "cross"} /> {words}
  </span>
);
