import { type Hour, MINUTE_MS } from "./hour.ts";
import type { Window } from "./observed.ts";
import type { StatisticName } from "./statistic.ts";

/** A window that misses its hour by more is said to. */
export const OFF_MS = 5 * MINUTE_MS;

/** What a chat server tells of an hour, pushed or asked for, without the keys that it may send along. */
export interface HourReport {
  readonly hour: Hour;
  /** The window it is really about, to the millisecond. */
  readonly window: Window;
  /** By how much the window misses the hour, at the end that misses it more; milliseconds. */
  readonly offMs: number;
  /** What is to be said about it: `misaligned`, `clock-conflict`, `upstream-inconsistent`. */
  readonly reasons: readonly string[];
  /** Ids of the users seen, each once, sorted. */
  readonly users: readonly string[];
  /** Times in milliseconds since 1970 UTC. */
  readonly figures: Readonly<Partial<Record<StatisticName, number>>>;
  /** What else a Rocket.Chat server told, as it told it. */
  readonly upstream?: Readonly<Record<string, unknown>>;
}

/**
 * One report of two of the same hour: the one that meets it better, with what only the other one tells.
 */
export const mergedReports = (
  pushed: HourReport | undefined,
  polled: HourReport | undefined,
): HourReport | undefined => {
  if (pushed === undefined || polled === undefined) return pushed ?? polled;
  const [better, other] = polled.offMs < pushed.offMs ? [polled, pushed] : [pushed, polled];
  return { ...better, figures: { ...other.figures, ...better.figures } };
};
