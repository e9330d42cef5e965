import { hourName } from "../core/hour.ts";
import type { ArchivedPublication } from "../ports/publications.ts";
import type { Answer, CountedSegment } from "../tasks/ingest-events.ts";
import type { Parts } from "../tasks/parts.ts";

/*
 * Lines that lead from a request to its batch, from the batch to its segments, and from those to the publications that
 * count them. There is nothing in them that a sender wrote but the batch's id, and no secret.
 */

type Log = (line: object) => void;

/** Names of these lines; an operator's queries go by them. */
export const TRAIL = { batch: "BatchCounted", closed: "HourClosed", restated: "HourRestated" } as const;
const ROUTINE: ReadonlySet<unknown> = new Set(Object.values(TRAIL));

/** A log without the lines that tell that all is well, for somebody who watches it go by. */
export const withoutTrail =
  (log: Log): Log =>
  (line) => {
    if (!("event" in line) || !ROUTINE.has(line.event)) log(line);
  };

/** Of an import's batch, which may be of many hours: the first of each. */
const LISTED = 24;

/** One request's share of a batch. */
export interface CountedBatch {
  readonly requestId: string;
  readonly workspace: string;
  /** As its sender knows it. */
  readonly batch: string;
  readonly segments: readonly CountedSegment[];
  /** Undefined when the request ended before the batch did. */
  readonly answer: Answer | undefined;
}

const countedLine = ({ requestId, workspace, batch, segments, answer }: CountedBatch): object => {
  const hours = [...new Set(segments.flatMap((segment) => segment.hours))].toSorted((a, b) => a - b);
  return {
    event: TRAIL.batch,
    requestId,
    workspace,
    batch,
    outcome: answer === undefined ? "cut-short" : answer.replayed ? "replayed" : "counted",
    counted: segments.reduce((sum, { events }) => sum + events, 0),
    ...(answer === undefined
      ? {}
      : {
          accepted: answer.accepted,
          duplicates: answer.duplicates,
          refused: answer.refusedCount,
          codes: [...new Set(answer.refused.map(({ code }) => code))].toSorted().join(" "),
        }),
    segments: segments.slice(0, LISTED).map(({ lane, position }) => ({ lane, position })),
    segmentsInAll: segments.length,
    hours: hours.slice(0, LISTED).map(hourName),
    hoursInAll: hours.length,
  };
};

/**
 * Counts a batch and logs one line about it: when it is counted, and when a part of it is and the rest failed.
 * @param count is given what takes each segment.
 */
export const leavingTrail = async (
  log: Log,
  of: Pick<CountedBatch, "requestId" | "workspace" | "batch">,
  count: (tell: (segment: CountedSegment) => void) => Promise<Answer>,
): Promise<Answer> => {
  const segments: CountedSegment[] = [];
  let answer: Answer | undefined;
  try {
    return (answer = await count((segment) => segments.push(segment)));
  } finally {
    if (answer !== undefined || segments.length > 0) log(countedLine({ ...of, segments, answer }));
  }
};

const publishedLine = ({ hour, afterEnd, number, ...rest }: ArchivedPublication): object => ({
  event: rest.revision === 0 ? TRAIL.closed : TRAIL.restated,
  ...rest,
  hour: hourName(hour),
  publication: number,
  secondsAfterEnd: Math.round(afterEnd / 1_000),
});

/** The same parts, which log a line about each publication that is in the archive. */
export const tellingOf = <P extends Pick<Parts, "tellPublished">>(parts: P, log: Log): P => ({
  ...parts,
  tellPublished: (publication: ArchivedPublication) => log(publishedLine(publication)),
});
