import { NO_BASELINE } from "./baseline.ts";
import { type Closed, ledgerOf, publish } from "./publication.ts";
import { observedOf } from "./reported.ts";
import { carriedIntoUnseen, type Head, whyMissing } from "./head.ts";
import { endOf, type Hour, startOf } from "./hour.ts";
import { isoOf } from "./instant.ts";
import type { Reported } from "./observed.ts";
import type { Workspace } from "./workspace.ts";

/** For so many hours after it was missed an hour is looked at; who can tell of it can do so on the same day. */
const FILLED_HOURS = 24;

/** Hours of the last day that a server was to tell of and did not, the latest first. */
export const hoursToFill = (head: Head): readonly Hour[] =>
  Array.from({ length: FILLED_HOURS }, (_, back) => head.closedThrough - back).filter((hour) => {
    const why = whyMissing(head, hour);
    return why !== undefined && why !== "paused";
  });

/**
 * Publishes an hour that was missed with the few numbers that its server could tell later; all others stay unknown, and
 * the ledger says so. It stays among the missing hours, like one that something came late for.
 */
export const fillMissing = (workspace: Workspace, head: Head, hour: Hour, figures: Reported["figures"]): Closed => {
  const window = { start: startOf(hour), end: endOf(hour) };
  const reasons = ["was-missing", "filled-in", whyMissing(head, hour) ?? ""].filter((reason) => reason !== "");
  return publish(
    workspace,
    head,
    { ...observedOf(window), reported: { figures, minutes: 0 } },
    { hour, revision: 1, carriedIn: carriedIntoUnseen(head, hour), sets: { users: [], rooms: [] } },
    ledgerOf(["partial"], reasons, {}),
    {
      baseline: NO_BASELINE,
      amend: (document) => ({
        ...document,
        reportedWindow: { start: isoOf(window.start), end: isoOf(window.end) },
      }),
    },
  );
};
