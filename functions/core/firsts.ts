import type { Sets } from "./publication.ts";
import type { HashId } from "./hashed-ids.ts";
import type { Hour } from "./hour.ts";

/** The hour in which each user was seen for the first time; sorted by id. */
export interface Firsts {
  readonly users: readonly (readonly [id: string, hour: Hour])[];
}

/** The earlier of what was known and what an hour's sets tell, for everybody in them. Order does not matter. */
export class FirstsTally {
  readonly #hours: Map<string, Hour>;
  readonly #nameOf: HashId;
  #isChanged = false;

  /** @param nameOf what ids are known by: themselves, or their hashes. */
  constructor(known: Firsts | undefined, nameOf: HashId = (id) => id) {
    this.#nameOf = nameOf;
    this.#hours = new Map();
    for (const [id, hour] of known?.users ?? []) this.#learn(nameOf(id), hour);
    this.#isChanged = false;
  }

  #learn(name: string, hour: Hour): void {
    if ((this.#hours.get(name) ?? Infinity) <= hour) return;
    this.#hours.set(name, hour);
    this.#isChanged = true;
  }

  add(hour: Hour, { users }: Sets): void {
    for (const [id] of users) this.#learn(this.#nameOf(id), hour);
  }

  /** Whether anything was learned. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Who was seen before an hour. */
  isSeenBefore(id: string, hour: Hour): boolean {
    return (this.#hours.get(this.#nameOf(id)) ?? Infinity) < hour;
  }

  total(): Firsts {
    return { users: [...this.#hours].toSorted(([a], [b]) => (a < b ? -1 : 1)) };
  }
}

/** The users of some time, beside those of the time before; `active` = `new` + `returning` + `retained`. */
export interface UserTurnover {
  /** Different users seen. */
  readonly active: number;
  /** Never seen before; null when it is not known who was. */
  readonly new: number | null;
  /** Seen before, but not in the time before; null when it is not known who is new. */
  readonly returning: number | null;
  /** Seen in the time before, too. */
  readonly retained: number;
  /** Seen in the time before, and not in this one. */
  readonly lost: number;
}

/**
 * Tells apart who was seen in some time.
 * @param firsts undefined when it is not known who was seen first when.
 * @param from where the time begins.
 */
export const turnoverOf = (
  now: ReadonlySet<string>,
  before: ReadonlySet<string>,
  firsts: FirstsTally | undefined,
  from: Hour,
): UserTurnover => {
  let retained = 0;
  let fresh = 0;
  for (const id of now) {
    if (before.has(id)) retained++;
    else if (firsts?.isSeenBefore(id, from) === false) fresh++;
  }
  return {
    active: now.size,
    new: firsts === undefined ? null : fresh,
    returning: firsts === undefined ? null : now.size - retained - fresh,
    retained,
    lost: before.size - retained,
  };
};
