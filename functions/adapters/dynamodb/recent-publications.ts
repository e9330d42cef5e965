import { KEEP_DAYS, KEYS } from "../../contract.ts";
import type { Head, RecentPublication } from "../../core/head.ts";
import type { PublicationRecord } from "../../ports/publications.ts";
import { expiry } from "./store.ts";
import type { Item } from "./table.ts";

/** Publications that a head lists, at most: a day of hours that close one by one. An item for each would cost as much as its snapshot. */
const IN_A_HEAD = 24;

/** A publication as it is listed. */
export const recordOf = ([number, hour, revision]: RecentPublication): PublicationRecord => ({
  number,
  hour,
  revision,
});

/** Moves the publications that a head lists into an item of their own, under the last number, once there are many. */
export const publicationsMoved = (
  workspace: string,
  head: Head,
  now: number,
  expires: boolean,
): { readonly head: Head; readonly items: readonly Item[] } => {
  const last = head.recent.at(-1);
  if (last === undefined || head.recent.length < IN_A_HEAD) return { head, items: [] };
  const item = {
    ...KEYS.published(workspace, last[0]),
    published: JSON.stringify(head.recent.map(recordOf)),
    ...expiry(expires, now, KEEP_DAYS.published),
  };
  return { head: { ...head, recent: [] }, items: [item] };
};
