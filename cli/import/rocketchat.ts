import type { CloudEvent } from "../../local/import/lean-zulip.ts";
import { Mishap } from "../../local/mishap.ts";
import { documentsOf, instantIn, memberOf, type MongoDocument, numberIn, textIn } from "./documents.ts";
import { eventOf, type Export, type Reading } from "./export.ts";
import { sizeOf } from "./files.ts";

/** Files that `mongoexport` wrote, one collection each; plain or .gz. */
export interface RocketchatFiles {
  /** Of the collection `users`. */
  readonly users: string;
  /** Of `rocketchat_room`. */
  readonly rooms: string;
  /** Of `rocketchat_message`. */
  readonly messages: string;
  /** Of `rocketchat_uploads`; without it, uploads are not counted. */
  readonly uploads?: string | undefined;
}

const SOURCE = "rocketchat-export";

interface Room {
  readonly kind: "channel" | "private" | "direct" | "omnichannel";
  readonly discussion: boolean;
}

/** Rocket.Chat's letters for kinds of rooms. */
const KINDS: Readonly<Record<string, Room["kind"]>> = {
  c: "channel",
  p: "private",
  d: "direct",
  l: "omnichannel",
};

const kindOfUser = ({ type, roles }: MongoDocument): "user" | "guest" | "app" | "bot" => {
  const list: readonly unknown[] = Array.isArray(roles) ? roles : [];
  if (type === "app") return "app";
  if (type === "bot" || list.includes("bot")) return "bot";
  return list.length === 1 && list[0] === "guest" ? "guest" : "user";
};

const userEvent = (user: MongoDocument): CloudEvent | string => {
  const id = textIn(user["_id"]);
  const time = instantIn(user["createdAt"]);
  if (id === undefined || time === undefined) return "users without id or createdAt";
  const lastLogin = instantIn(user["lastLogin"]);
  return eventOf(SOURCE, "user.changed", `user-${id}`, time, {
    id,
    kind: kindOfUser(user),
    active: user["active"] !== false,
    ...(lastLogin === undefined ? {} : { lastLogin: new Date(lastLogin).toISOString() }),
  });
};

const roomIn = (room: MongoDocument): Room | undefined => {
  const kind = KINDS[textIn(room["t"]) ?? ""];
  return kind === undefined ? undefined : { kind, discussion: room["prid"] != null };
};

/** Of messages that the server wrote itself, only encrypted ones are somebody's. */
const isSystem = ({ t }: MongoDocument): boolean => t != null && t !== "e2e";

const messageEvent = (message: MongoDocument, rooms: ReadonlyMap<string, Room>): CloudEvent | string => {
  const id = textIn(message["_id"]);
  const time = instantIn(message["ts"]);
  const room = textIn(message["rid"]);
  const user = textIn(memberOf(message["u"], "_id"));
  if (id === undefined || time === undefined || room === undefined || user === undefined)
    return "messages without id, ts, rid or u._id";
  if (isSystem(message)) return "system messages";
  if (message["_hidden"] === true) return "hidden messages (older versions of edited ones)";
  const found = rooms.get(room);
  if (found === undefined) return "messages of rooms that the export does not hold";
  const isStart = numberIn(message["tcount"]) !== undefined;
  const isReply = textIn(message["tmid"]) !== undefined;
  return eventOf(SOURCE, "message.sent", id, time, {
    room,
    roomKind: found.kind,
    user,
    ...(found.discussion ? { discussion: true } : {}),
    ...(isStart ? { thread: "started" } : isReply ? { thread: "reply" } : {}),
  });
};

const uploadEvent = (upload: MongoDocument): CloudEvent | string => {
  const id = textIn(upload["_id"]);
  const time = instantIn(upload["uploadedAt"]) ?? instantIn(upload["_updatedAt"]);
  const bytes = numberIn(upload["size"]);
  if (upload["complete"] === false) return "uploads that were never completed";
  if (id === undefined || time === undefined || bytes === undefined) return "uploads without id, time or size";
  return eventOf(SOURCE, "upload.added", `upload-${id}`, time, { bytes });
};

async function* eventsIn(
  file: string,
  reading: Reading,
  toEvent: (document: MongoDocument) => CloudEvent | string,
): AsyncGenerator<CloudEvent> {
  for await (const document of documentsOf(file, reading.bytes)) {
    reading.row();
    const event = toEvent(document);
    if (typeof event === "string") reading.passOver(event);
    else yield event;
  }
}

async function* allEvents(
  { users, rooms, messages, uploads }: RocketchatFiles,
  reading: Reading,
): AsyncGenerator<CloudEvent> {
  yield* eventsIn(users, reading, userEvent);
  // The one thing held in memory: what kind each room is of.
  const known = new Map<string, Room>();
  yield* eventsIn(rooms, reading, (document) => {
    const id = textIn(document["_id"]);
    const time = instantIn(document["ts"]) ?? instantIn(document["_updatedAt"]);
    const room = roomIn(document);
    if (room === undefined) return "rooms of other kinds";
    if (id === undefined || time === undefined) return "rooms without id or ts";
    known.set(id, room);
    return eventOf(SOURCE, "room.changed", `room-${id}`, time, {
      id,
      kind: room.kind,
      ...(room.discussion ? { discussion: true } : {}),
    });
  });
  yield* eventsIn(messages, reading, (document) => messageEvent(document, known));
  if (uploads !== undefined) yield* eventsIn(uploads, reading, uploadEvent);
}

/**
 * What `mongoexport` gives of a Rocket.Chat server's users, rooms, messages and uploads.
 * @throws Mishap.
 */
export const rocketchatExport = async (files: RocketchatFiles): Promise<Export> => {
  const paths = [files.users, files.rooms, files.messages, ...(files.uploads === undefined ? [] : [files.uploads])];
  const sizes = await Promise.all(paths.map(sizeOf));
  for await (const document of documentsOf(files.messages))
    return {
      name: `rocketchat-${textIn(document["_id"]) ?? "export"}`,
      size: sizes.reduce((sum, size) => sum + size, 0),
      events: (reading) => allEvents(files, reading),
    };
  throw new Mishap(`${files.messages} holds no messages.`);
};
