import { type Hour, hourName } from "./hour.ts";
import { digestOf, type Document, documentIn } from "./document.ts";
import type { Link } from "./verification.ts";

/** Something of the archive that does not fit. */
export interface Unfit {
  /** Its key; null for what is not there. */
  readonly key: string | null;
  /** The hour that it is of; null where nobody can say. */
  readonly hour: Hour | null;
  readonly problem: string;
}

/** A document of the archive as it is kept in mind while all of them are looked at. */
export interface Examined extends Link {
  readonly key: string;
  /** Whether it lies where those lie that were replaced. */
  readonly isSuperseded: boolean;
  readonly writtenAt: number;
}

/** Where a document was found, and what it therefore has to be. */
export interface Place extends Pick<Examined, "key" | "hour" | "writtenAt"> {
  readonly workspace: string;
  readonly superseded: number | null;
}

const parsed = (bytes: Uint8Array): Document | undefined => {
  try {
    return documentIn(bytes);
  } catch {
    return undefined;
  }
};

/** Holds a document against the place where it lies. */
export const examine = (place: Place, bytes: Uint8Array | undefined): Examined | Unfit => {
  const { key, hour, superseded, writtenAt } = place;
  const unfit = (problem: string): Unfit => ({ key, hour, problem });
  if (bytes === undefined) return unfit("is gone");
  const document = parsed(bytes);
  if (document?.kind !== "snapshot") return unfit("is no statistics of an hour that can be read");
  if (document.workspace !== place.workspace) return unfit(`is of the workspace ${document.workspace}`);
  if (document.hour !== hourName(hour)) return unfit(`is of the hour ${document.hour ?? "?"}`);
  const { revision, publication } = document;
  if (superseded !== null && superseded !== revision) return unfit(`is revision ${revision}`);
  if (!Number.isSafeInteger(revision) || !Number.isSafeInteger(publication?.number))
    return unfit("does not say which publication it is");
  const { number = 0, previous = null } = publication ?? {};
  return {
    key,
    hour,
    revision,
    number,
    previous,
    sha256: digestOf(bytes),
    isSuperseded: superseded !== null,
    writtenAt,
  };
};

/** Whether something of the archive is a document that fits its place. */
export const isExamined = (found: Examined | Unfit): found is Examined => "sha256" in found;

/** A revision that was copied to be replaced, and still stands because the one after was never written. */
const withoutCopies = (found: readonly Examined[]): readonly Examined[] => {
  const standing = new Set(found.filter(({ isSuperseded }) => !isSuperseded).map(({ sha256 }) => sha256));
  return found.filter(({ isSuperseded, sha256 }) => !isSuperseded || !standing.has(sha256));
};

/** Publications that ought to be between two others, or before the first. */
const lacking = (first: number, last: number): readonly Unfit[] => {
  if (last < first) return [];
  const problem = first === last ? `publication ${first} is nowhere` : `publications ${first} to ${last} are nowhere`;
  return [{ key: null, hour: null, problem }];
};

/** What of a publication does not fit the one after it, which vouches for it by its hash. */
const misfit = (one: Examined, after: Examined | undefined): string | undefined => {
  if (one.number < 1) return `is publication ${one.number}`;
  if (one.number === 1 && one.previous !== null) return "is publication 1, and follows another";
  if (after === undefined) return undefined;
  if (one.number === after.number) return `is publication ${one.number}, as ${after.key} is`;
  if (one.number === after.number - 1 && one.sha256 !== after.previous)
    return `is not the publication ${one.number} that ${after.key} follows`;
  return undefined;
};

/** What of a chain does not fit, from its last publication backwards; nothing vouches for the last one itself. */
const flawsOfChain = (inOrder: readonly Examined[]): readonly Unfit[] => {
  const flaws: Unfit[] = [];
  let after: Examined | undefined;
  /** All from this number on is told. */
  let reached: number | undefined;
  for (const one of inOrder.toReversed()) {
    const problem = misfit(one, after);
    if (problem !== undefined) {
      flaws.push({ key: one.key, hour: one.hour, problem });
      // What does not fit vouches for nothing.
      if (one.number + 1 === reached) reached = one.number;
      continue;
    }
    if (reached !== undefined) flaws.push(...lacking(one.number + 1, reached - 1));
    after = one;
    reached = one.number;
  }
  flaws.push(...lacking(1, (reached ?? 1) - 1));
  return flaws.toReversed();
};

/** Hours of which only replaced revisions are left, or a later one than the one that stands. */
const flawsOfHours = (found: readonly Examined[]): readonly Unfit[] => {
  const standing = new Map(found.filter(({ isSuperseded }) => !isSuperseded).map((one) => [one.hour, one.revision]));
  return found.flatMap(({ key, hour, revision, isSuperseded }) => {
    const stands = standing.get(hour);
    if (!isSuperseded || (stands !== undefined && stands > revision)) return [];
    const problem = `was replaced, but ${stands === undefined ? "no document stands" : `revision ${stands} stands`} in its hour`;
    return [{ key, hour, problem }];
  });
};

/** All that is published of a workspace, as far as it fits, by hour and revision; and what does not. */
export interface Examination {
  readonly fit: readonly Examined[];
  readonly unfit: readonly Unfit[];
}

/** Holds what was found against itself. An hour of which something does not fit is left out whole. */
export const examination = (found: readonly (Examined | Unfit)[]): Examination => {
  const examined = withoutCopies(found.filter(isExamined));
  const unfit = [
    ...found.filter((one): one is Unfit => !isExamined(one)),
    ...flawsOfHours(examined),
    ...flawsOfChain(examined.toSorted((a, b) => a.number - b.number)),
  ];
  const isBad = new Set(unfit.map(({ hour }) => hour));
  const fit = examined
    .filter(({ hour }) => !isBad.has(hour))
    .toSorted((a, b) => a.hour - b.hour || a.revision - b.revision);
  return { fit, unfit };
};
