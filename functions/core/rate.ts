/** How many calls are taken in a window of so many milliseconds. */
export interface Limit {
  readonly calls: number;
  readonly windowMs: number;
}

/** Calls counted since the window's first one, at `startedAt` (milliseconds since 1970 UTC). */
export interface RateWindow {
  readonly startedAt: number;
  readonly calls: number;
}

/** What one more call found; instants in milliseconds since 1970 UTC. */
export interface Tally {
  readonly window: RateWindow;
  readonly isExceeded: boolean;
  /** Calls left in the window. */
  readonly remaining: number;
  /** When the window ends. */
  readonly resetAt: number;
  /** Whole seconds until then, at least 1. */
  readonly waitSeconds: number;
}

const MS = 1_000;

/**
 * Counts a call in its fixed window `[startedAt, startedAt + windowMs)`; the first call after one begins the next. A
 * clock that was set back begins a new one, too, so that nobody waits for a time that was never meant.
 * @param before the window so far; undefined before the first call.
 */
export const countCall = (before: RateWindow | undefined, { calls, windowMs }: Limit, now: number): Tally => {
  const isOver = before === undefined || now < before.startedAt || now >= before.startedAt + windowMs;
  const window = isOver ? { startedAt: now, calls: 1 } : { ...before, calls: before.calls + 1 };
  const resetAt = window.startedAt + windowMs;
  return {
    window,
    isExceeded: window.calls > calls,
    remaining: Math.max(calls - window.calls, 0),
    resetAt,
    waitSeconds: Math.max(Math.ceil((resetAt - now) / MS), 1),
  };
};
