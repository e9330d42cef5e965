import { Failure } from "../core/failure.ts";
import type { Head } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import { countHours, type HourPage, type HourRange, hoursAt, publishedRanges } from "../core/published.ts";
import { type Document, documentIn } from "../core/document.ts";
import type { Parts } from "./parts.ts";

type ListParts = Pick<Parts, "hours" | "snapshots">;

/** A page of published documents, latest revisions, and how many there are in all. */
export interface Listed {
  readonly documents: readonly Document[];
  readonly total: number;
}

/** Hours that are read at a time where many are looked through. */
const HOURS_AT_A_TIME = 500;
/** Hours that a history may have to be sorted by something that is no time: a leap year and some. */
export const SORTABLE_HOURS = 9_000;

/** Ranges of missing hours that are looked through at once: a server that reports now and then leaves thousands. */
const RANGES_AT_ONCE = 16;

/** Hours of a range of missing ones that were published later, because something came for them. */
const lateWithin = async (parts: ListParts, workspace: string, [from, to]: HourRange): Promise<readonly Hour[]> => {
  const late: Hour[] = [];
  for (let next: Hour | undefined = from; next !== undefined;) {
    const page: Awaited<ReturnType<ListParts["snapshots"]["range"]>> = await parts.snapshots.range(
      workspace,
      next,
      to,
      HOURS_AT_A_TIME,
    );
    late.push(...page.snapshots.map(({ hour }) => hour));
    next = page.next;
  }
  return late;
};

const lateIn = async (parts: ListParts, workspace: string, { missing }: Head): Promise<readonly Hour[]> => {
  const late: Hour[] = [];
  for (let at = 0; at < missing.length; at += RANGES_AT_ONCE) {
    const some = missing.slice(at, at + RANGES_AT_ONCE);
    const found = await Promise.all(some.map(([from, to]) => lateWithin(parts, workspace, [from, to])));
    late.push(...found.flat());
  }
  return late;
};

const rangesOf = async (parts: ListParts, workspace: string): Promise<readonly HourRange[]> => {
  const head = await parts.hours.head(workspace);
  if (head === undefined) throw new Failure("workspace.missing", `There is no workspace ${workspace}.`);
  return publishedRanges(head, await lateIn(parts, workspace, head));
};

/** The documents of published hours that lie next to each other in the history, in the order asked for. */
const documentsOf = async (
  parts: ListParts,
  workspace: string,
  hours: readonly Hour[],
): Promise<readonly Document[]> => {
  if (hours.length === 0) return [];
  const { snapshots } = await parts.snapshots.range(
    workspace,
    Math.min(...hours),
    Math.max(...hours) + 1,
    hours.length,
  );
  const found = new Map(snapshots.map(({ hour, bytes }) => [hour, bytes]));
  const documents: Document[] = [];
  for (const hour of hours) {
    // A range may lag behind the head by a moment; one hour is read as it is.
    const bytes = found.get(hour) ?? (await parts.snapshots.read(workspace, hour))?.bytes;
    if (bytes !== undefined) documents.push(documentIn(bytes));
  }
  return documents;
};

/**
 * A page of what was published, by time. However far into the history it lies, no more is read than it holds, and what
 * came late for missing hours.
 * @throws Failure `workspace.missing`.
 */
export const listPublished =
  (parts: ListParts) =>
  async (workspace: string, page: HourPage): Promise<Listed> => {
    const ranges = await rangesOf(parts, workspace);
    return {
      documents: await documentsOf(parts, workspace, hoursAt(ranges, page)),
      total: countHours(ranges),
    };
  };

/** How documents are sorted: by keys, and in their own order where those are alike. */
export interface Sorting<Key> {
  readonly keyOf: (document: Document) => Key;
  readonly compare: (a: Key, b: Key) => number;
}

/**
 * A page of what was published, sorted by anything. It looks through the whole history, so that has a limit.
 * @throws Failure `workspace.missing`; `range.invalid` for a history over {@link SORTABLE_HOURS}.
 */
export const listSorted =
  (parts: ListParts) =>
  async <Key>(
    workspace: string,
    { offset, count }: Omit<HourPage, "isDescending">,
    { keyOf, compare }: Sorting<Key>,
  ): Promise<Listed> => {
    const ranges = await rangesOf(parts, workspace);
    const total = countHours(ranges);
    if (total > SORTABLE_HOURS)
      throw new Failure(
        "range.invalid",
        `The history has ${total} hours, and at most ${SORTABLE_HOURS} are sorted by anything but their time.`,
      );
    const keys: (readonly [hour: Hour, key: Key])[] = [];
    for (let at = 0; at < total; at += HOURS_AT_A_TIME) {
      const hours = hoursAt(ranges, { offset: at, count: HOURS_AT_A_TIME, isDescending: false });
      const documents = await documentsOf(parts, workspace, hours);
      for (const [index, document] of documents.entries()) keys.push([hours[index] ?? 0, keyOf(document)]);
    }
    const hours = keys
      .toSorted(([, a], [, b]) => compare(a, b))
      .slice(offset, offset + count)
      .map(([hour]) => hour);
    const pages = await Promise.all(hours.map(async (hour) => documentsOf(parts, workspace, [hour])));
    return { documents: pages.flat(), total };
  };
