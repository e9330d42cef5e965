import { isDeepStrictEqual } from "node:util";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { unpressed } from "../../../functions/adapters/dynamodb/bodies.ts";
import { ARCHIVE, KEYS } from "../../../functions/contract.ts";
import type { Delta } from "../../../functions/core/delta.ts";
import { decodeDelta } from "../../../functions/core/delta-encoding.ts";
import type { Head } from "../../../functions/core/head.ts";
import { type Hour, hourName, hourNamed } from "../../../functions/core/hour.ts";
import type { Stored } from "../memory/expressions.ts";
import type { Change } from "../memory/engine.ts";
import type { World } from "./scheduler.ts";

const WORKSPACE = "demo";
const HEAD = KEYS.head(WORKSPACE);

const bodyOf = (item: Stored): Uint8Array => unmarshall(item)["body"] as Uint8Array;
const numberOf = (item: Stored | undefined, name: string): number => Number(item?.[name]?.N ?? 0);

const heads = new WeakMap<Stored, Head>();
const deltas = new WeakMap<Stored, Delta>();

/** Items never change, so each is decoded once. */
const once =
  <T>(known: WeakMap<Stored, T>, decode: (item: Stored) => T) =>
  (item: Stored): T => {
    const found = known.get(item) ?? decode(item);
    known.set(item, found);
    return found;
  };

const headIn = once(heads, (item): Head => ({
  ...(JSON.parse(unpressed(bodyOf(item)).toString()) as Head),
  version: numberOf(item, "version"),
}));
const deltaIn = once(deltas, (item) => decodeDelta(bodyOf(item)));

const must = (holds: boolean, promise: string): void => {
  if (!holds) throw new Error(promise);
};

const add = (sums: Record<string, number>, amounts: Readonly<Record<string, number | undefined>>): void => {
  for (const [name, amount = 0] of Object.entries(amounts)) {
    const sum = (sums[name] ?? 0) + amount;
    if (sum === 0) delete sums[name];
    else sums[name] = sum;
  }
};

/** A part of a batch that was counted. */
export interface Commit {
  readonly batch: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Watches a world in which the workspace `demo` lives, and throws as soon as something happens that never may, whoever
 * does it: what was folded is unfolded, or folded twice, or published and then replaced.
 */
export class Promises {
  readonly #world: World;
  /** What was counted, in the order of the log. */
  readonly commits: Commit[] = [];
  /** For each hour the position of the log up to which it had been folded when it closed. */
  readonly closedAt = new Map<Hour, number>();
  #broken: Error | undefined;

  constructor(world: World) {
    this.#world = world;
    world.engine.watch = (change) => this.#noted(() => this.#changed(change));
    world.archive.watch = (key, _, after) => this.#noted(() => this.#archived(key, after));
  }

  /** Throws what is broken, and looks whether every segment is counted exactly once. */
  check(): void {
    if (this.#broken !== undefined) throw this.#broken;
    const item = this.#world.engine.get(HEAD.pk, HEAD.sk);
    if (item === undefined) throw new Error("the head is gone");
    const head = headIn(item);
    const sent: Record<string, number> = {};
    const counted: Record<string, number> = {};
    for (const [lane, position] of head.positions.entries())
      for (const segment of this.#world.engine.partition(KEYS.segment(WORKSPACE, lane, 0).pk))
        for (const { levels } of deltaIn(segment).values()) {
          add(sent, levels);
          if (Number(segment["sk"]?.S) > position) add(counted, levels);
        }
    add(counted, head.totals.levels);
    add(counted, head.bookedLate.levels);
    for (const delta of this.#world.engine.partition(KEYS.delta(WORKSPACE, "").pk))
      for (const [hour, { levels }] of deltaIn(delta)) if (hour > head.closedThrough) add(counted, levels);
    must(
      isDeepStrictEqual(counted, sent),
      `levels of everything that was sent are ${JSON.stringify(sent)}, and counted are ${JSON.stringify(counted)}`,
    );
    this.#chained(head);
  }

  /** A watcher is called in the middle of a call, and may not disturb who makes it. */
  #noted(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.#broken ??= error as Error;
    }
  }

  #changed({ pk, sk, before, after }: Change): void {
    const [kind = ""] = pk.split("#");
    if (after === undefined) throw new Error(`${pk} ${sk} was removed`);
    if (kind === "SNAP") must(before === undefined, `the published ${sk} was replaced`);
    if (kind === "LOG") {
      must(before === undefined, `segment ${sk} was replaced`);
      const position = Number(sk);
      const last = KEYS.segment(WORKSPACE, 0, position - 1).sk;
      must(position === 1 || this.#world.engine.get(pk, last) !== undefined, `segment ${sk} follows none`);
    }
    if (kind === "BATCH") {
      const [from, to] = [numberOf(before, "done"), numberOf(after, "done")];
      must(to > from, `batch ${pk} went back from ${from} to ${to}`);
      this.commits.push({ batch: pk.split("#")[2] ?? "", from, to });
    }
    if (sk === "LATEST")
      must(numberOf(after, "windowEnd") >= numberOf(before, "windowEnd"), "the latest document went back");
    if (pk === HEAD.pk && sk === HEAD.sk) this.#moved(before, after);
  }

  #moved(before: Stored | undefined, after: Stored): void {
    const head = headIn(after);
    const last = before === undefined ? undefined : headIn(before);
    if (last !== undefined) {
      must(head.version === last.version + 1, `version ${last.version} of the head was followed by ${head.version}`);
      for (const [lane, position] of last.positions.entries())
        must((head.positions[lane] ?? -1) >= position, `lane ${lane} went back from position ${position}`);
      must(head.closedThrough >= last.closedThrough, "a closed hour was opened again");
      must(head.publication.number >= last.publication.number, "the chain of publications went back");
    }
    for (let hour = (last?.closedThrough ?? head.closedThrough) + 1; hour <= head.closedThrough; hour++)
      this.closedAt.set(hour, head.positions[0] ?? 0);
  }

  #archived(key: string, bytes: Uint8Array): void {
    if (!key.endsWith("statistics.json")) return;
    const isCommitted = this.#snapshots().some((one) => Buffer.compare(unpressed(bodyOf(one)), bytes) === 0);
    must(isCommitted, `${key} was archived before it was committed`);
  }

  #snapshots(): readonly Stored[] {
    return this.#world.engine.partition(KEYS.snapshot(WORKSPACE, "", 0).pk);
  }

  /** Every publication follows the one before; what is not archived yet is on the head's list. */
  #chained(head: Head): void {
    const byNumber = new Map(this.#snapshots().map((item) => [numberOf(item, "number"), item]));
    let previous: string | undefined;
    for (let number = 1; number <= head.publication.number; number++) {
      const item = byNumber.get(number);
      must(item !== undefined, `publication ${number} is missing`);
      must(item?.["previous"]?.S === previous, `publication ${number} does not follow the one before`);
      previous = item?.["sha256"]?.S;
      const [name = "", revision] = (item?.["sk"]?.S ?? "").split("#");
      const isListed = head.unarchived.some((one) => hourName(one.hour) === name && one.revision === Number(revision));
      must(isListed || this.#isArchived(name, Number(revision)), `${name} revision ${revision ?? ""} is not archived`);
    }
    must(byNumber.size === head.publication.number, "there are publications that the head does not know of");
    must((head.publication.sha256 ?? undefined) === previous, "the head names another last publication");
  }

  #isArchived(name: string, revision: number): boolean {
    const { archive } = this.#world;
    const standing = archive.read(ARCHIVE.statistics(WORKSPACE, name));
    if (standing === undefined || hourNamed(name) === undefined) return false;
    const { revision: last } = JSON.parse(Buffer.from(standing).toString()) as { revision: number };
    return (
      last === revision || (last > revision && archive.keys().includes(ARCHIVE.superseded(WORKSPACE, name, revision)))
    );
  }
}
