import { hourName } from "../core/hour.ts";
import { isForSomebody, type PollNote } from "../core/upstream.ts";

/** What an alarm counts, and what passes by itself. */
const EVENTS = { forSomebody: "UpstreamMisconfigured", passing: "UpstreamUntold" } as const;

/** A line of the log about a polled server that was asked and told nothing; nothing of it is secret. */
export const untoldLine = (workspace: string, { hour, tries, reason, why, nextAt }: PollNote): object => ({
  event: reason !== null && isForSomebody(reason) ? EVENTS.forSomebody : EVENTS.passing,
  workspace,
  hour: hourName(hour),
  reason,
  why,
  tries,
  isAskedAgain: nextAt !== null,
});
