import { isFields } from "../../functions/core/fields.ts";
import type { CloudEvent } from "../../local/import/lean-zulip.ts";
import { Mishap } from "../../local/mishap.ts";
import { eventOf, type Export, type Reading } from "./export.ts";
import { type Files, openFiles } from "./files.ts";

const SOURCE = "slack-export";
const MS = 1_000;

type Fields = Readonly<Record<string, unknown>>;

interface Channel {
  readonly id: string;
  readonly kind: "channel" | "private" | "direct";
  readonly created: number | undefined;
  /** Folder of its days. */
  readonly folder: string;
}

/** Lists of conversations: the file, their kind, and whether folders go by name or by id. */
const LISTS = [
  { file: "channels.json", kind: "channel", folder: "name" },
  { file: "groups.json", kind: "private", folder: "name" },
  { file: "dms.json", kind: "direct", folder: "id" },
  { file: "mpims.json", kind: "direct", folder: "name" },
] as const;

/** Subtypes of messages that somebody wrote; every other one Slack wrote itself. */
const WRITTEN: readonly unknown[] = [
  undefined,
  "bot_message",
  "me_message",
  "thread_broadcast",
  "file_share",
  "file_comment",
];

const listIn = async (files: Files, name: string): Promise<readonly Fields[]> => {
  const list = await files.json(name);
  if (!Array.isArray(list)) throw new Mishap(`${files.path}: ${name} is no list.`);
  return list.filter((one): one is Fields => typeof one === "object" && one !== null);
};

const channelsIn = async (files: Files): Promise<readonly Channel[]> => {
  const channels: Channel[] = [];
  for (const { file, kind, folder } of LISTS) {
    if (!files.names.includes(file)) continue;
    for (const { id, name, created } of await listIn(files, file)) {
      const inFolder = folder === "id" ? id : name;
      if (typeof id === "string" && typeof inFolder === "string")
        channels.push({ id, kind, created: typeof created === "number" ? created * MS : undefined, folder: inFolder });
    }
  }
  return channels;
};

/** A time stamp such as `1355517523.000005`, in milliseconds since 1970 UTC. */
const instantOf = (ts: unknown): number | undefined => {
  const seconds = typeof ts === "string" && /^\d{1,10}\.\d+$/.test(ts) ? Number(ts) : Number.NaN;
  return Number.isFinite(seconds) ? Math.floor(seconds * MS) : undefined;
};

const authorOf = ({ user, bot_id: bot }: Fields): string | undefined =>
  typeof user === "string" ? user : typeof bot === "string" ? bot : undefined;

interface Written {
  readonly channel: Channel;
  readonly message: Fields;
  readonly time: number;
  readonly author: string;
}

/** Messages day by day of a channel, and channel by channel. */
async function* messagesIn(files: Files, channels: readonly Channel[], reading: Reading): AsyncGenerator<Written> {
  for (const channel of channels) {
    for (const name of files.names.filter((one) => one.startsWith(`${channel.folder}/`))) {
      for (const message of await listIn(files, name)) {
        reading.row();
        const time = instantOf(message["ts"]);
        const author = authorOf(message);
        if (message["type"] !== "message" || !WRITTEN.includes(message["subtype"])) reading.passOver("system messages");
        else if (time === undefined || author === undefined) reading.passOver("messages without ts or author");
        else yield { channel, message, time, author };
      }
      reading.bytes(files.sizeOf(name));
    }
  }
}

const NOTHING_TOLD: Reading = { bytes: () => {}, row: () => {}, passOver: () => {} };

/** When people and channels were first seen, and the last of all: an export tells nobody's first day. */
interface FirstSeen {
  readonly people: ReadonlyMap<string, number>;
  readonly channels: ReadonlyMap<string, number>;
  readonly last: number;
}

const firstSeenIn = async (files: Files, channels: readonly Channel[]): Promise<FirstSeen> => {
  const people = new Map<string, number>();
  const rooms = new Map<string, number>();
  let last = 0;
  const see = (seen: Map<string, number>, id: string, time: number): void => {
    seen.set(id, Math.min(seen.get(id) ?? Infinity, time));
  };
  for (const { id, created } of channels) if (created !== undefined) see(rooms, id, created);
  for await (const { channel, time, author } of messagesIn(files, channels, NOTHING_TOLD)) {
    see(people, author, time);
    see(rooms, channel.id, time);
    last = Math.max(last, time);
  }
  return { people, channels: rooms, last };
};

const kindOfUser = ({ id, is_bot: isBot, is_restricted: isGuest, is_ultra_restricted: isSingle }: Fields) =>
  isBot === true || id === "USLACKBOT" ? "bot" : isGuest === true || isSingle === true ? "guest" : "user";

async function* peopleEvents(files: Files, { people, last }: FirstSeen, reading: Reading): AsyncGenerator<CloudEvent> {
  const listed = new Set<string>();
  for (const user of await listIn(files, "users.json")) {
    reading.row();
    const { id } = user;
    if (typeof id !== "string") {
      reading.passOver("users without id");
      continue;
    }
    listed.add(id);
    // Who never wrote is known from the export alone, and so from its end.
    yield eventOf(SOURCE, "user.changed", `user-${id}`, people.get(id) ?? last, {
      id,
      kind: kindOfUser(user),
      active: user["deleted"] !== true,
    });
  }
  // Integrations write under ids of their own, which no list names.
  for (const [id, time] of people)
    if (!listed.has(id)) yield eventOf(SOURCE, "user.changed", `user-${id}`, time, { id, kind: "bot", active: true });
}

const threadOf = ({ ts, thread_ts: thread, reply_count: replies }: Fields): object => {
  if (thread === undefined) return {};
  return thread === ts
    ? typeof replies === "number" && replies > 0
      ? { thread: "started" }
      : {}
    : { thread: "reply" };
};

function* messageEvents({ channel, message, time, author }: Written): Generator<CloudEvent> {
  const id = `${channel.id}-${String(message["ts"])}`;
  yield eventOf(SOURCE, "message.sent", id, time, {
    room: channel.id,
    roomKind: channel.kind,
    user: author,
    ...threadOf(message),
  });
  const files: readonly unknown[] = Array.isArray(message["files"]) ? message["files"] : [];
  for (const [at, file] of files.entries()) {
    const size = isFields(file) ? file["size"] : undefined;
    if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0)
      yield eventOf(SOURCE, "upload.added", `${id}-file-${at}`, time, { bytes: size });
  }
}

async function* allEvents(files: Files, reading: Reading): AsyncGenerator<CloudEvent> {
  try {
    const channels = await channelsIn(files);
    const seen = await firstSeenIn(files, channels);
    yield* peopleEvents(files, seen, reading);
    for (const { id, kind } of channels)
      yield eventOf(SOURCE, "room.changed", `room-${id}`, seen.channels.get(id) ?? seen.last, { id, kind });
    for await (const written of messagesIn(files, channels, reading)) yield* messageEvents(written);
  } finally {
    files.close();
  }
}

/**
 * What Slack exports: a folder or a zip with users.json, lists of channels, and a folder of days for each.
 * @throws Mishap.
 */
export const slackExport = async (path: string): Promise<Export> => {
  const files = await openFiles(path);
  const channels = await channelsIn(files);
  for await (const { channel, message } of messagesIn(files, channels, NOTHING_TOLD))
    return {
      name: `slack-${channel.id}-${String(message["ts"])}`,
      size: files.size,
      events: (reading) => allEvents(files, reading),
    };
  files.close();
  throw new Mishap(`${path} holds no messages: it needs users.json, channels.json and a folder of days per channel.`);
};
