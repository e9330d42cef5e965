import { numberOf } from "./event.ts";
import { Failure } from "./failure.ts";

/**
 * The sequence a reporter is expected to send next; one that is new may begin with 0 or 1.
 * @param isAny of a workspace that was rebuilt nobody knows how far its reporters were: they go on from anywhere.
 */
export const expected = (next: number | undefined, sequence: number, isAny: boolean): number =>
  next ?? (isAny || sequence === 0 ? sequence : 1);

/** Refuses the whole batch when a reporter's numbers jump ahead: something is missing, and may still come. */
export const refuseGaps = (
  events: readonly unknown[],
  from: number,
  known: ReadonlyMap<string, number>,
  isAny = false,
): void => {
  const next = new Map(known);
  for (let at = from; at < events.length; at++) {
    const numbered = numberOf(events[at]);
    if (numbered === undefined) continue;
    const due = expected(next.get(numbered.source), numbered.sequence, isAny);
    if (numbered.sequence > due)
      throw new Failure(
        "sequence.gap",
        `Reporter ${numbered.source} is at ${due}, the batch goes on with ${numbered.sequence}: send from ${due}.`,
        {
          source: numbered.source,
          expected: due,
          index: at,
        },
      );
    if (numbered.sequence === due) next.set(numbered.source, due + 1);
  }
};
