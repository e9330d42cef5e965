import { documentIn } from "../core/document.ts";
import { NOTHING_CARRIED } from "../core/connections.ts";
import { type Delta, emptyHour, mergeDelta, type HourDelta } from "../core/delta.ts";
import { decodeDelta } from "../core/delta-encoding.ts";
import { Failure } from "../core/failure.ts";
import { type Head, isClosed, place, type StoredHour } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import type { Snapshot } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";

/** How much of a tail is taken at once. */
export interface TailLimits {
  readonly hours: number;
  readonly segments: number;
}

/** Hour items that one transaction takes beside the head; segments of one hour may be many and small. */
const IN_ONE_FOLD: TailLimits = { hours: 90, segments: 2_000 };
/** All of it. */
export const WHOLE_TAIL: TailLimits = { hours: Infinity, segments: Infinity };

/** Segments after the head's positions, merged. */
export interface Tail {
  readonly delta: Delta;
  readonly positions: readonly number[];
  readonly segments: number;
  /** Last hour of the segments that came under the head's import. */
  readonly importedThrough: Hour | null;
  readonly isEnd: boolean;
}

type TailParts = Pick<Parts, "log">;

/** Reads what is not folded yet, whole segments only; the rest follows on the next call. Strongly consistent. */
export const readTail = async (
  parts: TailParts,
  workspace: string,
  head: Head,
  limits = IN_ONE_FOLD,
): Promise<Tail> => {
  const delta: Delta = new Map();
  const positions = [...head.positions];
  let segments = 0;
  let importedThrough: Hour | null = null;
  let isEnd = true;
  for (const [lane, position] of head.positions.entries()) {
    let after = position;
    for (let more = true; more;) {
      const page = await parts.log.segmentsAfter(workspace, lane, after);
      more = !page.isEnd;
      for (const segment of page.segments) {
        const added = decodeDelta(segment.bytes);
        const hours = new Set([...delta.keys(), ...added.keys()]).size;
        if ((segments > 0 && hours > limits.hours) || segments >= limits.segments) {
          more = false;
          isEnd = false;
          break;
        }
        mergeDelta(delta, added);
        if (head.import !== null && segment.import === head.import.id)
          importedThrough = Math.max(importedThrough ?? -Infinity, ...added.keys());
        after = segment.position;
        segments++;
      }
    }
    positions[lane] = after;
  }
  return { delta, positions, segments, importedThrough, isEnd };
};

/** Whether events were counted for a published hour. */
const hadEvents = ({ bytes }: Snapshot): boolean => documentIn(bytes).ledger.coverage.heardMinutes > 0;

/** What is stored of hours that something is placed in; a closed one carries connections in, even without events. */
export const storedHours = async (
  parts: Pick<Parts, "snapshots">,
  workspace: string,
  head: Head,
  hours: Iterable<Hour>,
  deltas: ReadonlyMap<Hour, HourDelta>,
): Promise<ReadonlyMap<Hour, StoredHour>> => {
  const stored = new Map<Hour, StoredHour>();
  for (const hour of hours) {
    const delta = deltas.get(hour);
    const published = isClosed(head, hour) ? await parts.snapshots.read(workspace, hour) : undefined;
    if (delta === undefined && published === undefined) continue;
    stored.set(hour, {
      delta: delta ?? emptyHour(),
      carriedIn: published?.carriedIn ?? NOTHING_CARRIED,
      isGone: delta === undefined && published !== undefined && hadEvents(published),
    });
  }
  return stored;
};

/** Tries before a fold that always loses gives up: others are folding, so little is lost. */
const TRIES = 50;

/** What is folded and not stored yet: the head as it becomes, and the hour deltas that go with it. */
export interface Folded {
  readonly head: Head;
  readonly deltas: ReadonlyMap<Hour, HourDelta>;
  /** The deltas of the hours that were wanted, and of those that are folded: as they become. */
  readonly hours: ReadonlyMap<Hour, HourDelta>;
  /** Segments that were taken; with none the head is as it is stored. */
  readonly segments: number;
}

type FoldParts = Pick<Parts, "log" | "hours" | "snapshots">;

/**
 * Folds a workspace's log up to its tail: whole segments enter the hour deltas and the positions move, in one
 * conditional transaction each time; a loser reads again. The last of them is left to whoever writes the head next, so
 * that closing an hour takes no transaction more. That write also proves that what was read belongs together.
 * @param wanted hours whose deltas are read, too.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const foldInHand =
  (parts: FoldParts) =>
  async (workspace: string, wanted: (head: Head) => readonly Hour[] = () => []): Promise<Folded> => {
    for (let tries = 0; tries < TRIES;) {
      const head = await parts.hours.head(workspace);
      if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
      const tail = await readTail(parts, workspace, head);
      const hours = [...new Set([...wanted(head), ...tail.delta.keys()])];
      const deltas = hours.length === 0 ? new Map<Hour, HourDelta>() : await parts.hours.deltas(workspace, hours);
      if (tail.segments === 0) return { head, deltas: new Map(), hours: deltas, segments: 0 };
      const stored = await storedHours(parts, workspace, head, tail.delta.keys(), deltas);
      const placed = place(head, tail.delta, stored);
      const imported =
        head.import === null || tail.importedThrough === null
          ? head.import
          : { ...head.import, lastHour: Math.max(head.import.lastHour ?? -Infinity, tail.importedThrough) };
      const folded = { ...placed.head, positions: tail.positions, import: imported };
      if (tail.isEnd)
        return {
          head: folded,
          deltas: placed.deltas,
          hours: new Map([...deltas, ...placed.deltas]),
          segments: tail.segments,
        };
      if ((await parts.hours.advance(workspace, folded, placed.deltas)) === undefined) tries++;
    }
    throw new Failure("store.busy", "Others kept folding this workspace; try again.");
  };

/**
 * Folds as {@link foldInHand} does, and stores all of it.
 * @returns the head after.
 * @throws Failure `workspace.missing`, `store.busy`.
 */
export const foldLog =
  (parts: FoldParts) =>
  async (workspace: string): Promise<Head> => {
    for (let tries = 0; tries < TRIES; tries++) {
      const { head, deltas, segments } = await foldInHand(parts)(workspace);
      if (segments === 0) return head;
      const stored = await parts.hours.advance(workspace, head, deltas);
      if (stored !== undefined) return stored;
    }
    throw new Failure("store.busy", "Others kept folding this workspace; try again.");
  };
