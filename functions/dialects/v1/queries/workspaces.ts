import { isWorkspaceId } from "../../../core/workspace.ts";
import { Failure } from "../../../core/failure.ts";
import { type Hour, hourNamed } from "../../../core/hour.ts";
import { parseInstant } from "../../../core/instant.ts";
import { CURSOR, LIMIT, type Parameter } from "../parameters.ts";
import { invalid, only, whole } from "../query.ts";

/** Says that ending is meant. */
export const CONFIRM = {
  name: "confirm",
  in: "query",
  description: "The workspace's id again: that it is meant, and this one.",
  schema: { type: "string", maxLength: 63 },
  example: "acme",
} as const satisfies Parameter;

/** Where a range of the audit trail begins. */
export const ACTS_FROM = {
  name: "from",
  in: "query",
  description: "First instant, RFC 3339. The range is half-open, `[from, to)`.",
  schema: { type: "string", maxLength: 40 },
  example: "2026-11-21T00:00:00Z",
} as const satisfies Parameter;

/** Where a range of the audit trail ends, which is not in it. */
export const ACTS_TO = {
  name: "to",
  in: "query",
  description: "The instant after the last one, RFC 3339.",
  schema: { type: "string", maxLength: 40 },
  example: "2026-11-22T00:00:00Z",
} as const satisfies Parameter;

/** What the operations on workspaces take beside bodies. */
export const WORKSPACE_QUERIES = {
  listWorkspaces: [LIMIT, CURSOR],
  exportWorkspace: [CURSOR],
  endWorkspace: [CONFIRM],
  listActs: [ACTS_FROM, ACTS_TO, LIMIT, CURSOR],
  listActsOf: [ACTS_FROM, ACTS_TO, LIMIT, CURSOR],
} as const satisfies Readonly<Record<string, readonly Parameter[]>>;

/** A cursor tells nothing to callers and may change; today it is the place to go on after. */
export const placeCursor = (place: string): string => Buffer.from(place).toString("base64url");

/**
 * The place to go on after, out of a cursor of this form.
 * @throws Failure `parameter.invalid`.
 */
export const placeOf = (query: URLSearchParams, form: RegExp): string | undefined => {
  const cursor = only(query, CURSOR.name);
  const place = cursor === undefined ? undefined : Buffer.from(cursor, "base64url").toString();
  if (place !== undefined && !form.test(place))
    throw invalid(CURSOR.name, "cursor is not one that this list gave: send it unchanged.");
  return place;
};

/** A page of a list; `after` is the place to go on after. */
export interface PageQuery {
  readonly limit: number;
  readonly after: string | undefined;
}

const SHARD_AND_ID = /^\d{1,3}#(?:[a-z0-9][a-z0-9-]{0,62})?$/;

/**
 * Reads `limit` and `cursor` of a list of workspaces.
 * @throws Failure `parameter.invalid`.
 */
export const workspacesQuery = (query: URLSearchParams): PageQuery => ({
  limit: whole(query, LIMIT) ?? LIMIT.schema.default,
  after: placeOf(query, SHARD_AND_ID),
});

/**
 * Reads the `cursor` of an export: the hour to go on with.
 * @throws Failure `parameter.invalid`.
 */
export const exportQuery = (query: URLSearchParams): Hour | undefined => {
  const place = placeOf(query, /^.{13}$/);
  const hour = place === undefined ? undefined : hourNamed(place);
  if (place !== undefined && hour === undefined)
    throw invalid(CURSOR.name, "cursor is not one that this export gave: send it unchanged.");
  return hour;
};

/** What acts are asked for: in `[from, to)`, milliseconds since 1970 UTC. */
export interface ActsQuery extends PageQuery {
  readonly from: number;
  readonly to: number;
}

/** Half-open, and after everything that RFC 3339 can name. */
const END_OF_TIME = Date.UTC(9999, 11, 31);

const instantIn = (query: URLSearchParams, { name }: Parameter, otherwise: number): number => {
  // A + that was not encoded arrives as a blank.
  const text = only(query, name)?.replace(" ", "+");
  const instant = text === undefined ? otherwise : parseInstant(text);
  if (instant === undefined) throw invalid(name, `${name} is not an RFC 3339 timestamp such as 2026-11-21T00:00:00Z.`);
  return Math.min(Math.max(instant, 0), END_OF_TIME);
};

const INSTANT_AND_ID = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z#[\w-]{1,64}$/;

/**
 * Reads `from`, `to`, `limit` and `cursor` of a list of acts.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const actsQuery = (query: URLSearchParams): ActsQuery => {
  const from = instantIn(query, ACTS_FROM, 0);
  const to = instantIn(query, ACTS_TO, END_OF_TIME);
  if (from >= to) throw new Failure("range.invalid", "from is not before to.", { parameter: ACTS_FROM.name });
  return { from, to, limit: whole(query, LIMIT) ?? LIMIT.schema.default, after: placeOf(query, INSTANT_AND_ID) };
};

/** Whether the id was given again. */
export const isConfirmed = (query: URLSearchParams, id: string): boolean => only(query, CONFIRM.name) === id;

/**
 * A workspace's id in a path.
 * @throws Failure `workspace.missing` for what can't be one.
 */
export const workspaceOfPath = (id: string): string => {
  if (isWorkspaceId(id)) return id;
  throw new Failure("workspace.missing", "There is no workspace of this id.");
};
