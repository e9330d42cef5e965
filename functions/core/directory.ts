import { type DirectoryEffect, stampOf } from "./counting.ts";
import type { ChatEvent, RoomKind, Status, UserKind } from "./event.ts";
import type { Amounts, LevelName } from "./statistic.ts";
import { namesOf } from "./vocabulary.ts";

/** The kinds of things the directory knows. */
export type DirectoryKind = "user" | "room";

/**
 * The last known state of a user or a room: per field the value and the stamp (time, source, id) of the event that
 * set it. Of two changes of a field the later stamp wins, whatever the order they come in.
 */
export interface Entry {
  readonly kind: DirectoryKind;
  readonly id: string;
  /** Set by the first change that was not older than a removal; a second life is not a second joining. */
  readonly known: boolean;
  readonly removed: string | null;
  /** Of a user: kind, active, status. Of a room: kind, discussion. */
  readonly fields: Readonly<Record<string, { readonly value: string | boolean; readonly stamp: string }>>;
}

/** Events that change the directory. */
export type DirectoryEvent = ChatEvent & { type: "user.changed" | "user.removed" | "room.changed" | "room.removed" };

/** Whether an event changes the directory; a message by an unknown user does not. */
export const changesDirectory = (event: ChatEvent): event is DirectoryEvent =>
  event.type === "user.changed" ||
  event.type === "user.removed" ||
  event.type === "room.changed" ||
  event.type === "room.removed";

/** The kind and id of the entry that an event is about. */
export const entryOf = (event: DirectoryEvent): { readonly kind: DirectoryKind; readonly id: string } => ({
  kind: event.type.startsWith("user") ? "user" : "room",
  id: event.data.id,
});

/** Somebody, or a room, of whom nothing is known but the id. */
export const newEntry = (kind: DirectoryKind, id: string): Entry => ({
  kind,
  id,
  known: false,
  removed: null,
  fields: {},
});

const setBy = (event: DirectoryEvent): Record<string, string | boolean | undefined> => {
  if (event.type === "user.changed")
    return { kind: event.data.kind, active: event.data.active, status: event.data.status };
  if (event.type === "room.changed") return { kind: event.data.kind, discussion: event.data.discussion };
  return {};
};

/** A field's value, unless it was set before the removal. */
const valueOf = (entry: Entry, name: string): string | boolean | undefined => {
  const field = entry.fields[name];
  return field !== undefined && (entry.removed === null || field.stamp > entry.removed) ? field.value : undefined;
};

/** Whether nothing but a removal is left of an entry. One that was changed after its removal lives again. */
export const isTombstone = (entry: Entry): boolean =>
  entry.removed !== null && Object.keys(entry.fields).every((name) => valueOf(entry, name) === undefined);

/** What an entry counts for, by level. Nothing while it is removed or was never more than a removal. */
const contribution = (entry: Entry): Amounts => {
  const kind = valueOf(entry, "kind");
  if (kind === undefined) return {};
  return entry.kind === "user"
    ? ofUser(kind as UserKind, valueOf(entry, "active") === true, (valueOf(entry, "status") ?? "offline") as Status)
    : ofRoom(kind as RoomKind, valueOf(entry, "discussion") === true);
};

/** What an entry counts as, in one text to compare by; undefined while it counts for nothing. */
export const countedAs = (entry: Entry): string | undefined => {
  const kind = valueOf(entry, "kind");
  if (kind === undefined) return undefined;
  return entry.kind === "user"
    ? `${kind} ${valueOf(entry, "active") === true} ${valueOf(entry, "status") ?? "offline"}`
    : `${kind} ${valueOf(entry, "discussion") === true}`;
};

const ofUser = (kind: UserKind, isActive: boolean, status: Status): Amounts => ({
  "users.total": 1,
  ...(kind === "user" && isActive ? { "users.activated": 1 } : {}),
  ...(isActive ? {} : { "users.deactivated": 1 }),
  ...(kind === "guest" && isActive ? { "users.guests": 1 } : {}),
  ...(kind === "app" ? { "users.apps": 1 } : {}),
  ...(kind === "bot" ? { "users.bots": 1 } : {}),
  ...(status === "offline" ? {} : { [`users.${status}`]: 1 }),
});

const ROOM_LEVEL: Readonly<Record<RoomKind, LevelName>> = {
  channel: "rooms.channels",
  private: "rooms.privateGroups",
  direct: "rooms.direct",
  omnichannel: "rooms.omnichannel",
};
const ofRoom = (kind: RoomKind, isDiscussion: boolean): Amounts => ({
  "rooms.total": 1,
  [ROOM_LEVEL[kind]]: 1,
  ...(isDiscussion ? { "rooms.discussions": 1 } : {}),
});

const difference = (after: Amounts, before: Amounts): Amounts => {
  const amounts: Amounts = { ...after };
  for (const name of namesOf(before)) {
    const amount = (after[name] ?? 0) - (before[name] ?? 0);
    if (amount === 0) delete amounts[name];
    else amounts[name] = amount;
  }
  return amounts;
};

/**
 * Applies an accepted event to the entry it is about.
 * @returns the entry afterwards and what the change adds to the counts; the same entry when an older event changes nothing.
 */
export const applyToEntry = (
  entry: Entry,
  event: DirectoryEvent,
): { readonly entry: Entry; readonly effect: DirectoryEffect } => {
  const stamp = stampOf(event);
  let after: Entry;
  if (event.type === "user.removed" || event.type === "room.removed") {
    if (entry.removed !== null && entry.removed >= stamp) return { entry, effect: NOTHING };
    after = { ...entry, removed: stamp };
  } else {
    const fields = { ...entry.fields };
    let isChanged = false;
    for (const [name, value] of Object.entries(setBy(event))) {
      if (value === undefined || (fields[name]?.stamp ?? "") >= stamp) continue;
      fields[name] = { value, stamp };
      isChanged = true;
    }
    if (!isChanged) return { entry, effect: NOTHING };
    after = { ...entry, fields };
  }
  const counts = contribution(after);
  const isFirst = !entry.known && Object.keys(counts).length > 0;
  if (isFirst) after = { ...after, known: true };
  return {
    entry: after,
    effect: {
      levels: difference(counts, contribution(entry)),
      flows: isFirst ? [entry.kind === "user" ? "users.joined" : "rooms.opened"] : [],
    },
  };
};

const NOTHING: DirectoryEffect = { levels: {}, flows: [] };
