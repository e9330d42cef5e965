import { Failure } from "../../core/failure.ts";
import { isId } from "../../core/event-field.ts";
import { type Fields, isFields, isWhole } from "../../core/fields.ts";
import { isoOf, parseInstant } from "../../core/instant.ts";
import { isOneOf } from "../../core/vocabulary.ts";

/** Kinds of rooms, as events name them. */
export const ROOM_KINDS = ["channel", "private", "direct", "omnichannel"] as const;
type RoomKind = (typeof ROOM_KINDS)[number];

/** What a payload of an outgoing webhook says that happened. */
export interface Feed {
  /** The same however often what counts comes, and another for everything else that happens. */
  readonly id: string;
  /** CloudEvents, for the parser of events to judge. */
  readonly events: readonly object[];
}

const malformed = (field: string, what: string): Failure =>
  new Failure("parameter.invalid", `${field} ${what}`, { parameter: field });

const idIn = (fields: Fields, field: string): string => {
  const value = fields[field];
  if (isId(value)) return value;
  throw malformed(field, "is no id: 1 to 128 bytes without control characters");
};

const timeIn = (body: Fields): string => {
  const value = body["timestamp"];
  const instant = typeof value === "string" ? parseInstant(value) : typeof value === "number" ? value : undefined;
  const isInstant = instant !== undefined && Number.isFinite(instant) && Math.abs(instant) <= 8.64e15;
  const time = isInstant ? isoOf(instant) : "";
  // A year of more than four digits has no form in RFC 3339, so no event could tell it.
  if (parseInstant(time) === undefined) throw malformed("timestamp", "is no instant");
  return time;
};

/** The secret that a payload carries; undefined when it carries none. */
export const webhookToken = (body: unknown): string | undefined =>
  isFields(body) && typeof body["token"] === "string" && body["token"] !== "" ? body["token"] : undefined;

/**
 * Reads `rooms`: which kind of rooms an integration is set up for, because a message's payload does not say.
 * @throws Failure `parameter.invalid`.
 */
export const roomsQuery = (query: URLSearchParams): RoomKind | undefined => {
  const values = query.getAll("rooms");
  const [kind] = values;
  if (kind === undefined) return undefined;
  if (values.length === 1 && isOneOf(ROOM_KINDS, kind)) return kind;
  throw malformed("rooms", `is not one of ${ROOM_KINDS.join(", ")}`);
};

/** Rocket.Chat's own letters for kinds of rooms. */
const KINDS: ReadonlyMap<unknown, RoomKind> = new Map([
  ["c", "channel"],
  ["p", "private"],
  ["d", "direct"],
  ["l", "omnichannel"],
]);

/** The kind of the room: as the payload says it, as the integration is set up for, or else by whether it has a name. */
const kindOf = (body: Fields, room: Fields | undefined, rooms: RoomKind | undefined): RoomKind =>
  KINDS.get(room?.["t"]) ?? rooms ?? (typeof body["channel_name"] === "string" ? "channel" : "direct");

const SOURCE = "rocketchat-webhook";
const event = (type: string, id: string, time: string, data: object): object => ({
  specversion: "1.0",
  id: `${type}:${id}`,
  source: SOURCE,
  type,
  time,
  data,
});

const STATUSES: readonly unknown[] = ["online", "away", "busy", "offline"];

const userKindOf = ({ type, roles }: Fields): string => {
  if (type === "bot" || type === "app") return type;
  return Array.isArray(roles) && roles.includes("guest") ? "guest" : "user";
};

/** A user as the payload describes them; nothing where it only names them. */
const userEvents = (user: unknown, time: string): object[] => {
  if (!isFields(user) || typeof user["active"] !== "boolean" || typeof user["type"] !== "string") return [];
  const { active, status } = user;
  const id = idIn(user, "_id");
  const known = STATUSES.includes(status) ? { status } : {};
  return [event("user.changed", id, time, { id, kind: userKindOf(user), active, ...known })];
};

const roomEvents = (room: Fields | undefined, time: string): object[] => {
  const kind = KINDS.get(room?.["t"]);
  if (room === undefined || kind === undefined) return [];
  const id = idIn(room, "_id");
  return [
    event("room.changed", id, time, {
      id,
      kind,
      discussion: typeof room["prid"] === "string" && room["prid"] !== "",
    }),
  ];
};

const sizeOf = (file: unknown): number | undefined => {
  const size = isFields(file) ? file["size"] : undefined;
  return isWhole(size) ? size : undefined;
};

const SIZES = ["image_size", "video_size", "audio_size", "size"];

/** Bytes of an upload: of the file itself and not of its preview; servers of many years tell them beside it. */
const bytesOf = ({ file, attachments }: Fields): number | undefined => {
  const [attachment]: readonly unknown[] = Array.isArray(attachments) ? attachments : [];
  const beside = isFields(attachment) ? SIZES.map((name) => sizeOf({ size: attachment[name] })) : [];
  return sizeOf(file) ?? beside.find((size) => size !== undefined);
};

const uploadFeed = (body: Fields, message: Fields, room: Fields | undefined): Feed => {
  const time = timeIn(body);
  const id = idIn(body, "message_id");
  const bytes = bytesOf(message);
  if (bytes === undefined) throw malformed("message.file.size", "is missing, so nobody knows how large the upload is");
  return {
    id: `upload:${id}`,
    events: [event("upload.added", id, time, { bytes }), ...roomEvents(room, time), ...userEvents(body["user"], time)],
  };
};

const messageFeed = (body: Fields, rooms: RoomKind | undefined): Feed => {
  const id = idIn(body, "message_id");
  const data = {
    room: idIn(body, "channel_id"),
    roomKind: kindOf(body, undefined, rooms),
    user: idIn(body, "user_id"),
    ...(typeof body["tmid"] === "string" && body["tmid"] !== "" ? { thread: "reply" } : {}),
  };
  return { id: `message:${id}`, events: [event("message.sent", id, timeIn(body), data)] };
};

/**
 * What somebody or something is now. The same said again later is told again: it may have been otherwise in between, and
 * where it was not, it changes nothing.
 */
const stateFeed = (body: Fields, room: Fields | undefined): Feed => {
  const time = timeIn(body);
  const events = [...roomEvents(room, time), ...userEvents(body["user"] ?? body["owner"], time)];
  const states = events.map((one) => (one as { readonly data: object }).data);
  return { id: `state:${time}:${JSON.stringify(states)}`, events };
};

/**
 * Reads the payload of a Rocket.Chat outgoing webhook (`triggerHandler` in its server): of a message sent, a file
 * uploaded, a room created, archived, joined or left, and a user created. The payload does not name its event, so what
 * is in it decides. An edit carries the id of its message, so it is that message once more.
 * @returns undefined for a payload with nothing but the token in it, as some servers send for events without a message.
 * @throws Failure `parameter.invalid`, which names the field and not its value.
 */
export const webhookFeed = (body: unknown, rooms: RoomKind | undefined): Feed | undefined => {
  if (!isFields(body)) throw malformed("The body", "is no JSON object");
  const { message, room } = body;
  const where = isFields(room) ? room : undefined;
  if (body["message_id"] !== undefined)
    return isFields(message) ? uploadFeed(body, message, where) : messageFeed(body, rooms);
  if (where === undefined && !isFields(body["user"])) return undefined;
  return stateFeed(body, where);
};
