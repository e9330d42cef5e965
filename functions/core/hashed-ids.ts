import { createHmac } from "node:crypto";
import type { Sets } from "./closing.ts";
import type { Firsts } from "./firsts.ts";
import type { Head } from "./head.ts";
import type { Hour } from "./hour.ts";

/** Begins what is no id any more. Ids have no control characters, so none is mistaken for one. */
const MARK = "\u0001";
const BYTES = 16;

/** Whether an id was hashed. */
export const isHashed = (id: string): boolean => id.startsWith(MARK);

/** Another name for an id, the same each time; a name stays what it is. */
export type HashId = (id: string) => string;

/** HMAC-SHA256 (RFC 2104) of ids, cut to 128 bits. */
export const hashingWith =
  (key: string): HashId =>
  (id) =>
    isHashed(id)
      ? id
      : `${MARK}${createHmac("sha256", key).update(id).digest().subarray(0, BYTES).toString("base64url")}`;

const byId = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1);

/** Whether everybody and every room in sets is hashed. */
export const areHashed = ({ users, rooms }: Sets): boolean => [...users, ...rooms].every(([id]) => isHashed(id));

/** Sets of hashed ids. Rooms, too: a direct one is often named by the two who are in it. */
export const hashedSets = ({ users, rooms }: Sets, hash: HashId): Sets => ({
  users: users.map(([id, messages]): [string, number] => [hash(id), messages]).toSorted(byId),
  rooms: rooms.map(([id, messages]): [string, number] => [hash(id), messages]).toSorted(byId),
});

/** Who was seen first when, by hashed ids. */
export const hashedFirsts = ({ users }: Firsts, hash: HashId): Firsts => {
  const hours = new Map<string, Hour>();
  for (const [id, hour] of users) hours.set(hash(id), Math.min(hours.get(hash(id)) ?? hour, hour));
  return { users: [...hours].toSorted(byId) };
};

/** The hour before which nobody may be named: ids are hashed there, or gone. */
export const namedFrom = ({ people, hashed }: Head): Hour =>
  Math.max(people?.from ?? -Infinity, hashed?.from ?? -Infinity);
