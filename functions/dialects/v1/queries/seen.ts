import { isId } from "../../../core/event-field.ts";
import { CURSOR, EVERYTHING } from "../parameters.ts";
import { invalid, only, whole } from "../query.ts";

/** What a list of ids is asked for. */
export interface SeenQuery {
  readonly limit: number;
  /** The last id of the page before. */
  readonly after: string | undefined;
}

/** The cursor that goes on after an id. */
export const seenCursor = (id: string): string => Buffer.from(id).toString("base64url");

/**
 * Reads `limit` and `cursor`.
 * @throws Failure `parameter.invalid`.
 */
export const seenQuery = (query: URLSearchParams): SeenQuery => {
  const cursor = only(query, CURSOR.name);
  const after = cursor === undefined ? undefined : Buffer.from(cursor, "base64url").toString();
  if (after !== undefined && !isId(after))
    throw invalid(CURSOR.name, "cursor is not one that this list gave: send it unchanged.");
  return { limit: whole(query, EVERYTHING) ?? EVERYTHING.schema.default, after };
};
