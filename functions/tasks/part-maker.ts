import { Counter } from "../core/counting.ts";
import {
  applyToEntry,
  changesDirectory,
  type DirectoryEvent,
  type DirectoryKind,
  type Entry,
  entryOf,
  newEntry,
} from "../core/directory.ts";
import { type ChatEvent, isRefusal, type Refusal } from "../core/event.ts";
import { isId } from "../core/event-field.ts";
import { isFields } from "../core/fields.ts";
import { hourOf } from "../core/hour.ts";
import { expected } from "../core/sequence.ts";
import type { VersionedEntry } from "../ports/directory.ts";
import type { Refused } from "../ports/log.ts";

/** What one transaction takes: hours in its segment; entries, reporters and acts beside segment, record and import check. */
const HOURS_IN_A_PART = 60;
/** Items beside them; DynamoDB takes 100 in a transaction. */
export const ITEMS_IN_A_PART = 90;

/** One text for a kind and an id. */
export const entryKey = (kind: DirectoryKind, id: string): string => `${kind} ${id}`;

/** An event that the audit trail keeps. */
export type Adjustment = ChatEvent & { readonly type: "totals.adjusted" };

/** Collects one part of a batch: events are taken until one transaction is full. */
export class PartMaker {
  readonly counter: Counter;
  readonly entries = new Map<string, { entry: Entry; version: number; isChanged: boolean }>();
  readonly next: Map<string, number>;
  readonly moved = new Map<string, number | undefined>();
  readonly refused: Refused[] = [];
  readonly adjustments: { readonly index: number; readonly event: Adjustment }[] = [];
  accepted = 0;
  duplicates = 0;
  refusedCount = 0;
  changed = 0;
  done: number;
  readonly #isAny: boolean;

  constructor(
    done: number,
    next: ReadonlyMap<string, number>,
    entries: readonly VersionedEntry[],
    { isHeard, isAny }: { readonly isHeard: boolean; readonly isAny: boolean },
  ) {
    this.done = done;
    this.#isAny = isAny;
    this.counter = new Counter(isHeard);
    this.next = new Map(next);
    for (const { entry, version } of entries)
      this.entries.set(entryKey(entry.kind, entry.id), { entry, version, isChanged: false });
  }

  /** Whether one more event may be too many, by its hour, its entry or its reporter; a refused one moves that, too. */
  isFull(event: ChatEvent | Refusal): boolean {
    if (this.moved.size + this.changed + this.adjustments.length >= ITEMS_IN_A_PART) return true;
    const hours = this.counter.delta;
    return !isRefusal(event) && hours.size >= HOURS_IN_A_PART && !hours.has(hourOf(event.time));
  }

  /** Uses up the event's number; false for a duplicate. */
  isNew(numbered: { readonly source: string; readonly sequence: number } | undefined): boolean {
    if (numbered === undefined) return true;
    const before = this.next.get(numbered.source);
    if (numbered.sequence < expected(before, numbered.sequence, this.#isAny)) return false;
    if (!this.moved.has(numbered.source)) this.moved.set(numbered.source, before);
    this.next.set(numbered.source, numbered.sequence + 1);
    return true;
  }

  count(event: ChatEvent): void {
    this.accepted++;
    if (event.type === "totals.adjusted") this.adjustments.push({ index: this.done, event });
    this.counter.count(event, changesDirectory(event) ? this.#apply(event) : undefined);
  }

  #apply(event: DirectoryEvent): ReturnType<typeof applyToEntry>["effect"] {
    const { kind, id } = entryOf(event);
    const key = entryKey(kind, id);
    const known = this.entries.get(key) ?? { entry: newEntry(kind, id), version: 0, isChanged: false };
    const { entry, effect } = applyToEntry(known.entry, event);
    const isChanged = known.isChanged || entry !== known.entry;
    if (isChanged && !known.isChanged) this.changed++;
    this.entries.set(key, { entry, version: known.version, isChanged });
    return effect;
  }

  refuse(index: number, raw: unknown, refusal: Refusal): void {
    this.refusedCount++;
    const id = isFields(raw) ? raw["id"] : undefined;
    this.refused.push({ index, id: isId(id) ? id : null, ...refusal });
  }
}
