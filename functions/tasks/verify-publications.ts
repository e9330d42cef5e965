import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import {
  type Flaw,
  flawsOfArchive,
  flawsOfChain,
  flawsOfItem,
  inOrderOfNumber,
  type Link,
} from "../core/verification.ts";
import type { Revision } from "../ports/snapshots.ts";
import type { Parts } from "./parts.ts";

/** What a walk over publications found. */
export interface Verified {
  /** Publications held against table, archive and chain. */
  readonly checked: number;
  /** Committed, and on their way to the archive: the next hourly run writes them. */
  readonly unarchived: number;
  /** In the order of publication; the first is what does not fit first. */
  readonly flaws: readonly Flaw[];
  /** The whole chain was walked, and not a range of it. */
  readonly isWhole: boolean;
}

/** What is walked: hours `[from, to)`, all of them by default. */
export interface Walk {
  readonly from?: Hour | undefined;
  readonly to?: Hour | undefined;
  /** Called now and then with publications checked, and about how many there are. */
  readonly onProgress?: (checked: number, of: number) => void;
}

type VerifyParts = Pick<Parts, "hours" | "snapshots" | "archive">;

const isUnarchived = ({ unarchived }: Head, { hour, revision }: Revision): boolean =>
  unarchived.some((one) => one.hour === hour && one.revision === revision);

/**
 * Walks what was published: every item against its own bytes, the archive against the table, each publication against
 * the one before. Memory grows by a hundred bytes a publication, and not by its document.
 * @throws Failure `workspace.missing`.
 */
export const verifyPublications =
  (parts: VerifyParts) =>
  async (workspace: string, walk: Walk = {}): Promise<Verified> => {
    let head = await headOf(parts, workspace);
    for (let walks = 1; ; walks++) {
      const verified = await walkOnce(parts, workspace, head, walk);
      const after = await headOf(parts, workspace);
      // What was published meanwhile does not fit the head that was read before: then nothing is said yet.
      const isStill = after.publication.number === head.publication.number;
      if (verified.flaws.length === 0 || isStill || walks === WALKS) return verified;
      head = after;
    }
  };

/** Walks of a history in which others keep publishing, which they do for a moment of each hour. */
const WALKS = 5;

const headOf = async (parts: VerifyParts, workspace: string): Promise<Head> => {
  const head = await parts.hours.head(workspace);
  if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
  return head;
};

const walkOnce = async (
  parts: VerifyParts,
  workspace: string,
  head: Head,
  { from, to, onProgress }: Walk,
): Promise<Verified> => {
  const first = from ?? head.firstHour;
  const end = to ?? head.closedThrough + 1;
  const isWhole = first <= head.firstHour && end > head.closedThrough;
  const links: Link[] = [];
  const flaws: Flaw[] = [];
  let unarchived = 0;

  /** `next` is the publication after it in the order of hours: of one hour, the last revision is the standing one. */
  const check = async (snapshot: Revision, next: Revision | undefined): Promise<void> => {
    const { hour, revision, sha256, number, previous } = snapshot;
    links.push({ hour, revision, sha256, number, previous });
    flaws.push(...flawsOfItem(workspace, snapshot));
    if (isUnarchived(head, snapshot)) {
      unarchived++;
      return;
    }
    // While the one that replaces it is on its way, the old one still stands.
    const isStanding = next?.hour !== hour || isUnarchived(head, next);
    const archived = isStanding
      ? await parts.archive.read(workspace, hour)
      : await parts.archive.readSuperseded(workspace, hour, revision);
    flaws.push(...flawsOfArchive(snapshot, archived));
  };

  let held: Revision | undefined;
  for (let after: string | undefined, isEnd = false; !isEnd;) {
    const page = await parts.snapshots.revisions(workspace, first, end, after);
    for (const snapshot of page.snapshots) {
      if (held !== undefined) await check(held, snapshot);
      held = snapshot;
      onProgress?.(links.length, head.publication.number);
    }
    after = page.next;
    isEnd = after === undefined;
  }
  if (held !== undefined) await check(held, undefined);
  flaws.push(...flawsOfChain(links, head.publication, isWhole));
  return { checked: links.length, unarchived, flaws: inOrderOfNumber(flaws), isWhole };
};
