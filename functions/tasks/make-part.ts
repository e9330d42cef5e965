import type { Batch } from "../core/batch.ts";
import { encodeDelta } from "../core/delta-encoding.ts";
import { changesDirectory, type DirectoryKind, entryOf } from "../core/directory.ts";
import { digestOf } from "../core/document.ts";
import { type ChatEvent, isRefusal, numberOf, type Refusal } from "../core/event.ts";
import type { Head } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import { isoOf } from "../core/instant.ts";
import { refuseGaps } from "../core/sequence.ts";
import type { Act } from "../ports/audit.ts";
import type { BatchRecord, Part } from "../ports/log.ts";
import { type Adjustment, entryKey, ITEMS_IN_A_PART, PartMaker } from "./part-maker.ts";
import type { Parts } from "./parts.ts";

const LISTED_REFUSALS = 100;
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

type PartParts = Pick<Parts, "log" | "directory">;

const laneOf = (head: Head, id: string): number => {
  let sum = 0;
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) >>> 0;
  return sum % head.positions.length;
};

/** What each reporter's next number was when the part was begun. */
const readNumbers = async (parts: PartParts, batch: Batch, from: number): Promise<Map<string, number>> => {
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

/** Takes events into a part until it is full, or the batch is at its end. */
const filled = (
  maker: PartMaker,
  batch: Batch,
  parsed: readonly (ChatEvent | Refusal)[],
  ahead: ReadonlyMap<string, unknown>,
): void => {
  for (; maker.done < parsed.length; maker.done++) {
    const event = parsed[maker.done] as ChatEvent | Refusal;
    if (maker.isFull(event)) return;
    if (!isRefusal(event) && changesDirectory(event)) {
      const { kind, id } = entryOf(event);
      // Its entry was not read; it begins the next part.
      if (!ahead.has(entryKey(kind, id))) return;
    }
    if (!maker.isNew(numberOf(batch.events[maker.done]))) maker.duplicates++;
    else if (isRefusal(event)) maker.refuse(maker.done, batch.events[maker.done], event);
    else maker.count(event);
  }
};

/** The record of a batch with a part of it counted. */
const recordAfter = (batch: Batch, maker: PartMaker, before: BatchRecord | undefined, total: number): BatchRecord => ({
  id: batch.id,
  bodyHash: batch.bodyHash,
  done: maker.done,
  total,
  accepted: (before?.accepted ?? 0) + maker.accepted,
  duplicates: (before?.duplicates ?? 0) + maker.duplicates,
  refusedCount: (before?.refusedCount ?? 0) + maker.refusedCount,
  refused: [...(before?.refused ?? []), ...maker.refused].slice(0, LISTED_REFUSALS),
});

/** A part and the hours that its events are of. */
export interface MadePart {
  readonly part: Part;
  readonly hours: Iterable<Hour>;
}

/**
 * Makes the next part of a batch: as many of its events as one transaction takes, counted.
 * @param parsed the batch's events, each parsed or refused; `before` is its record (undefined: nothing is counted yet).
 * @param head tells the lanes; as last seen.
 * @throws Failure `sequence.gap`.
 */
export const makePart =
  (parts: PartParts) =>
  async (
    batch: Batch,
    parsed: readonly (ChatEvent | Refusal)[],
    before: BatchRecord | undefined,
    { head, now }: { readonly head: Head; readonly now: number },
  ): Promise<MadePart> => {
    const from = before?.done ?? 0;
    const numbers = await readNumbers(parts, batch, from);
    const isAny = head.restoredThrough !== undefined;
    refuseGaps(batch.events, from, numbers, isAny);
    const ahead = entriesAhead(parsed, from);
    const entries = ahead.size === 0 ? [] : await parts.directory.read(batch.workspace, [...ahead.values()], now);
    const maker = new PartMaker(from, numbers, entries, { isHeard: batch.isHeard ?? true, isAny });
    filled(maker, batch, parsed, ahead);
    const part: Part = {
      workspace: batch.workspace,
      lane: laneOf(head, batch.id),
      segment: maker.accepted === 0 ? undefined : encodeDelta(maker.counter.delta),
      events: maker.accepted,
      before,
      after: recordAfter(batch, maker, before, parsed.length),
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
