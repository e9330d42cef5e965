import { Cron } from "croner";
import { errorOf } from "../functions/core/thrown.ts";
import type { PollNote } from "../functions/core/upstream.ts";
import type { Parts } from "../functions/tasks/parts.ts";
import { closeDueHours } from "../functions/tasks/close-hours.ts";
import type { CloseParts } from "../functions/tasks/settle-head.ts";

/** What a run over every workspace did. */
export interface Closings {
  readonly closed: number;
  readonly restated: number;
  /** When a server is to be asked again, of all that did not tell; milliseconds since 1970 UTC. */
  readonly heldUntil?: number;
}

const MINUTE_SECONDS = 60;

/**
 * Closes every hour that is over at `now`, in every workspace, until nothing remains.
 * @param tellFailure takes what kept a workspace from being closed; the others are closed all the same.
 * @param tellUntold takes why a server that was asked told nothing.
 */
export const closeEverywhere = async (
  parts: CloseParts & Pick<Parts, "workspaces">,
  now: number,
  tellFailure: (workspace: string, error: unknown) => void,
  tellUntold: (workspace: string, note: PollNote) => void = () => undefined,
): Promise<Closings> => {
  let closed = 0;
  let restated = 0;
  let heldUntil = Infinity;
  const close = async (workspace: string): Promise<void> => {
    for (let remaining = 1; remaining > 0;) {
      const run = await closeDueHours(parts)(workspace, { now });
      closed += run.closed;
      restated += run.restated;
      remaining = run.remaining;
      if (run.untold !== undefined) tellUntold(workspace, run.untold);
      heldUntil = Math.min(heldUntil, run.heldUntil ?? Infinity);
    }
  };
  let after: string | undefined;
  do {
    const page = await parts.workspaces.list(after);
    for (const workspace of page.ids)
      try {
        await close(workspace);
      } catch (error) {
        tellFailure(workspace, error);
      }
    after = page.next;
  } while (after !== undefined);
  return { closed, restated, ...(heldUntil === Infinity ? {} : { heldUntil }) };
};

/** When the schedule closes the hour that is open at `now`; both in milliseconds since 1970 UTC. */
export const nextClosing = (graceSeconds: number, now: number): number => {
  const pattern = `${graceSeconds % MINUTE_SECONDS} ${Math.floor(graceSeconds / MINUTE_SECONDS)} * * * *`;
  const next = new Cron(pattern, { timezone: "UTC", paused: true }).nextRun(new Date(now));
  if (next === null) throw new Error(`the pattern ${pattern} has no next time`);
  return next.getTime();
};

/** Does the scheduler's work: calls the hourly worker a grace past each hour, by the runtime's clock. */
export interface Ticker {
  readonly stop: () => Promise<void>;
}

/** What a ticker works with. */
export interface TickerOptions {
  readonly clock: () => number;
  readonly graceSeconds: number;
  /** Closes what is over at an instant. */
  readonly close: (now: number) => Promise<Pick<Closings, "heldUntil">>;
  readonly log: (line: object) => void;
}

/** Starts the ticker; what is over already is for its caller to catch up on. */
export const startTicker = ({ clock, graceSeconds, close, log }: TickerOptions): Ticker => {
  let timer: NodeJS.Timeout;
  let again: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  const run = async (dueAt: number): Promise<void> => {
    try {
      // A timer may fire a moment early by the other clock; the hour it was set for is due all the same.
      const { heldUntil } = await close(Math.max(dueAt, clock()) - graceSeconds * 1_000);
      if (heldUntil !== undefined && !isStopped)
        again = setTimeout(() => void (running = run(heldUntil)), Math.max(heldUntil - clock(), 0));
    } catch (error) {
      log({ event: "ClosingFailed", error: String(error), stack: errorOf(error).stack });
    }
  };
  const setNext = (after: number): void => {
    const dueAt = nextClosing(graceSeconds, after);
    timer = setTimeout(
      () => {
        running = run(dueAt);
        setNext(Math.max(dueAt, clock()));
      },
      Math.max(dueAt - clock(), 0),
    );
  };
  setNext(clock());
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      clearTimeout(again);
      return running;
    },
  };
};
