import { mustNotFilter, numbersIn } from "./json-parameter.ts";
import type { SortKeys } from "./order.ts";
import { type Projection, projectionOf } from "./projection.ts";
import { invalidJson, invalidQuery } from "./refusal.ts";

/** Whether to refresh: only the exact text `true`, given once, does; Rocket.Chat passes over everything else. */
export const asksForRefresh = (query: URLSearchParams): boolean => {
  const values = query.getAll("refresh");
  return values.length === 1 && values[0] === "true";
};

/** A page of the history, as `statistics.list` is asked for it. */
export interface ListQuery {
  readonly offset: number;
  readonly count: number;
  /** By time, or else by fields of the records. */
  readonly order: { readonly isDescending: boolean } | { readonly keys: SortKeys };
  /** Undefined for whole records. */
  readonly fields: Projection | undefined;
}

/** Upstream's default, and its limit; a count of 0 is unlimited there, and here the limit, because answers are bounded. */
const COUNT = 50;
const MOST = 100;
/** As many as an index of MongoDB has fields. */
const SORT_KEYS = 32;

/** As upstream reads it: a number at the beginning of the text is enough. */
const whole = (query: URLSearchParams, name: string, otherwise: number): number => {
  const text = query.get(name);
  if (text === null || text === "") return otherwise;
  const value = Number.parseInt(text, 10);
  if (!Number.isSafeInteger(value)) throw invalidQuery("must be number");
  if (value < 0) throw invalidQuery("must be >= 0");
  return value;
};

/** Both are when a record was made, and no two records share it: what is named after them decides nothing. */
const TIMES: readonly unknown[] = ["createdAt", "_updatedAt"];

const orderOf = (query: URLSearchParams): ListQuery["order"] => {
  const keys = numbersIn(query, "sort", [1, -1]);
  if (keys.length > SORT_KEYS) throw invalidJson("sort", query.get("sort") ?? "");
  const [first] = keys;
  // Upstream's default is a field that no record has; who asks for a history wants the newest.
  if (first === undefined) return { isDescending: true };
  return TIMES.includes(first[0]) ? { isDescending: first[1] === -1 } : { keys };
};

/**
 * The query of `GET /api/v1/statistics.list`.
 * @throws Failure `parameter.invalid` in upstream's words.
 */
export const listQuery = (query: URLSearchParams): ListQuery => {
  const count = whole(query, "count", COUNT);
  const offset = whole(query, "offset", 0);
  const order = orderOf(query);
  const fields = projectionOf(numbersIn(query, "fields", [0, 1]));
  mustNotFilter(query);
  return { offset, count: count === 0 ? MOST : Math.min(count, MOST), order, fields };
};
