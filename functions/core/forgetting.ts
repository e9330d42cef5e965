import { type Activity, type Delta, emptyHour, type HourDelta, mergeHour } from "./delta.ts";
import { decodeDelta, encodeDelta } from "./delta-encoding.ts";
import { countedAs, type Entry } from "./directory.ts";
import type { Firsts } from "./firsts.ts";
import type { Hour } from "./hour.ts";
import { keptJson } from "./kept-json.ts";

/** Kinds of stored bodies that name people; a list is a page or a part of the plan of a full list of the directory. */
export const BODY_KINDS = ["segment", "delta", "sets", "report", "list", "union", "firsts"] as const;
/** A kind of stored body that may name people. */
export type BodyKind = (typeof BODY_KINDS)[number];

/** Whose name goes, and what stands in its place. */
export interface Renaming {
  readonly id: string;
  readonly pseudonym: string;
}

/** A body without the name, and how often it stood there. */
export interface Renamed {
  readonly bytes: Uint8Array;
  readonly times: number;
}

/** Rocket.Chat's own ids (17 characters of its random alphabet), which it joins to name a direct room. */
const ROCKETCHAT_ID = /^[A-Za-z0-9]{17}$/;

/** A room's id without the user's. Rocket.Chat names a direct room by the ids of its two users, one after the other. */
export const roomWithout = ({ id, pseudonym }: Renaming, room: string): string => {
  if (!ROCKETCHAT_ID.test(id)) return room;
  if (room === `${id}${id}`) return `${pseudonym}${pseudonym}`;
  if (room.startsWith(id)) return `${pseudonym}${room.slice(id.length)}`;
  return room.endsWith(id) ? `${room.slice(0, -id.length)}${pseudonym}` : room;
};

const userWithout = ({ id, pseudonym }: Renaming, user: string): string => (user === id ? pseudonym : user);

type Rename = (renaming: Renaming, id: string) => string;

/** The ids that are renamed, in any list of ids. */
const namedIn = (ids: Iterable<string>, renaming: Renaming, rename: Rename): readonly string[] =>
  [...ids].filter((id) => rename(renaming, id) !== id);

/** Moves what was done under a name, and adds it to what was done under the new one. */
const moved = (
  part: "users" | "rooms",
  hour: HourDelta,
  renaming: Renaming,
  rename: Rename,
): { readonly hour: HourDelta; readonly times: number } => {
  const named = namedIn(hour[part].keys(), renaming, rename);
  if (named.length === 0) return { hour, times: 0 };
  const left = new Map<string, Activity>(hour[part]);
  for (const id of named) left.delete(id);
  const merged: HourDelta = { ...hour, [part]: left };
  for (const id of named)
    mergeHour(merged, {
      ...emptyHour(),
      [part]: new Map([[rename(renaming, id), hour[part].get(id) as Activity]]),
    });
  return { hour: merged, times: named.length };
};

const deltaWithout = (bytes: Uint8Array, renaming: Renaming): Renamed => {
  let times = 0;
  const after: Delta = new Map();
  for (const [hour, summed] of decodeDelta(bytes)) {
    const users = moved("users", summed, renaming, userWithout);
    const rooms = moved("rooms", users.hour, renaming, roomWithout);
    times += users.times + rooms.times;
    after.set(hour, rooms.hour);
  }
  return times === 0 ? { bytes, times } : { bytes: encodeDelta(after), times };
};

type Counted = readonly (readonly [id: string, messages: number])[];

/** Sorted by id, as they were made. */
const countedWithout = (counted: Counted, renaming: Renaming, rename: Rename): Counted => {
  const sums = new Map<string, number>();
  for (const [id, messages] of counted) {
    const name = rename(renaming, id);
    sums.set(name, (sums.get(name) ?? 0) + messages);
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
};

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who wrote it says what it is
const parsed = <T>(bytes: Uint8Array): T => keptJson<T>(Buffer.from(bytes).toString());
const written = (value: unknown): Uint8Array => new Uint8Array(Buffer.from(JSON.stringify(value)));

const setsWithout = (bytes: Uint8Array, renaming: Renaming): Renamed => {
  const sets = parsed<{ readonly users: Counted; readonly rooms: Counted }>(bytes);
  const idsOf = (counted: Counted): string[] => counted.map(([id]) => id);
  const times =
    namedIn(idsOf(sets.users), renaming, userWithout).length + namedIn(idsOf(sets.rooms), renaming, roomWithout).length;
  if (times === 0) return { bytes, times };
  const users = countedWithout(sets.users, renaming, userWithout);
  const rooms = countedWithout(sets.rooms, renaming, roomWithout);
  return { bytes: written({ ...sets, users, rooms }), times };
};

const firstsWithout = (bytes: Uint8Array, renaming: Renaming): Renamed => {
  const { users } = parsed<Firsts>(bytes);
  const times = namedIn(
    users.map(([id]) => id),
    renaming,
    userWithout,
  ).length;
  if (times === 0) return { bytes, times };
  const hours = new Map<string, Hour>();
  for (const [id, hour] of users) {
    const name = userWithout(renaming, id);
    hours.set(name, Math.min(hours.get(name) ?? hour, hour));
  }
  return { bytes: written({ users: [...hours].toSorted(([a], [b]) => (a < b ? -1 : 1)) }), times };
};

const reportWithout = (bytes: Uint8Array, renaming: Renaming): Renamed => {
  const report = parsed<{ readonly users: readonly string[] }>(bytes);
  const times = namedIn(report.users, renaming, userWithout).length;
  if (times === 0) return { bytes, times };
  const users = [...new Set(report.users.map((id) => userWithout(renaming, id)))].toSorted();
  return { bytes: written({ ...report, users }), times };
};

/** Lines of a page, or events of a plan. They are counted only: a list that names somebody is dropped as a whole. */
const listWithout = (bytes: Uint8Array, renaming: Renaming): Renamed => {
  const lines = parsed<readonly { readonly id: string; readonly data?: { readonly id: string } }[]>(bytes);
  const ids = lines.map(({ id, data }) => data?.id ?? id);
  return { bytes, times: ids.filter((id) => id === renaming.id || roomWithout(renaming, id) !== id).length };
};

const WITHOUT: Readonly<Record<BodyKind, (bytes: Uint8Array, renaming: Renaming) => Renamed>> = {
  segment: deltaWithout,
  delta: deltaWithout,
  sets: setsWithout,
  report: reportWithout,
  list: listWithout,
  union: setsWithout,
  firsts: firstsWithout,
};

/**
 * A body with a pseudonym in the place of a user's id; the same bytes when it does not name the user. What was counted
 * under the pseudonym before is merged with it, so that one person stays one.
 * @throws when the body can't be read.
 */
export const renameIn = (kind: BodyKind, bytes: Uint8Array, renaming: Renaming): Renamed =>
  WITHOUT[kind](bytes, renaming);

/** Up to the event's id, which may name whom it is about. */
const withoutEventId = (stamp: string): string => stamp.slice(0, stamp.indexOf("\n") + 1);

/**
 * An entry of the directory under another id that counts as before; undefined for one that counts for nothing and is
 * of no use any more. Which events set its fields is cut to when, and by which reporter.
 */
export const entryAs = (entry: Entry, id: string): Entry | undefined => {
  if (countedAs(entry) === undefined) return undefined;
  const fields = Object.entries(entry.fields).flatMap(([name, { value, stamp }]) =>
    // What was set before a removal does not count, and would again without it.
    entry.removed !== null && stamp <= entry.removed ? [] : [[name, { value, stamp: withoutEventId(stamp) }] as const],
  );
  return { ...entry, id, removed: null, fields: Object.fromEntries(fields) };
};
