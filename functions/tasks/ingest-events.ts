import { changesDirectory, type DirectoryKind, entryOf } from "../core/directory.ts";
import { encodeDelta } from "../core/delta-encoding.ts";
import { atTheDoor, type Door } from "../core/door.ts";
import { type ChatEvent, isRefusal, numberOf, parseEvent, type Refusal } from "../core/event.ts";
import { Failure } from "../core/failure.ts";
import { type Head, takenFrom } from "../core/head.ts";
import { type Hour, MINUTE_MS } from "../core/hour.ts";
import { isoOf } from "../core/instant.ts";
import { mustTake } from "../core/pause.ts";
import { refuseGaps } from "../core/sequence.ts";
import { digestOf } from "../core/document.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Act } from "../ports/audit.ts";
import type { BatchRecord, Part, Refused } from "../ports/log.ts";
import { findWorkspace } from "./find-workspace.ts";
import { type Adjustment, entryKey, ITEMS_IN_A_PART, PartMaker } from "./part-maker.ts";
import type { Parts } from "./parts.ts";

/** A delivered batch. `events` are parsed JSON values, or what kept a line from parsing. */
export interface Batch {
  readonly workspace: string;
  readonly id: string;
  /** sha256 of the decoded body. */
  readonly bodyHash: string;
  readonly events: readonly unknown[];
  /** `totals.adjusted` is for administrators. */
  readonly mayAdjust: boolean;
  /** Who sends it, in words for the audit trail. */
  readonly by?: string;
  /** False when the events are not the word of a reporter: they count, and nobody was heard. */
  readonly isHeard?: boolean;
  readonly import: string | undefined;
}

/** A line of a batch that is no JSON; refused by its index like any other bad event. */
export class UnreadableLine {
  readonly detail: string;
  constructor(detail: string) {
    this.detail = detail;
  }
}

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

const LISTED_REFUSALS = 100;
/** Rounds against others that move the same entries, before the caller is asked to come back. */
const ROUNDS = 40;
/** How long lanes and first hour are taken as seen. */
const HEAD_SEEN_MS = MINUTE_MS;

const ACT_ID_CHARACTERS = 23;

/** What the audit trail keeps of an adjustment; its place in its batch is an id that no other act has. */
const actOf = (batch: Batch, index: number, event: Adjustment, now: number): Act => {
  const { reason, ...amounts } = event.data;
  return {
    workspace: batch.workspace,
    id: `${digestOf(Buffer.from(batch.id)).slice(0, ACT_ID_CHARACTERS)}-${index}`,
    at: now,
    by: batch.by ?? "an administrator",
    action: "totals.adjusted",
    details: {
      amounts,
      reason,
      event: event.id,
      source: event.source,
      time: isoOf(event.time),
      ...(batch.import === undefined ? {} : { import: batch.import }),
    },
  };
};

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

/**
 * Takes a batch of events and counts each exactly once: the same batch again gets the first answer. Large batches
 * are counted in parts; a retry after a crash goes on where the last part ended. Each segment is told of as it is there.
 * @throws Failure `batch.mismatch`, `events.unwanted`, `sequence.gap`, `import.missing`, `workspace.missing`, `workspace.paused`, `store.busy`.
 */
export const ingestEvents = (parts: IngestParts) => {
  /** Heads as last seen: only lanes and the first hour are read from them, which hardly ever change. */
  const heads = new Map<string, { readonly head: Head; readonly readAt: number }>();

  const headOf = async (workspace: string, isFresh: boolean): Promise<Head> => {
    const known = heads.get(workspace);
    const now = parts.clock();
    if (!isFresh && known !== undefined && Math.abs(now - known.readAt) < HEAD_SEEN_MS) return known.head;
    const head = await parts.hours.head(workspace);
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
    heads.set(workspace, { head, readAt: now });
    return head;
  };

  /** Every event parsed once; a part later asks again only for what depends on the directory. */
  const parseAll = async (batch: Batch, now: number): Promise<(ChatEvent | Refusal)[]> => {
    const isImport = batch.import !== undefined;
    let door: Door = {
      now,
      ...beginningOf(await headOf(batch.workspace, false)),
      mayAdjust: batch.mayAdjust,
      isImport,
    };
    let isFresh = false;
    const parsed: (ChatEvent | Refusal)[] = [];
    for (const raw of batch.events) {
      const event =
        raw instanceof UnreadableLine ? ({ code: "event-malformed", detail: raw.detail } as const) : parseEvent(raw);
      let refusal = isRefusal(event) ? event : atTheDoor(event, door);
      // A finished import moves the first hour back; a refusal is final, so look again before the first one.
      if (refusal?.code === "event-too-old" && !isFresh) {
        isFresh = true;
        door = { ...door, ...beginningOf(await headOf(batch.workspace, true)) };
        refusal = isRefusal(event) ? event : atTheDoor(event, door);
      }
      parsed.push(refusal ?? event);
    }
    return parsed;
  };

  const laneOf = (head: Head, id: string): number => {
    let sum = 0;
    for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) >>> 0;
    return sum % head.positions.length;
  };

  const readNumbers = async (batch: Batch, from: number): Promise<Map<string, number>> => {
    const sources = new Set<string>();
    for (let at = from; at < batch.events.length; at++) {
      const numbered = numberOf(batch.events[at]);
      if (numbered !== undefined) sources.add(numbered.source);
    }
    if (sources.size === 0) return new Map();
    const records = await parts.log.readReporters(batch.workspace, [...sources]);
    return new Map(records.map(({ source, next }) => [source, next]));
  };

  /** The directory entries that the next part may touch: the first so many that the rest of the batch is about. */
  const entriesAhead = (
    parsed: readonly (ChatEvent | Refusal)[],
    from: number,
  ): Map<string, { kind: DirectoryKind; id: string }> => {
    const keys = new Map<string, { kind: DirectoryKind; id: string }>();
    for (let at = from; at < parsed.length && keys.size < ITEMS_IN_A_PART; at++) {
      const event = parsed[at] as ChatEvent | Refusal;
      if (isRefusal(event) || !changesDirectory(event)) continue;
      const key = entryOf(event);
      keys.set(entryKey(key.kind, key.id), key);
    }
    return keys;
  };

  const makePart = async (
    batch: Batch,
    parsed: readonly (ChatEvent | Refusal)[],
    before: BatchRecord | undefined,
    now: number,
  ): Promise<{ readonly part: Part; readonly hours: Iterable<Hour> }> => {
    const from = before?.done ?? 0;
    const numbers = await readNumbers(batch, from);
    const head = await headOf(batch.workspace, false);
    const isAny = head.restoredThrough !== undefined;
    refuseGaps(batch.events, from, numbers, isAny);
    const ahead = entriesAhead(parsed, from);
    const entries = ahead.size === 0 ? [] : await parts.directory.read(batch.workspace, [...ahead.values()], now);
    const maker = new PartMaker(from, numbers, entries, { isHeard: batch.isHeard ?? true, isAny });
    for (; maker.done < parsed.length; maker.done++) {
      const event = parsed[maker.done] as ChatEvent | Refusal;
      if (maker.isFull(event)) break;
      if (!isRefusal(event) && changesDirectory(event)) {
        const { kind, id } = entryOf(event);
        // Its entry was not read; it begins the next part.
        if (!ahead.has(entryKey(kind, id))) break;
      }
      if (!maker.isNew(numberOf(batch.events[maker.done]))) maker.duplicates++;
      else if (isRefusal(event)) maker.refuse(maker.done, batch.events[maker.done], event);
      else maker.count(event);
    }
    const part: Part = {
      workspace: batch.workspace,
      lane: laneOf(head, batch.id),
      segment: maker.accepted === 0 ? undefined : encodeDelta(maker.counter.delta),
      events: maker.accepted,
      before,
      after: {
        id: batch.id,
        bodyHash: batch.bodyHash,
        done: maker.done,
        total: parsed.length,
        accepted: (before?.accepted ?? 0) + maker.accepted,
        duplicates: (before?.duplicates ?? 0) + maker.duplicates,
        refusedCount: (before?.refusedCount ?? 0) + maker.refusedCount,
        refused: [...(before?.refused ?? []), ...maker.refused].slice(0, LISTED_REFUSALS),
      },
      reporters: [...maker.moved].map(([source, was]) => ({
        before: was,
        after: { source, next: maker.next.get(source) as number },
      })),
      entries: [...maker.entries.values()].filter(({ isChanged }) => isChanged),
      acts: maker.adjustments.map(({ index, event }) => actOf(batch, index, event, now)),
      import: batch.import,
      now,
    };
    return { part, hours: maker.counter.delta.keys() };
  };

  const answer = ({ id, accepted, duplicates, refusedCount, refused }: BatchRecord, replayed: boolean): Answer => ({
    batch: id,
    accepted,
    duplicates,
    refusedCount,
    refused,
    replayed,
  });

  return async (batch: Batch, tell?: (segment: CountedSegment) => void): Promise<Answer> => {
    const workspace = await findWorkspace(parts)(batch.workspace);
    mustTake(workspace);
    mustCount(workspace, batch);
    const now = parts.clock();
    const parsed = await parseAll(batch, now);
    if (parsed.length === 0)
      return { batch: batch.id, accepted: 0, duplicates: 0, refusedCount: 0, refused: [], replayed: false };
    let record: BatchRecord | undefined;
    for (let round = 0; round < ROUNDS;) {
      let made: Awaited<ReturnType<typeof makePart>>;
      try {
        const next = await makePart(batch, parsed, record, now);
        made = { ...next, part: { ...next.part, restoredAt: workspace.restored?.at } };
      } catch (failure) {
        // Sent again, a batch that counted long ago may look like a jump ahead; its record decides.
        const found =
          failure instanceof Failure && failure.code === "sequence.gap" ? await readRecord(batch) : undefined;
        if (found === undefined || found.done < found.total) throw failure;
        return answer(found, true);
      }
      const { part, hours } = made;
      let position: number | undefined;
      const outcome = await parts.log.append(part, (at) => (position = at));
      if (outcome === "import-closed")
        throw new Failure("import.missing", `Import ${batch.import ?? ""} is not open.`, { import: batch.import });
      if (outcome === "appended") {
        record = part.after;
        if (part.segment !== undefined) tell?.({ lane: part.lane, position, events: part.events, hours: [...hours] });
        if (record.done === record.total) return answer(record, false);
        continue;
      }
      await parts.pauseByChance(++round);
      record = await readRecord(batch);
      if (record !== undefined && record.done === record.total) return answer(record, true);
    }
    throw new Failure(
      "store.busy",
      "The store is busy; nothing of the rest of the batch was counted. Send the same batch again.",
    );
  };

  async function readRecord(batch: Batch): Promise<BatchRecord | undefined> {
    const found = await parts.log.readBatch(batch.workspace, batch.id, parts.clock());
    if (found !== undefined && found.bodyHash !== batch.bodyHash)
      throw new Failure(
        "batch.mismatch",
        "This batch id was used with another body: give every batch an id of its own, and send a retry unchanged.",
        { batch: batch.id },
      );
    return found;
  }
};
