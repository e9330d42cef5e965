import { isId } from "../../../core/event-field.ts";
import { CURSOR, LIMIT } from "../parameters.ts";
import { invalid, only, whole } from "../query.ts";

/** What a list of reporters is asked for. */
export interface ReportersQuery {
  readonly limit: number;
  /** The last source of the page before. */
  readonly after: string | undefined;
}

/** The cursor that goes on after a source. */
export const reporterCursor = (source: string): string => Buffer.from(source).toString("base64url");

/**
 * Reads `limit` and `cursor`.
 * @throws Failure `parameter.invalid`.
 */
export const reportersQuery = (query: URLSearchParams): ReportersQuery => {
  const cursor = only(query, CURSOR.name);
  const after = cursor === undefined ? undefined : Buffer.from(cursor, "base64url").toString();
  if (after !== undefined && !isId(after))
    throw invalid(CURSOR.name, "cursor is not one that this list gave: send it unchanged.");
  return { limit: whole(query, LIMIT) ?? LIMIT.schema.default, after };
};
