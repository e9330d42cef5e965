import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import { endOf } from "../core/hour.ts";
import type { PollNote } from "../core/upstream.ts";
import { closeNext, restatements } from "./close-next.ts";
import { withDayPeak } from "./day-peak.ts";
import { untilOurs } from "./overtaken.ts";
import { pollDueHour } from "./poll-source.ts";
import { type CloseParts, finishSettling, retained, settleInHand } from "./settle-head.ts";
import { usualHours } from "./usual-hours.ts";

/** What a run of the hourly worker did for a workspace; `remaining` hours are over and still open. */
export interface Run {
  readonly closed: number;
  readonly restated: number;
  readonly remaining: number;
  /** When the server of the last hour is to be asked again, milliseconds since 1970 UTC; until then that hour is open. */
  readonly heldUntil?: number;
  /** Why its server told nothing when it was asked in this run. */
  readonly untold?: PollNote;
}

/** Hours that one run closes before it says how many are left. */
const HOURS_IN_A_RUN = 480;

/** How many hours after the last closed one are over; none while an import is open. */
const dueHours = (head: Head, now: number): number => {
  if (head.import !== null) return 0;
  let due = 0;
  while (endOf(head.closedThrough + 1 + due) <= now) due++;
  return due;
};

/**
 * One run of the hourly worker for a workspace: archives what was left, folds, closes every hour that is over, in
 * order, and restates each dirty hour once. Running it twice, at once, or again after a crash does the work once.
 * The server of a polled workspace is asked first; while it does not tell, the hour stays open for a time.
 * An open import keeps everything open. Hours in which the workspace was paused throughout are passed by, as missing.
 * @throws Failure `workspace.missing`, `store.busy`; HourFailed when an hour could not be closed.
 */
export const closeDueHours =
  (parts: CloseParts) =>
  async (workspaceId: string, { now = parts.clock() }: { readonly now?: number } = {}): Promise<Run> => {
    const workspace = await parts.workspaces.find(workspaceId);
    if (workspace === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspaceId}.`);
    // A run that was under way when it ended.
    if (workspace.state === "ended") return { closed: 0, restated: 0, remaining: 0 };
    let closed = 0;
    let restated = 0;
    return untilOurs(parts, async () => {
      let settled = await settleInHand(parts, workspaceId);
      settled = { ...settled, head: await withDayPeak(parts, workspace, settled.head) };
      const { held, note } = await pollDueHour(parts)(workspace, settled.head);
      const through = held === undefined ? now : Math.min(now, endOf(held.hour) - 1);
      const usual = usualHours(parts, workspaceId, settled.head);
      while (closed < HOURS_IN_A_RUN) {
        const due = Math.min(dueHours(settled.head, through), HOURS_IN_A_RUN - closed);
        if (due === 0) break;
        const before = settled.head.closedThrough;
        settled = await closeNext(parts, workspace, settled, due, usual);
        closed += settled.head.closedThrough - before;
      }
      for await (const after of restatements(parts, workspace, settled, note, usual)) {
        settled = after;
        restated++;
      }
      const finished = await finishSettling(parts, workspaceId, settled);
      const head = await retained(parts, workspace, finished, now);
      const remaining = dueHours(head, through);
      return {
        closed,
        restated,
        remaining,
        ...(held === undefined ? {} : { heldUntil: held.until }),
        ...(note === undefined || note.reason === null ? {} : { untold: note }),
      };
    });
  };
