import { Failure } from "../core/failure.ts";
import { type Heard, heardFrom } from "../core/heard.ts";
import { hourOf } from "../core/hour.ts";
import { windowAt } from "../core/reading.ts";
import type { Parts } from "./parts.ts";
import { mergeState, openHours } from "./take-reading.ts";

/** Reporters are remembered for this many hours after their last word. */
const HOURS = 24;

/** What sends events. */
export interface Reporter {
  readonly source: string;
  /** The second of its last event's own time, milliseconds since 1970 UTC; null when that is over 24 hours ago. */
  readonly lastHeardAt: number | null;
  /** Minutes of the last 60 in which anything was heard from it. */
  readonly heardMinutes: number;
  /** The sequence expected next; null when it never numbered its events. */
  readonly next: number | null;
}

type ReporterParts = Pick<Parts, "log" | "hours" | "snapshots" | "clock">;

/** Merged in memory, so that every acknowledged event is in; the running minute, too. */
const heardLately = async (parts: ReporterParts, workspace: string): Promise<ReadonlyMap<string, Heard>> => {
  const now = parts.clock();
  const first = hourOf(now) - HOURS;
  const { hours } = await mergeState(parts, workspace, (head) => openHours(head, first, now));
  return heardFrom(hours, first, windowAt(now));
};

const reporterOf = (source: string, heard: Heard | undefined, next: number | undefined): Reporter => ({
  source,
  lastHeardAt: heard?.lastHeardAt ?? null,
  heardMinutes: heard?.minutes ?? 0,
  next: next ?? null,
});

/**
 * A page of the reporters heard in the last 24 hours, in the order of their sources; `after` is the last one of the
 * page before.
 */
export const listReporters =
  (parts: ReporterParts) =>
  async (
    workspace: string,
    { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ readonly reporters: readonly Reporter[]; readonly next: string | undefined }> => {
    const heard = await heardLately(parts, workspace);
    const left = [...heard.keys()].filter((source) => after === undefined || source > after).toSorted();
    const page = left.slice(0, limit);
    const numbers = new Map((await parts.log.readReporters(workspace, page)).map(({ source, next }) => [source, next]));
    return {
      reporters: page.map((source) => reporterOf(source, heard.get(source), numbers.get(source))),
      next: left.length > limit ? page.at(-1) : undefined,
    };
  };

/**
 * One reporter: when it was heard, and what it is expected to send next.
 * @throws Failure `reporter.missing` when it was not heard in the last 24 hours and never numbered its events.
 */
export const readReporter =
  (parts: ReporterParts) =>
  async (workspace: string, source: string): Promise<Reporter> => {
    const [record] = await parts.log.readReporters(workspace, [source]);
    const heard = (await heardLately(parts, workspace)).get(source);
    if (record === undefined && heard === undefined)
      throw new Failure(
        "reporter.missing",
        `No reporter ${source} was heard in the last ${HOURS} hours, or numbered its events before.`,
        { source },
      );
    return reporterOf(source, heard, record?.next);
  };
