import { useState } from "preact/hooks";

/** What became of the last thing that was tried. */
interface Outcome {
  readonly words: string;
  readonly isGood: boolean;
}

/** Tells what became of what the reader tried: aloud, too. */
export const useOutcome = () => {
  const [{ words, isGood }, setOutcome] = useState<Outcome>({ words: "", isGood: true });
  return {
    tell: (next: string, isNextGood: boolean): void => setOutcome({ words: next, isGood: isNextGood }),
    shown: (
      <>
        <p role="alert" class="error">
          {isGood ? "" : words}
        </p>
        <p role="status" class="outcome">
          {isGood ? words : ""}
        </p>
      </>
    ),
  };
};
