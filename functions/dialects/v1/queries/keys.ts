import { CURSOR, LIMIT, type Parameter } from "../parameters.ts";
import { invalid, only, whole } from "../query.ts";
import type { PageQuery } from "./workspaces.ts";

/** Whose tokens. */
export const OF_USER = {
  name: "userId",
  in: "query",
  description: "Tokens of this user alone.",
  schema: { type: "string", maxLength: 128 },
  example: "mXJ8vC2kQp4tR7wZa",
} as const satisfies Parameter;

/** What the operations on keys, tokens and users take beside bodies. */
export const KEY_QUERIES = {
  listKeys: [LIMIT, CURSOR],
  listTokens: [OF_USER, LIMIT, CURSOR],
  listUsers: [LIMIT, CURSOR],
} as const satisfies Readonly<Record<string, readonly Parameter[]>>;

/** Places are ids of users, and those of credentials, with their group and user before them. */
const PLACE = /^[\w#-]{1,256}$/;

/**
 * Reads `limit` and `cursor` of a list of keys, tokens or users.
 * @throws Failure `parameter.invalid`.
 */
export const pageQuery = (query: URLSearchParams): PageQuery => {
  const cursor = only(query, CURSOR.name);
  const after = cursor === undefined ? undefined : Buffer.from(cursor, "base64url").toString();
  if (after !== undefined && !PLACE.test(after))
    throw invalid(CURSOR.name, "cursor is not one that this list gave: send it unchanged.");
  return { limit: whole(query, LIMIT) ?? LIMIT.schema.default, after };
};

const USER_ID = /^[\w-]{1,128}$/;

/**
 * Reads whose tokens are asked for; undefined for everybody's.
 * @throws Failure `parameter.invalid`.
 */
export const ofUserQuery = (query: URLSearchParams): string | undefined => {
  const userId = only(query, OF_USER.name);
  if (userId !== undefined && !USER_ID.test(userId)) throw invalid(OF_USER.name, "userId is not the id of a user.");
  return userId;
};
