import { createHmac } from "node:crypto";
import type { Sets } from "./publication.ts";
import type { Firsts } from "./firsts.ts";
import { HASHED, type HashId, isHashed } from "./hashed-ids.ts";
import type { Hour } from "./hour.ts";

/** Bytes of a hash that are kept: two of a million ids are the same once in 10^26 workspaces. */
const BYTES = 16;

/** HMAC-SHA256 (RFC 2104) of ids, cut to 128 bits. */
export const hashingWith =
  (key: string): HashId =>
  (id) =>
    isHashed(id)
      ? id
      : `${HASHED}${createHmac("sha256", key).update(id).digest().subarray(0, BYTES).toString("base64url")}`;

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
  for (const [id, hour] of users) {
    const name = hash(id);
    hours.set(name, Math.min(hours.get(name) ?? hour, hour));
  }
  return { users: [...hours].toSorted(byId) };
};
