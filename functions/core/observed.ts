import type { ConnectionFigures } from "./connections.ts";
import type { HourDelta } from "./delta.ts";
import type { InstanceReport } from "./event.ts";
import type { Hour } from "./hour.ts";
import type { Amounts, StatisticName, TimeName } from "./statistic.ts";

/** Instants `[start, end)`, milliseconds since 1970 UTC, on whole minutes. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Everything a document is computed from. */
export interface Observed {
  readonly window: Window;
  /** As of when levels hold; a snapshot's is its window's end. */
  readonly at: number;
  /** Levels as of then; null when they are not known (a hour that was observed by nobody). */
  readonly levels: Readonly<Amounts> | null;
  readonly times: Readonly<Partial<Record<TimeName, number>>>;
  /** The deltas of every hour the window touches, and of the one before. */
  readonly hours: ReadonlyMap<Hour, HourDelta>;
  readonly connections: ConnectionFigures;
  readonly dayPeak: number | null;
  /** Known from before, for the time no instance is live. */
  readonly primary: InstanceReport | null;
  /** What the server itself told, where nothing is counted. */
  readonly reported?: Reported | undefined;
}

/** Numbers that a server reported of a window, and of how many of its minutes; all others are not known. */
export interface Reported {
  readonly figures: Readonly<Partial<Record<StatisticName, number>>>;
  readonly minutes: number;
}

/** What is known of the running hour of a workspace whose server reports whole ones. */
export const NOTHING_REPORTED: Reported = { figures: {}, minutes: 0 };
