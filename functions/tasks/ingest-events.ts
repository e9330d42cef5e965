import { type Batch, UnreadableLine } from "../core/batch.ts";
import { atTheDoor, type Door } from "../core/door.ts";
import { type ChatEvent, isRefusal, parseEvent, type Refusal } from "../core/event.ts";
import { Failure } from "../core/failure.ts";
import { type Head, takenFrom } from "../core/head.ts";
import { type Hour, MINUTE_MS } from "../core/hour.ts";
import { mustTake } from "../core/pause.ts";
import type { Workspace } from "../core/workspace.ts";
import type { BatchRecord, Refused } from "../ports/log.ts";
import { findWorkspace } from "./find-workspace.ts";
import { type MadePart, makePart } from "./make-part.ts";
import type { Parts } from "./parts.ts";

/** What became of a batch; sending it again gives the same, with `replayed`. */
export interface Answer {
  readonly batch: string;
  readonly accepted: number;
  readonly duplicates: number;
  readonly refusedCount: number;
  readonly refused: readonly Refused[];
  readonly replayed: boolean;
}

/** A segment that a batch left in the log. */
export interface CountedSegment {
  readonly lane: number;
  /** Undefined where the log does not tell. */
  readonly position: number | undefined;
  readonly events: number;
  /** The hours that its events are of. */
  readonly hours: readonly Hour[];
}

/** Rounds against others that move the same entries, before the caller is asked to come back. */
const ROUNDS = 40;
/** How long lanes and first hour are taken as seen. */
const HEAD_SEEN_MS = MINUTE_MS;

type IngestParts = Pick<Parts, "workspaces" | "log" | "directory" | "hours" | "clock" | "pauseByChance">;

/** Hours that a server reports whole are not mixed with events, but for those of an import, which come before them. */
const mustCount = ({ source }: Workspace, batch: Batch): void => {
  if (source !== "events" && batch.import === undefined)
    throw new Failure(
      "events.unwanted",
      `This workspace's numbers come from ${source}, so events would not be counted: set its source to events, or stop sending them.`,
      { source },
    );
};

/** From where on the door takes events. */
const beginningOf = (head: Head): Pick<Door, "firstHour" | "isRestored"> => ({
  firstHour: takenFrom(head),
  isRestored: head.restoredThrough !== undefined,
});

/** Heads as last seen: only lanes and the first hour are read from them, which hardly ever change. */
const seenHeads = (
  parts: Pick<Parts, "hours" | "clock">,
): ((workspace: string, options?: { readonly isFresh: boolean }) => Promise<Head>) => {
  const heads = new Map<string, { readonly head: Head; readonly readAt: number }>();
  return async (workspace, { isFresh } = { isFresh: false }) => {
    const known = heads.get(workspace);
    const now = parts.clock();
    if (!isFresh && known !== undefined && Math.abs(now - known.readAt) < HEAD_SEEN_MS) return known.head;
    const head = await parts.hours.head(workspace);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
    heads.set(workspace, { head, readAt: now });
    return head;
  };
};

/** Every event parsed once; a part later asks again only for what depends on the directory. */
const parseAll = async (
  batch: Batch,
  now: number,
  headOf: ReturnType<typeof seenHeads>,
): Promise<(ChatEvent | Refusal)[]> => {
  const isImport = batch.import !== undefined;
  let door: Door = { now, ...beginningOf(await headOf(batch.workspace)), mayAdjust: batch.mayAdjust, isImport };
  let isFresh = false;
  const parsed: (ChatEvent | Refusal)[] = [];
  for (const raw of batch.events) {
    const event =
      raw instanceof UnreadableLine ? ({ code: "event-malformed", detail: raw.detail } as const) : parseEvent(raw);
    let refusal = isRefusal(event) ? event : atTheDoor(event, door);
    // A finished import moves the first hour back; a refusal is final, so look again before the first one.
    if (refusal?.code === "event-too-old" && !isFresh) {
      isFresh = true;
      door = { ...door, ...beginningOf(await headOf(batch.workspace, { isFresh })) };
      refusal = isRefusal(event) ? event : atTheDoor(event, door);
    }
    parsed.push(refusal ?? event);
  }
  return parsed;
};

const readRecord = async (parts: IngestParts, batch: Batch): Promise<BatchRecord | undefined> => {
  const found = await parts.log.readBatch(batch.workspace, batch.id, parts.clock());
  if (found !== undefined && found.bodyHash !== batch.bodyHash)
    throw new Failure(
      "batch.mismatch",
      "This batch id was used with another body: give every batch an id of its own, and send a retry unchanged.",
      { batch: batch.id },
    );
  return found;
};

const isDone = ({ done, total }: BatchRecord): boolean => done === total;

const answerOf = ({ id, accepted, duplicates, refusedCount, refused }: BatchRecord, replayed: boolean): Answer => ({
  batch: id,
  accepted,
  duplicates,
  refusedCount,
  refused,
  replayed,
});

/**
 * Takes a batch of events and counts each exactly once: the same batch again gets the first answer. Large batches
 * are counted in parts; a retry after a crash goes on where the last part ended. Each segment is told of as it is there.
 * @throws Failure `batch.mismatch`, `events.unwanted`, `sequence.gap`, `import.missing`, `workspace.missing`, `workspace.paused`, `store.busy`.
 */
export const ingestEvents = (parts: IngestParts) => {
  const headOf = seenHeads(parts);
  const make = makePart(parts);

  /** The next part, or the record of a batch that is counted: sent again, it may look like a jump ahead. */
  const nextPart = async (...what: Parameters<typeof make>): Promise<MadePart | BatchRecord> => {
    try {
      return await make(...what);
    } catch (failure) {
      const isGap = failure instanceof Failure && failure.code === "sequence.gap";
      const found = isGap ? await readRecord(parts, what[0]) : undefined;
      if (found === undefined || !isDone(found)) throw failure;
      return found;
    }
  };

  return async (batch: Batch, tell?: (segment: CountedSegment) => void): Promise<Answer> => {
    const workspace = await findWorkspace(parts)(batch.workspace);
    mustTake(workspace);
    mustCount(workspace, batch);
    const now = parts.clock();
    const parsed = await parseAll(batch, now, headOf);
    if (parsed.length === 0)
      return { batch: batch.id, accepted: 0, duplicates: 0, refusedCount: 0, refused: [], replayed: false };
    let record: BatchRecord | undefined;
    for (let round = 0; round < ROUNDS;) {
      const next = await nextPart(batch, parsed, record, { head: await headOf(batch.workspace), now });
      if (!("part" in next)) return answerOf(next, true);
      const { part, hours } = next;
      let position: number | undefined;
      const outcome = await parts.log.append({ ...part, restoredAt: workspace.restored?.at }, (at) => (position = at));
      if (outcome === "import-closed")
        throw new Failure("import.missing", `Import ${batch.import ?? ""} is not open.`, { import: batch.import });
      if (outcome === "appended") {
        record = part.after;
        if (part.segment !== undefined) tell?.({ lane: part.lane, position, events: part.events, hours: [...hours] });
        if (isDone(record)) return answerOf(record, false);
        continue;
      }
      await parts.pauseByChance(++round);
      record = await readRecord(parts, batch);
      if (record !== undefined && isDone(record)) return answerOf(record, true);
    }
    throw new Failure(
      "store.busy",
      "The store is busy; nothing of the rest of the batch was counted. Send the same batch again.",
    );
  };
};
