import { type ListQuery, listQuery } from "../query.ts";

/** Hours of one answer, unless fewer are asked for. */
const ROWS = 1_000;

/**
 * Reads what a ledger is asked for: `from`, `to`, `limit` and `cursor`, as of any list, but with longer pages.
 * @throws Failure `parameter.invalid`, `range.invalid`.
 */
export const ledgerQuery = (query: URLSearchParams): ListQuery => {
  const asked = listQuery(query);
  return query.has("limit") ? asked : { ...asked, limit: ROWS };
};
