import { cursorOf } from "./cursor.ts";
import { isoOf } from "../../core/instant.ts";
import type { Usage } from "../../core/usage.ts";

/** The keys that a report echoes. */
export interface Keys {
  readonly clientKey: string;
  readonly apiKey: string;
}

const answer = (result: object): string => JSON.stringify({ RC: 0, RM: "OK", result });

/** An answer of Lambda's holds 6 MB, quotes escaped; IMKit's body has no pages, so what is over 4 gets a `next`. */
const LIST_BYTES = 4_000_000;

/** What ids take in JSON, with a comma each. */
const bytesOf = (id: string): number => Buffer.byteLength(JSON.stringify(id)) + 1;

/**
 * The ids of a page: those after the cursor's, until the page is full.
 * @returns `last` is the id to go on after; undefined on the last page.
 */
const pageOf = (
  seen: readonly string[],
  after: string | undefined,
  listBytes: number,
): { readonly ids: readonly string[]; readonly last: string | undefined } => {
  const from = after === undefined ? 0 : seen.findIndex((id) => id > after);
  const left = from === -1 ? [] : seen.slice(from);
  let bytes = 0;
  const fits = left.findIndex((id, at) => (bytes += bytesOf(id)) > listBytes && at > 0);
  const ids = fits === -1 ? left : left.slice(0, fits);
  return { ids, last: fits === -1 ? undefined : ids.at(-1) };
};

/** What a report's page is about. */
export interface Page {
  /** Id to go on after. */
  readonly after: string | undefined;
  /** Most bytes of ids. */
  readonly listBytes?: number;
}

/**
 * The answer of `GET /admin/stats`, in the order of IMKit's own example. `userList` is sorted and complete; only when
 * it is over 4 MB it is a page, and `next` the cursor of the one after.
 * @param keys undefined for a workspace that does not echo them.
 */
export const reportBody = (
  report: Usage,
  keys: Keys | undefined,
  { after, listBytes = LIST_BYTES }: Page = { after: undefined },
): string => {
  const { start, end } = report.window;
  const { ids, last } = pageOf(report.seen, after, listBytes);
  return answer({
    ...(keys === undefined ? {} : { clientKey: keys.clientKey, apiKey: keys.apiKey }),
    startTime: isoOf(start),
    endTime: isoOf(end),
    start: Math.floor(start / 1_000),
    end: Math.floor(end / 1_000),
    userList: ids,
    roomCount: report.roomCount,
    totalRoomCount: report.totalRoomCount,
    messageCount: report.messageCount,
    peakConnectionCount: report.peakConnectionCount,
    totalMem: report.totalMem,
    freeMem: report.freeMem,
    ...(last === undefined ? {} : { next: cursorOf({ window: report.window, after: last }) }),
  });
};

/** The answer to a report that was taken. */
export const reportTaken = (): string => JSON.stringify({ RC: 0, RM: "OK" });

/** The answer of `GET /admin/connection-count`. */
export const connectionCountBody = (connectionCount: number | null): string => answer({ connectionCount });
