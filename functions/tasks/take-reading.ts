import type { Carried } from "../core/connections.ts";
import { Failure } from "../core/failure.ts";
import { carriedIntoUnseen, type Head, isClosed, place } from "../core/head.ts";
import { type Hour, hourOf } from "../core/hour.ts";
import { type Merged, readingOf, windowAt } from "../core/reading.ts";
import type { Document } from "../core/document.ts";
import { distinctIn } from "../core/figures.ts";
import type { Workspace } from "../core/workspace.ts";
import { withDayPeak } from "./day-peak.ts";
import { foldInHand, readTail, storedHours, WHOLE_TAIL } from "./fold-log.ts";
import type { Parts } from "./parts.ts";

type ReadingParts = Pick<Parts, "log" | "hours" | "snapshots">;

const hoursBetween = (from: Hour, through: Hour): Hour[] =>
  Array.from({ length: Math.max(through - from + 1, 0) }, (_, at) => from + at);

/**
 * The hours from one on, through the last that may have events.
 * Events may be stamped five minutes ahead, so the next hour counts as open, too. A clock that was set back makes no
 * hour less open than it was.
 */
export const openHours = (head: Head, from: Hour, now: number): Hour[] =>
  hoursBetween(Math.min(from, head.closedThrough + 1), Math.max(hourOf(now), head.closedThrough + 1) + 1);

/** Tries of a merge in which others kept folding. */
const TRIES = 20;

/**
 * Merges totals, stored deltas and the unfolded tail in memory. Writes nothing; its cost is bounded by the hours asked
 * for, however many messages there ever were.
 * @param hoursOf which hours' deltas are wanted beside those of the tail.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const mergeState = async (
  parts: ReadingParts,
  workspace: string,
  hoursOf: (head: Head) => readonly Hour[],
): Promise<Omit<Merged, "carriedIn">> => {
  let head = await parts.hours.head(workspace);
  for (let tries = 0; tries < TRIES; tries++) {
    if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
    const merged = await mergeOnce(parts, workspace, head, hoursOf(head));
    // What was folded while this read would be in the tail and in the deltas: count it once, by reading again.
    const after = await parts.hours.head(workspace);
    if (after?.version === head.version) return merged;
    head = after;
  }
  throw new Failure("store.busy", "Others kept folding this workspace; try again.");
};

const mergeOnce = async (
  parts: ReadingParts,
  workspace: string,
  head: Head,
  wanted: readonly Hour[],
): Promise<Omit<Merged, "carriedIn">> => {
  const tail = await readTail(parts, workspace, head, WHOLE_TAIL);
  const deltas = new Map(await parts.hours.deltas(workspace, [...new Set([...wanted, ...tail.delta.keys()])]));
  const placed = place(head, tail.delta, await storedHours(parts, workspace, head, tail.delta.keys(), deltas));
  for (const [hour, delta] of placed.deltas) deltas.set(hour, delta);
  return { head: placed.head, hours: deltas };
};

/** A reading; and who the users are whom it counts, sorted. */
export interface Reading {
  readonly document: Document;
  readonly seen: () => readonly string[];
}

type State = Omit<Merged, "carriedIn">;

/** Hours whose deltas a reading is made of. */
const hoursOfReading =
  (now: number) =>
  (head: Head): Hour[] =>
    openHours(head, hourOf(windowAt(now).start), now);

const readingIn = async (parts: ReadingParts, workspace: Workspace, state: State, now: number): Promise<Reading> => {
  const window = windowAt(now);
  const first = hourOf(window.start);
  const carriedIn: Carried | undefined = isClosed(state.head, first)
    ? ((await parts.snapshots.read(workspace.id, first))?.carriedIn ?? carriedIntoUnseen(state.head, first))
    : undefined;
  const merged = { ...state, head: await withDayPeak(parts, workspace, state.head), carriedIn };
  return { document: readingOf(workspace, merged, now), seen: () => distinctIn(window, merged.hours, "users") };
};

/** Takes a reading: the statistics as of now, with every acknowledged event in. */
export const takeReading =
  (parts: ReadingParts) =>
  async (workspace: Workspace, now: number): Promise<Reading> =>
    readingIn(parts, workspace, await mergeState(parts, workspace.id, hoursOfReading(now)), now);

type FoldingParts = ReadingParts & Pick<Parts, "storesFrom">;

/** Folds what was not folded yet, and stores it when it is much; on condition that nobody else did. */
const foldOnce = async (parts: FoldingParts, workspace: string, now: number): Promise<State | undefined> => {
  const { head, deltas, hours, segments } = await foldInHand(parts)(workspace, hoursOfReading(now));
  if (segments >= parts.storesFrom) {
    const stored = await parts.hours.advance(workspace, head, deltas);
    return stored && { head: stored, hours };
  }
  // With nothing to store, the head tells whether what was read belongs together.
  const after = await parts.hours.head(workspace);
  return after?.version === head.version ? { head, hours } : undefined;
};

/**
 * Takes a reading as {@link takeReading} does, and keeps the tail short for those who come after: a long one is folded,
 * in the transaction by which is known that nothing has moved meanwhile.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const foldAndRead =
  (parts: FoldingParts) =>
  async (workspace: Workspace, now: number): Promise<Reading> => {
    for (let tries = 0; tries < TRIES; tries++) {
      const state = await foldOnce(parts, workspace.id, now);
      if (state !== undefined) return readingIn(parts, workspace, state, now);
    }
    throw new Failure("store.busy", "Others kept folding this workspace; try again.");
  };
