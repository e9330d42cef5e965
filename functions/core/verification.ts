import { type Head } from "./head.ts";
import { type Hour, hourName } from "./hour.ts";
import { digestOf, type Document, documentIn } from "./document.ts";

/** A publication as the table keeps it. */
export interface Kept {
  readonly hour: Hour;
  readonly revision: number;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly number: number;
  readonly previous: string | null;
}

/** Something that does not fit. */
export interface Flaw {
  /** The publication's number in the chain; null for what belongs to none. */
  readonly number: number | null;
  /** Name of the hour; null for what belongs to none. */
  readonly hour: string | null;
  readonly revision: number | null;
  /** `table`: an item was changed. `archive`: an archived object was. `chain`: one is missing, added or out of order. */
  readonly where: "table" | "archive" | "chain";
  readonly problem: string;
}

const flawOf = ({ number, hour, revision }: Kept, where: Flaw["where"], problem: string): Flaw => ({
  number,
  hour: hourName(hour),
  revision,
  where,
  problem,
});

const parsed = (bytes: Uint8Array): Document | undefined => {
  try {
    return documentIn(bytes);
  } catch {
    return undefined;
  }
};

/** Whether a publication's item agrees with its own bytes. */
export const flawsOfItem = (workspace: string, kept: Kept): readonly Flaw[] => {
  if (digestOf(kept.bytes) !== kept.sha256) return [flawOf(kept, "table", "the document does not have its own hash")];
  const document = parsed(kept.bytes);
  if (document === undefined) return [flawOf(kept, "table", "the document can't be read")];
  const told: readonly (readonly [what: string, item: unknown, document: unknown])[] = [
    ["workspace", workspace, document.workspace],
    ["hour", hourName(kept.hour), document.hour],
    ["revision", kept.revision, document.revision],
    ["number", kept.number, document.publication?.number],
    ["predecessor", kept.previous, document.publication?.previous],
  ];
  const wrong = told.filter(([, item, inside]) => item !== inside).map(([what]) => what);
  return wrong.length === 0
    ? []
    : [flawOf(kept, "table", `the item and its document disagree about the ${wrong.join(", the ")}`)];
};

/** Whether archived bytes are the committed ones, to the byte. */
export const flawsOfArchive = (kept: Kept, archived: Uint8Array | undefined): readonly Flaw[] => {
  if (archived === undefined) return [flawOf(kept, "archive", "it is not in the archive")];
  return Buffer.compare(archived, kept.bytes) === 0
    ? []
    : [flawOf(kept, "archive", "the archived bytes are not the committed ones")];
};

/** What the chain needs to know of a publication. */
export type Link = Pick<Kept, "hour" | "revision" | "sha256" | "number" | "previous">;

/**
 * Whether publications follow one another: each number once, each naming the one before by its hash, the last one as
 * the head has it.
 * @param links in any order.
 * @param isWhole all of them are here; otherwise only neighbours are held against each other.
 */
export const flawsOfChain = (links: readonly Link[], last: Head["publication"], isWhole: boolean): readonly Flaw[] => {
  const flaws: Flaw[] = [];
  const inOrder = links.toSorted((a, b) => a.number - b.number);
  const chainFlaw = (link: Link, problem: string): void => {
    flaws.push(flawOf({ ...link, bytes: NO_BYTES }, "chain", problem));
  };
  let before: Link | undefined;
  for (const link of inOrder) {
    const expected = before === undefined ? 1 : before.number + 1;
    if (before !== undefined && link.number === before.number)
      chainFlaw(link, `${hourName(before.hour)} revision ${before.revision} has the same number`);
    else if (link.number === expected) {
      const previous = before?.sha256 ?? null;
      if (link.previous !== previous && (before !== undefined || isWhole))
        chainFlaw(link, `it does not follow publication ${link.number - 1}`);
    } else if (isWhole)
      flaws.push({ number: expected, hour: null, revision: null, where: "chain", problem: gap(expected, link.number) });
    before = link;
  }
  if (isWhole && (before?.number ?? 0) !== last.number)
    flaws.push({
      number: (before?.number ?? 0) + 1,
      hour: null,
      revision: null,
      where: "chain",
      problem: `the head tells of ${last.number} publications, the last one here is ${before?.number ?? 0}`,
    });
  else if (isWhole && before !== undefined && before.sha256 !== last.sha256)
    chainFlaw(before, "the head names another last publication");
  return flaws;
};

const NO_BYTES = new Uint8Array();

const gap = (from: number, to: number): string =>
  to - from === 1 ? `publication ${from} is missing` : `publications ${from} to ${to - 1} are missing`;

/** Flaws in the order of their publications; what belongs to none comes last. */
export const inOrderOfNumber = (flaws: readonly Flaw[]): readonly Flaw[] =>
  flaws.toSorted((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity));
