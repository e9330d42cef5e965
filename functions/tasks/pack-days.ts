import type { Head } from "../core/head.ts";
import type { Hour } from "../core/hour.ts";
import { type Day, daysOver, hoursOf, packDay } from "../core/series.ts";
import { type Document, documentIn } from "../core/document.ts";
import type { Parts } from "./parts.ts";

type PackParts = Pick<Parts, "snapshots" | "series">;

/** Days that one run packs; an import leaves years of them. */
const DAYS_IN_A_RUN = 60;

/** The latest documents of a day, strongly read: what a lagging read left out would be left out for good. */
export const documentsOf = async (
  parts: Pick<Parts, "snapshots">,
  workspace: string,
  day: Day,
): Promise<ReadonlyMap<Hour, Document>> => {
  const { from, to } = hoursOf(day);
  const latest = new Map<Hour, Uint8Array>();
  for (let after: string | undefined, isEnd = false; !isEnd;) {
    const page = await parts.snapshots.revisions(workspace, from, to, after);
    // Revisions come in order, so the last one stays.
    for (const { hour, bytes } of page.snapshots) latest.set(hour, bytes);
    after = page.next;
    isEnd = after === undefined;
  }
  return new Map([...latest].map(([hour, bytes]) => [hour, documentIn(bytes)]));
};

const pack = async (parts: PackParts, workspace: string, day: Day, publication: number): Promise<void> => {
  const documents = await documentsOf(parts, workspace, day);
  await parts.series.keep(
    workspace,
    day,
    packDay(day, (hour) => documents.get(hour)),
    publication,
  );
};

/**
 * Packs the days that are over and not packed as they are now.
 * @returns the head without them; whoever stores it says that they are packed, so a crash before packs them again.
 */
export const packDays = async (parts: PackParts, workspace: string, head: Head): Promise<Head> => {
  const days = daysOver(head.unpacked, head.closedThrough).slice(0, DAYS_IN_A_RUN);
  if (days.length === 0) return head;
  for (const day of days) await pack(parts, workspace, day, head.publication.number);
  return { ...head, unpacked: head.unpacked.filter((day) => !days.includes(day)) };
};
