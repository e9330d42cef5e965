import type { DirectoryKind } from "../core/directory.ts";
import { Failure } from "../core/failure.ts";
import { type BodyKind, entryAs, type Renamed, renameIn, type Renaming, roomWithout } from "../core/forgetting.ts";
import type { HashId } from "../core/hashed-ids.ts";
import type { VersionedEntry } from "../ports/directory.ts";
import type { Forgettings } from "../ports/forgettings.ts";
import type { People } from "../ports/people.ts";
import type { Parts } from "./parts.ts";

/** What forgetting needs; nothing that serves or closes is given it. */
export type ForgetParts = Pick<
  Parts,
  "workspaces" | "hours" | "directory" | "audit" | "peopleKeys" | "clock" | "secret"
> & {
  readonly people: People;
  readonly forgettings: Forgettings;
};

/** Where somebody was named, and how often. */
export interface Found {
  /** 1 when the directory knew them. */
  readonly directory: number;
  /** Direct rooms that are named by them. */
  readonly rooms: number;
  readonly segments: number;
  readonly hours: number;
  readonly sets: number;
  /** Unions of days, weeks and months. */
  readonly unions: number;
  /** Lists of who was seen first when. */
  readonly firsts: number;
  readonly reports: number;
  readonly lists: number;
  /** Large bodies that nothing points to any more. */
  readonly strays: number;
}

/** What a run came to. */
export interface Forgotten {
  readonly found: Found;
  /** Large bodies that may be on their way into the store; a run in an hour sees what became of them. */
  readonly left: number;
}

/** What is asked for. */
export interface Forgetting {
  readonly workspace: string;
  readonly userId: string;
  /** Changes nothing, and only says where the user is named. */
  readonly isDry: boolean;
  /** Called with the places looked at so far. */
  readonly onProgress?: (looked: number) => void;
}

/** What a pseudonym begins with. */
export const PSEUDONYM = "forgotten-";

/** Characters of a hash in a pseudonym. */
export const PSEUDONYM_CHARACTERS = 20;

const ENTRIES_IN_A_PAGE = 500;

/** Passes over one kind while others keep changing what it rewrites. */
const PASSES = 50;

/** Counted as, by kind of body. */
const COUNTED: Readonly<Record<BodyKind, keyof Found>> = {
  segment: "segments",
  delta: "hours",
  sets: "sets",
  report: "reports",
  list: "lists",
  union: "unions",
  firsts: "firsts",
};

/** Kinds in which ids are hashed once they are old. */
const HASHED_KINDS: ReadonlySet<BodyKind> = new Set(["sets", "union", "firsts"]);

const NOTHING = {
  directory: 0,
  rooms: 0,
  segments: 0,
  hours: 0,
  sets: 0,
  unions: 0,
  firsts: 0,
  reports: 0,
  lists: 0,
  strays: 0,
};

/** One run: looks at everything, and rewrites it unless the run is dry. */
export class Run {
  readonly found: Record<keyof Found, number> = { ...NOTHING };
  left = 0;
  readonly #parts: ForgetParts;
  readonly #asked: Forgetting;
  readonly #renaming: Renaming;
  /** The same for who the user is where ids are hashed; undefined where none are. */
  readonly #hashed: Renaming | undefined;
  #looked = 0;

  constructor(parts: ForgetParts, asked: Forgetting, renaming: Renaming, hash: HashId | undefined) {
    this.#parts = parts;
    this.#hashed = hash && { ...renaming, id: hash(renaming.id) };
    this.#asked = asked;
    this.#renaming = renaming;
  }

  #renamed(kind: BodyKind, bytes: Uint8Array): Renamed {
    const plain = renameIn(kind, bytes, this.#renaming);
    if (this.#hashed === undefined || !HASHED_KINDS.has(kind)) return plain;
    const hashed = renameIn(kind, plain.bytes, this.#hashed);
    return { bytes: hashed.bytes, times: plain.times + hashed.times };
  }

  #look(): void {
    this.#asked.onProgress?.(++this.#looked);
  }

  /** All bodies of a kind, again while somebody else changes one of them meanwhile. */
  async bodies(kind: BodyKind, lanes: number): Promise<void> {
    const { people } = this.#parts;
    for (let pass = 0, lost = 1; lost > 0; pass++) {
      if (pass === PASSES) throw new Failure("store.busy", "Others keep changing what names this user; run it again.");
      lost = 0;
      for await (const body of people.bodies(this.#asked.workspace, kind, lanes)) {
        this.#look();
        const { bytes, times } = this.#renamed(kind, body.bytes);
        if (times === 0) continue;
        const isMine = this.#asked.isDry || (await this.#takeOut(kind, body, bytes));
        if (isMine) this.found[COUNTED[kind]] += times;
        else lost++;
      }
    }
  }

  async #takeOut(kind: BodyKind, ...[body, bytes]: Parameters<People["rewrite"]>): Promise<boolean> {
    if (kind !== "list") return this.#parts.people.rewrite(body, bytes);
    await this.#parts.people.drop(body);
    return true;
  }

  async strays(): Promise<void> {
    const { people, clock } = this.#parts;
    for await (const stray of people.strays(clock())) {
      this.#look();
      if (this.#renamed(stray.kind, stray.bytes).times === 0) continue;
      if (stray.isFresh) {
        this.left++;
        continue;
      }
      this.found.strays++;
      if (!this.#asked.isDry) await people.drop(stray);
    }
  }

  async user(): Promise<void> {
    const { workspace, userId } = this.#asked;
    const { directory, clock } = this.#parts;
    const [entry] = await directory.read(workspace, [{ kind: "user", id: userId }], clock());
    if (entry === undefined) return;
    this.found.directory++;
    await this.#move("user", entry, this.#renaming.pseudonym);
  }

  async rooms(): Promise<void> {
    const { workspace } = this.#asked;
    let after: string | undefined;
    do {
      const page = await this.#parts.directory.list(workspace, "room", {
        limit: ENTRIES_IN_A_PAGE,
        now: this.#parts.clock(),
        after,
      });
      for (const entry of page.entries) {
        this.#look();
        const id = roomWithout(this.#renaming, entry.entry.id);
        if (id === entry.entry.id) continue;
        this.found.rooms++;
        await this.#move("room", entry, id);
      }
      after = page.next;
    } while (after !== undefined);
  }

  /** What an entry counts for goes on being counted, under another id; levels stay as they are. */
  async #move(kind: DirectoryKind, first: VersionedEntry, id: string): Promise<void> {
    if (this.#asked.isDry) return;
    const { directory, people, clock, secret } = this.#parts;
    let before: VersionedEntry | undefined = first;
    for (let pass = 0; before !== undefined; pass++) {
      if (pass === PASSES) throw new Failure("store.busy", "Others keep changing this user's entry; run it again.");
      // An earlier run may have taken the id; the directory only wants one of its own.
      const after = entryAs(before.entry, pass === 0 ? id : `${PSEUDONYM}${secret(PSEUDONYM_CHARACTERS)}`);
      if (await people.moveEntry(this.#asked.workspace, before, after)) return;
      [before] = await directory.read(this.#asked.workspace, [{ kind, id: first.entry.id }], clock());
    }
  }
}
