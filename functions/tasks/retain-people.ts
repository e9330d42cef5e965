import type { Head } from "../core/head.ts";
import { hourName } from "../core/hour.ts";
import { goesBefore, wholePeriodsBefore } from "../core/retention.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Parts } from "./parts.ts";

type RetainParts = Pick<Parts, "hours" | "unions">;

/** Hours whose sets one run lets go. */
const HOURS_IN_A_RUN = 60 * 24;

/** Writes down first that nobody knows any more, so that no union is made of half of what there was. */
const declared = async (
  parts: RetainParts,
  workspace: Workspace,
  head: Head,
  now: number,
): Promise<Head | undefined> => {
  const from = goesBefore(workspace, head, now);
  if (from === undefined) return head;
  // Days packed before there were unions get theirs first, from who was seen: how many there were has to stay.
  const isKept = head.people !== undefined || (await parts.unions.firsts(workspace.id)) !== undefined;
  if (!isKept) return head;
  const after: Head = { ...head, people: { from, swept: head.people?.swept ?? wholePeriodsBefore(head.firstHour) } };
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
