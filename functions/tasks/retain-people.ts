import type { Head } from "../core/head.ts";
import { type Hour, hourName } from "../core/hour.ts";
import { goesBefore, wholePeriodsBefore } from "../core/retention.ts";
import type { Workspace } from "../core/workspace.ts";
import { hashOf } from "./hash-ids.ts";
import type { Parts } from "./parts.ts";

type RetainParts = Pick<Parts, "hours" | "unions" | "peopleKeys">;

/** Hours whose sets one run lets go. */
const HOURS_IN_A_RUN = 60 * 24;

/**
 * Up to where all went already, or nobody was ever kept. Of a workspace that was restored nobody before that is known,
 * but for who came late for the hours that were lost: the first sweep after it begins with those.
 */
const sweptBefore = ({ restoredThrough, missing }: Head, swept: Hour): Hour => {
  const lost = missing.findLast(([, , why]) => why === "restored");
  return restoredThrough !== undefined && lost?.[1] === swept ? restoredThrough + 1 : swept;
};

/** Days packed before there were unions get theirs first, from who was seen: how many there were has to stay. */
const areUnionsKept = async (parts: RetainParts, { id }: Workspace, { people, hashed }: Head): Promise<boolean> =>
  people !== undefined || hashed !== undefined || (await parts.unions.firsts(id)) !== undefined;

/** Writes down first that nobody knows any more, so that no union is made of half of what there was. */
const declared = async (
  parts: RetainParts,
  workspace: Workspace,
  head: Head,
  now: number,
): Promise<Head | undefined> => {
  const from = workspace.retention.people === "counts" ? goesBefore(workspace, head, now) : undefined;
  if (from === undefined) return head;
  if (!(await areUnionsKept(parts, workspace, head))) return head;
  const swept = sweptBefore(head, head.people?.swept ?? wholePeriodsBefore(head.firstHour));
  const after: Head = { ...head, people: { from, swept } };
  const act = {
    workspace: workspace.id,
    id: `people-${hourName(from)}`,
    at: now,
    by: "the setting retention",
    action: "people.dropped",
    details: { before: hourName(from), afterDays: workspace.retention.afterDays },
  };
  return parts.hours.advance(workspace.id, after, new Map(), [act]);
};

/** Writes down that ids are to be hashed; a run later they are, when whoever has read the head before is done. */
const hashDeclared = async (
  parts: RetainParts,
  workspace: Workspace,
  head: Head,
  { from, now }: { readonly from: Hour; readonly now: number },
): Promise<Head | undefined> => {
  if (!(await areUnionsKept(parts, workspace, head))) return head;
  const begun = Math.max(wholePeriodsBefore(head.firstHour), head.people?.from ?? -Infinity);
  const swept = head.hashed?.swept ?? sweptBefore(head, begun);
  const act = {
    workspace: workspace.id,
    id: `hashed-${hourName(from)}`,
    at: now,
    by: "the setting retention",
    action: "people.hashed",
    details: { before: hourName(from), afterDays: workspace.retention.afterDays },
  };
  return parts.hours.advance(workspace.id, { ...head, hashed: { from, swept } }, new Map(), [act]);
};

/**
 * Puts hashes in the place of the ids of who was seen long ago. Whoever reads asks the head, and hashes what is not
 * hashed yet, so every number stays. Done again, or after a crash, it goes on where it was.
 * @returns the head after; undefined when somebody else has moved it.
 */
export const hashPeople = async (
  parts: RetainParts,
  workspace: Workspace,
  head: Head,
  now: number,
): Promise<Head | undefined> => {
  if (head.hashed === undefined || head.hashed.swept >= head.hashed.from) {
    const from = workspace.retention.people === "hash" ? goesBefore(workspace, head, now) : undefined;
    return from === undefined ? head : hashDeclared(parts, workspace, head, { from, now });
  }
  const { from, swept } = head.hashed;
  const to = Math.min(swept + HOURS_IN_A_RUN, from);
  const isDone = await parts.unions.hashPeople(workspace.id, swept, to, await hashOf(parts, workspace.id), now);
  if (!isDone) return head;
  return parts.hours.advance(workspace.id, { ...head, hashed: { from, swept: to } }, new Map());
};

/**
 * Lets go of who was seen before the time that a workspace wants to know it: hourly sets, the members of unions, and
 * who was seen first when. How many there were stays. Done again, or after a crash, it goes on where it was.
 * @returns the head after; undefined when somebody else has moved it.
 */
export const retainPeople = async (
  parts: RetainParts,
  workspace: Workspace,
  before: Head,
  now: number,
): Promise<Head | undefined> => {
  const head = await declared(parts, workspace, before, now);
  if (head?.people === undefined || head.people.swept >= head.people.from) return head;
  const { from, swept } = head.people;
  const to = Math.min(swept + HOURS_IN_A_RUN, from);
  await parts.unions.dropPeople(workspace.id, swept, to);
  return parts.hours.advance(workspace.id, { ...head, people: { from, swept: to } }, new Map());
};
