import type { DirectoryKind } from "../../../core/directory.ts";
import type { Listed } from "../../../core/directory-sync.ts";
import { atTheDoor } from "../../../core/door.ts";
import { isRefusal, parseEvent } from "../../../core/event.ts";
import { Failure } from "../../../core/failure.ts";
import { isoOf, parseInstant } from "../../../core/instant.ts";
import { EVENTS_AT_A_TIME } from "../batch.ts";
import type { Parameter } from "../parameters.ts";
import { invalid, only, whole } from "../query.ts";

/** Most lines of one page: what one request of events may hold. */
export const LINES_IN_A_PAGE = EVENTS_AT_A_TIME;
const MOST_PAGES = 50;
const LISTED_REFUSALS = 100;
const SYNC_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Which list the request belongs to. */
export const SYNC = {
  name: "sync",
  in: "query",
  description: "Id of the list, chosen by the sender. Without it the body is the whole list, and committed at once.",
  schema: { type: "string", pattern: SYNC_ID.source },
  example: "2026-11-21-nightly",
} as const satisfies Parameter;

/** Which page of it the body is. */
export const PAGE = {
  name: "page",
  in: "query",
  description: "The body is this page of the list; 1 is the first, and pages may come in any order.",
  schema: { type: "integer", minimum: 1, maximum: MOST_PAGES },
  example: 1,
} as const satisfies Parameter;

/** Ends the list. */
export const COMMIT = {
  name: "commit",
  in: "query",
  description: "Commits the list, which has this many pages. Ask again, unchanged, until `committed` is true.",
  schema: { type: "integer", minimum: 1, maximum: MOST_PAGES },
  example: 3,
} as const satisfies Parameter;

/** As of when the list holds. */
export const AT = {
  name: "at",
  in: "query",
  description:
    "As of when the list holds, an RFC 3339 instant at most a day ago: events of a later time win over it. " +
    "By default the instant at which its first page came.",
  schema: { type: "string", maxLength: 40 },
  example: "2026-11-21T02:00:00Z",
} as const satisfies Parameter;

/** Says that an empty list is meant. */
export const EMPTY = {
  name: "empty",
  in: "query",
  description: "An empty list, which removes everything known, is taken only when this says that it is meant.",
  schema: { type: "string", enum: ["true", "false"], default: "false" },
  example: "false",
} as const satisfies Parameter;

/** What `PUT /v1/directory/…` takes beside its lines. */
export const SYNC_PARAMETERS = [SYNC, PAGE, COMMIT, AT, EMPTY] as const;

/** What a request does to a list; without an id its body is the whole list. */
export interface SyncQuery {
  readonly id: string | undefined;
  readonly page: number | undefined;
  /** How many pages are committed. */
  readonly commit: number | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly at: number | undefined;
  readonly mayBeEmpty: boolean;
}

const instantOf = (query: URLSearchParams): number | undefined => {
  // A + that was not encoded arrives as a blank.
  const text = only(query, AT.name)?.replace(" ", "+");
  const at = text === undefined ? undefined : parseInstant(text);
  if (text !== undefined && at === undefined)
    throw invalid(AT.name, "at is not an RFC 3339 timestamp such as 2026-11-21T02:00:00Z.");
  return at;
};

/**
 * Reads what is to be done to a list.
 * @throws Failure `parameter.invalid`.
 */
export const syncQuery = (query: URLSearchParams): SyncQuery => {
  const asked: SyncQuery = {
    id: only(query, SYNC.name),
    page: whole(query, PAGE),
    commit: whole(query, COMMIT),
    at: instantOf(query),
    mayBeEmpty: (only(query, EMPTY.name) ?? EMPTY.schema.default) === "true",
  };
  if (!EMPTY.schema.enum.some((known) => known === (only(query, EMPTY.name) ?? known)))
    throw invalid(EMPTY.name, "empty is neither true nor false.");
  if (asked.id !== undefined && !SYNC_ID.test(asked.id))
    throw invalid(SYNC.name, "sync is not 1 to 64 of A-Z, a-z, 0-9, «.», «_» and «-».");
  if (asked.id === undefined && (asked.page !== undefined || asked.commit !== undefined))
    throw invalid(SYNC.name, "sync is missing: name the list that the page or the commit is about.");
  if (asked.id !== undefined && asked.page === undefined && asked.commit === undefined)
    throw invalid(PAGE.name, "page is missing: number the page, or say commit with how many pages the list has.");
  return asked;
};

const typeOf = (kind: DirectoryKind): string => `${kind}.changed`;

/** Reads a line as the event it stands for, so that a list takes what events take. */
const lineOf = (kind: DirectoryKind, json: string, now: number): Listed | string => {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    return "it is no JSON: give one object per line";
  }
  const event = parseEvent({ id: "line", source: "list", type: typeOf(kind), time: isoOf(now), data });
  if (isRefusal(event)) return event.detail.replace(/^data\.?/, (found) => (found === "data" ? "it" : ""));
  const refusal = atTheDoor(event, { now, firstHour: -Infinity, mayAdjust: false, isImport: true });
  return refusal === undefined ? (event.data as Listed) : refusal.detail.replace(/^data\./, "");
};

/**
 * Reads the lines of a page; blank ones hold nothing. One bad line spoils the page: without it an entry that is there
 * would be taken for removed.
 * @param now milliseconds since 1970 UTC; no login lies later.
 * @throws Failure `directory.malformed` naming the first hundred bad lines, `batch.too-large`.
 */
export const listedLines = (text: string, kind: DirectoryKind, now: number): readonly Listed[] => {
  const listed: Listed[] = [];
  const refused: { readonly line: number; readonly detail: string }[] = [];
  for (const [at, json] of text.split("\n").entries()) {
    if (json.trim() === "") continue;
    if (listed.length + refused.length === LINES_IN_A_PAGE)
      throw new Failure("batch.too-large", `The page has over ${LINES_IN_A_PAGE} lines: send the list in pages.`, {
        limit: LINES_IN_A_PAGE,
      });
    const line = lineOf(kind, json, now);
    if (typeof line === "string") refused.push({ line: at + 1, detail: line });
    else listed.push(line);
  }
  if (refused.length === 0) return listed;
  const [first] = refused;
  throw new Failure(
    "directory.malformed",
    `${refused.length === 1 ? "A line is" : `${refused.length} lines are`} not what this list takes, the first of them ` +
      `line ${first?.line}: ${first?.detail}. Nothing of this page was kept.`,
    { refusedCount: refused.length, refused: refused.slice(0, LISTED_REFUSALS) },
  );
};
