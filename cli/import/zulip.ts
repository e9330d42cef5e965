import { isFields } from "../../functions/core/fields.ts";
import type { CloudEvent } from "../../local/import/lean-zulip.ts";
import { Mishap } from "../../local/mishap.ts";
import { eventOf, type Export, type Reading } from "./export.ts";
import { type Files, openFiles } from "./files.ts";

const SOURCE = "zulip-export";
const MS = 1_000;

type Fields = Readonly<Record<string, unknown>>;

/** Kinds of recipients (Zulip's Recipient model): one person, a channel, a group of people. */
const PERSONAL = 1;
const STREAM = 2;
const GROUP = 3;
/** Zulip's role of guests. */
const GUEST = 600;

interface Room {
  readonly id: string;
  readonly kind: "channel" | "private" | "direct";
}

const tableIn = (realm: unknown, name: string): readonly Fields[] => {
  const table = isFields(realm) ? realm[name] : undefined;
  return Array.isArray(table) ? table.filter(isFields) : [];
};

/** Zulip writes instants as seconds with a fraction. */
const instantIn = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? Math.floor(value * MS) : undefined;

const kindOfUser = ({ is_bot: isBot, role }: Fields) => (isBot === true ? "bot" : role === GUEST ? "guest" : "user");

function* userEvents(realm: unknown, reading: Reading): Generator<CloudEvent> {
  for (const user of [...tableIn(realm, "zerver_userprofile"), ...tableIn(realm, "zerver_userprofile_mirrordummy")]) {
    reading.row();
    const time = instantIn(user["date_joined"]);
    const lastLogin = instantIn(user["last_login"]);
    if (typeof user["id"] !== "number" || time === undefined) {
      reading.passOver("users without id or date_joined");
      continue;
    }
    const id = String(user["id"]);
    yield eventOf(SOURCE, "user.changed", `user-${id}`, time, {
      id,
      kind: kindOfUser(user),
      active: user["is_active"] !== false && user["is_mirror_dummy"] !== true,
      ...(lastLogin === undefined ? {} : { lastLogin: new Date(lastLogin).toISOString() }),
    });
  }
}

function* streamEvents(realm: unknown, reading: Reading): Generator<CloudEvent> {
  for (const stream of tableIn(realm, "zerver_stream")) {
    reading.row();
    const time = instantIn(stream["date_created"]);
    if (typeof stream["id"] !== "number" || time === undefined) {
      reading.passOver("channels without id or date_created");
      continue;
    }
    const { id, kind } = streamRoom(stream);
    yield eventOf(SOURCE, "room.changed", `room-${id}`, time, { id, kind });
  }
}

const streamRoom = ({ id, invite_only: isPrivate }: Fields): Room => ({
  id: `channel-${String(id)}`,
  kind: isPrivate === true ? "private" : "channel",
});

/** Finds the room of a message: of two people who write to each other it is one, whoever writes. */
const roomsIn = (realm: unknown): ((message: Fields) => Room | undefined) => {
  const recipients = new Map(tableIn(realm, "zerver_recipient").map((row) => [row["id"], row]));
  const streams = new Map(tableIn(realm, "zerver_stream").map((row) => [row["id"], streamRoom(row)]));
  return ({ recipient, sender }) => {
    const { type, type_id: of } = recipients.get(recipient) ?? {};
    if (type === STREAM) return streams.get(of);
    if (type === GROUP) return { id: `group-${String(of)}`, kind: "direct" };
    if (type !== PERSONAL || typeof sender !== "number" || typeof of !== "number") return undefined;
    return { id: `direct-${Math.min(sender, of)}-${Math.max(sender, of)}`, kind: "direct" };
  };
};

const MESSAGES = /^messages-\d+\.json$/;

async function* messageEvents(
  files: Files,
  roomOf: (message: Fields) => Room | undefined,
  reading: Reading,
): AsyncGenerator<CloudEvent> {
  const rooms = new Set<string>();
  const topics = new Set<string>();
  for (const name of files.names.filter((one) => MESSAGES.test(one))) {
    for (const message of tableIn(await files.json(name), "zerver_message")) {
      reading.row();
      const time = instantIn(message["date_sent"]);
      const room = roomOf(message);
      if (typeof message["id"] !== "number" || typeof message["sender"] !== "number" || time === undefined) {
        reading.passOver("messages without id, sender or date_sent");
        continue;
      }
      if (room === undefined) {
        reading.passOver("messages to recipients that the export does not hold");
        continue;
      }
      // Nobody creates a conversation between people: it begins with its first message.
      if (room.kind === "direct" && !rooms.has(room.id)) {
        rooms.add(room.id);
        yield eventOf(SOURCE, "room.changed", `room-${room.id}`, time, { id: room.id, kind: room.kind });
      }
      const topic = `${room.id} ${String(message["subject"])}`;
      const thread = topics.has(topic) ? "reply" : "started";
      topics.add(topic);
      yield eventOf(SOURCE, "message.sent", String(message["id"]), time, {
        room: room.id,
        roomKind: room.kind,
        user: String(message["sender"]),
        // A topic of a channel is what others call a thread.
        ...(room.kind === "direct" ? {} : { thread }),
      });
    }
    reading.bytes(files.sizeOf(name));
  }
}

function* uploadEvents(attachments: unknown, reading: Reading): Generator<CloudEvent> {
  for (const { id, size, create_time: created } of tableIn(attachments, "zerver_attachment")) {
    reading.row();
    const time = instantIn(created);
    if (time === undefined || typeof size !== "number") reading.passOver("attachments without size or create_time");
    else yield eventOf(SOURCE, "upload.added", `upload-${String(id)}`, time, { bytes: size });
  }
}

async function* allEvents(files: Files, reading: Reading): AsyncGenerator<CloudEvent> {
  try {
    const realm = await files.json("realm.json");
    reading.bytes(files.sizeOf("realm.json"));
    yield* userEvents(realm, reading);
    yield* streamEvents(realm, reading);
    yield* messageEvents(files, roomsIn(realm), reading);
    if (files.names.includes("attachment.json")) yield* uploadEvents(await files.json("attachment.json"), reading);
  } finally {
    files.close();
  }
}

/**
 * What Zulip exports (`manage.py export`), unpacked into a folder or as a zip: realm.json, messages-*.json and, if it is
 * there, attachment.json.
 * @throws Mishap.
 */
export const zulipExport = async (path: string): Promise<Export> => {
  const files = await openFiles(path);
  for (const name of files.names.filter((one) => MESSAGES.test(one)))
    for (const { id } of tableIn(await files.json(name), "zerver_message"))
      return { name: `zulip-${String(id)}`, size: files.size, events: (reading) => allEvents(files, reading) };
  files.close();
  throw new Mishap(`${path} holds no messages: unpack the export (tar xzf …) and name the folder with realm.json.`);
};
