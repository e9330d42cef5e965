import { applyToEntry, countedAs, type DirectoryEvent, type DirectoryKind, type Entry, newEntry } from "./directory.ts";
import type { ChatEvent } from "./event.ts";
import { isoOf, parseInstant } from "./instant.ts";

/** Enough for milliseconds as long as anybody will ask. */
const ORDER_DIGITS = 15;

/** What the events of a sync name as their source; no reporter, so nobody is heard by them. */
export const SYNC_SOURCE = "directory-sync";

/** One user or room of a full list, in the words of `user.changed` and `room.changed`. */
export type Listed = (ChatEvent & { readonly type: "user.changed" | "room.changed" })["data"];

/** A full list: what it is a list of, its id, as of when it holds and when it was begun (milliseconds since 1970 UTC). */
export interface ListOf {
  readonly kind: DirectoryKind;
  readonly id: string;
  readonly at: number;
  readonly openedAt: number;
}

/** What a list comes to, in entries. */
export interface SyncCounts {
  /** Lines. */
  readonly received: number;
  /** Lines that name an id again; the last one of an id counts. */
  readonly duplicates: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Listed entries that needed nothing: as they were, or changed by something later than the list. */
  readonly unchanged: number;
}

/** An event as a sender would write it. */
export type RawChange = Omit<DirectoryEvent, "time" | "sequence" | "data"> & {
  readonly time: string;
  readonly data: object;
};

/**
 * Finds what a full list changes in the directory, and says it in events: one for each entry that the list would count
 * in another way, all of the instant at which the list holds. Later changes win over them as over any older event.
 */
export class SyncPlanner {
  readonly #list: ListOf;
  readonly #left = new Map<string, Listed>();
  readonly #changes: RawChange[] = [];
  readonly #counts = { received: 0, duplicates: 0, added: 0, changed: 0, removed: 0, unchanged: 0 };
  #lastLogin: { readonly time: number; readonly listed: Listed } | undefined;

  constructor(list: ListOf) {
    this.#list = list;
  }

  /** Takes lines of the list, all of them before the directory. */
  list(lines: readonly Listed[]): void {
    this.#counts.received += lines.length;
    for (const line of lines) {
      if (this.#left.has(line.id)) this.#counts.duplicates++;
      this.#left.set(line.id, line);
    }
  }

  /** How many ids are listed that the directory did not name yet. */
  get left(): number {
    return this.#left.size;
  }

  /** Takes entries of the directory; in the end all of them, each once. */
  compare(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const listed = this.#left.get(entry.id);
      this.#left.delete(entry.id);
      this.#note(entry, listed);
    }
  }

  /**
   * Ends the comparison: what is listed and not in the directory is new.
   * @param lastLogin the latest login known, milliseconds since 1970 UTC; a later one is told even if its user is unchanged.
   */
  finish(lastLogin: number): { readonly changes: readonly RawChange[]; readonly counts: SyncCounts } {
    for (const [id, listed] of this.#left) this.#note(newEntry(this.#list.kind, id), listed);
    this.#left.clear();
    const latest = this.#lastLogin;
    if (latest !== undefined && latest.time > lastLogin && !this.#changes.some(({ data }) => data === latest.listed))
      this.#changes.push(this.#rawOf(this.#eventOf(latest.listed.id, latest.listed)));
    return { changes: this.#changes, counts: this.#counts };
  }

  #note(entry: Entry, listed: Listed | undefined): void {
    const before = countedAs(entry);
    if (before === undefined && listed === undefined) return;
    const event = this.#eventOf(entry.id, listed);
    const after = countedAs(applyToEntry(entry, event).entry);
    if (listed !== undefined) this.#keepLogin(listed);
    if (before === after) {
      if (listed !== undefined) this.#counts.unchanged++;
      return;
    }
    this.#counts[before === undefined ? "added" : after === undefined ? "removed" : "changed"]++;
    this.#changes.push(this.#rawOf(event));
  }

  #keepLogin(listed: Listed): void {
    const login = "lastLogin" in listed ? parseInstant(listed.lastLogin ?? "") : undefined;
    if (login !== undefined && login > (this.#lastLogin?.time ?? -Infinity)) this.#lastLogin = { time: login, listed };
  }

  #eventOf(id: string, listed: Listed | undefined): DirectoryEvent {
    const { kind, id: list, at, openedAt } = this.#list;
    return {
      // An entry has one event of a list at most. Of two lists of one instant the one that was begun later wins.
      id: `${String(openedAt).padStart(ORDER_DIGITS, "0")} ${list}`,
      source: SYNC_SOURCE,
      type: `${kind}.${listed === undefined ? "removed" : "changed"}`,
      time: at,
      sequence: undefined,
      data: listed ?? { id },
    } as DirectoryEvent;
  }

  #rawOf({ id, source, type, time, data }: DirectoryEvent): RawChange {
    return { id, source, type, time: isoOf(time), data };
  }
}
