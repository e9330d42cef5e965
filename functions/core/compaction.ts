import { createHash } from "node:crypto";
import type { Head } from "./head.ts";
import { keptJson } from "./kept-json.ts";
import { type Day, dayOf } from "./series.ts";
import { columnsOf, TABLES } from "./table.ts";

/** A day that was packed, and the number of the last publication when it was. */
export interface PackedDay {
  readonly day: Day;
  readonly publication: number;
}

/** How far the tables of a workspace are made; kept beside them. */
export interface Progress {
  /** By which columns they were made; when these change, all is made again. */
  readonly format: string;
  /** Every day up to this one is made. */
  readonly through: Day;
  /** Days packed before this publication are made as they were packed then, */
  readonly publication: number;
  /** and of those packed at it, these. */
  readonly at: readonly Day[];
}

/** What one run has to do, and how far the tables are made then. */
export interface Plan {
  /** In order, each once. */
  readonly days: readonly Day[];
  /** Days that are left for another run. */
  readonly remaining: number;
  readonly after: Progress;
}

/** Tables made by other columns are made again; the leading number counts changes of what the columns hold. */
export const TABLE_FORMAT = `1-${createHash("sha256")
  .update(JSON.stringify(TABLES.map((table) => columnsOf(table))))
  .digest("hex")
  .slice(0, 16)}`;

/** A progress as it is kept. */
export const progressText = (progress: Progress): string => `${JSON.stringify(progress)}\n`;

/** Reads a progress back; undefined for one of another format, or for none: then all is made from the start. */
export const progressIn = (text: string | undefined): Progress | undefined => {
  if (text === undefined) return undefined;
  try {
    const progress = keptJson<Progress>(text);
    return progress.format === TABLE_FORMAT ? progress : undefined;
  } catch {
    return undefined;
  }
};

/** The last day that is over, every hour of it closed, passed over or missing. */
export const lastDayOver = (head: Head): Day => dayOf(head.closedThrough + 1) - 1;

/** The progress of a workspace of which nothing is made. */
export const nothingMade = (head: Head): Progress => ({
  format: TABLE_FORMAT,
  through: dayOf(head.firstHour) - 1,
  publication: head.publication.number,
  at: [],
});

/** Whether a day was packed since its tables were made; days that are not made at all come by themselves. */
export const isToMake = ({ through, publication, at }: Progress, packed: PackedDay): boolean =>
  packed.day <= through && !(packed.publication === publication && at.includes(packed.day));

/**
 * Plans a run: days that were packed again since they were made, then those that are over and not made at all.
 * @param head read before `packed`, which has, in order, every day packed at `progress.publication` or later.
 */
export const planOf = (progress: Progress, head: Head, packed: readonly PackedDay[], limit: number): Plan => {
  const again = packed.filter((one) => isToMake(progress, one));
  const taken = again.slice(0, limit);
  const room = limit - taken.length;
  const left = Math.max(lastDayOver(head) - progress.through, 0);
  const through = progress.through + Math.min(left, room);
  const fresh = Array.from({ length: through - progress.through }, (_, at) => progress.through + 1 + at);
  const isAll = taken.length === again.length;
  // What is packed from now on is packed at the head's publication or later.
  const publication = isAll
    ? Math.max(progress.publication, head.publication.number)
    : (taken.at(-1)?.publication ?? progress.publication);
  const days = new Set([...taken.map(({ day }) => day), ...fresh]);
  // What the head does not call packed yet is read from ranges, which may lag behind what was just restated.
  const isRight = ({ day }: PackedDay): boolean => !head.unpacked.includes(day);
  const isMade = (one: PackedDay): boolean =>
    one.publication === publication &&
    (((fresh.includes(one.day) || taken.includes(one)) && isRight(one)) ||
      (one.day <= progress.through && !again.includes(one)));
  return {
    days: [...days].toSorted((a, b) => a - b),
    remaining: again.length - taken.length + left - fresh.length,
    after: { format: TABLE_FORMAT, through, publication, at: packed.filter(isMade).map(({ day }) => day) },
  };
};
