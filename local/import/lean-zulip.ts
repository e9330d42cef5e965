import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { Mishap } from "../mishap.ts";

/** A CloudEvents 1.0 object as it is sent. */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: object;
}

/** One message: when, by whom, where. */
export interface Row {
  /** Seconds since 1970 UTC. */
  readonly time: number;
  readonly message: string;
  readonly sender: string;
  readonly channel: string;
  readonly topic: string;
}

/** The reporter these events go by. */
export const SOURCE = "lean-zulip";

const COLUMNS = "timestamp\tmessage\tsender\tchannel\ttopic";
const ROW = /^(\d{1,10})\t(\w{1,20})\t(\w{1,64})\t(\w{1,64})\t(\w{1,64})$/;

/**
 * Reads a table of messages, plain or compressed (.gz), row by row.
 * @param onBytes called with the size of each piece that was read from the file.
 * @throws Mishap for a file or a line that is none; it names the line.
 */
export async function* rowsOf(path: string, onBytes?: (bytes: number) => void): AsyncGenerator<Row> {
  const file = createReadStream(path);
  let failure: Error | undefined;
  if (onBytes !== undefined) file.on("data", (chunk) => onBytes(chunk.length));
  const text = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  const lines = createInterface({ input: text, crlfDelay: Infinity });
  // An error of the file does not travel down the pipe, and readline passes on none at all.
  for (const stream of new Set([file, text]))
    stream.on("error", (error: Error) => {
      failure ??= error;
      lines.close();
    });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (number === 1) {
      if (line !== COLUMNS)
        throw new Mishap(`${path} line 1: the columns must be ${COLUMNS.replaceAll("\t", ", ")}, tabs between them.`);
      continue;
    }
    const [, time = "", message = "", sender = "", channel = "", topic = ""] = ROW.exec(line) ?? notARow(path, number);
    yield { time: Number(time), message, sender, channel, topic };
  }
  if (failure !== undefined) throw new Mishap(`${path} can't be read: ${failure.message}`, { cause: failure });
  if (number === 0) throw new Mishap(`${path} is empty.`);
}

const notARow = (path: string, line: number): never => {
  throw new Mishap(
    `${path} line ${line}: expected five columns (Unix seconds, message, sender, channel, topic), tabs between them.`,
  );
};

/** A row and what was seen in it for the first time. */
export interface Sighted {
  readonly row: Row;
  readonly isNewUser: boolean;
  readonly isNewRoom: boolean;
  readonly isNewTopic: boolean;
}

/** Remembers who and what was seen, row after row. */
export class Sightings {
  readonly #users = new Set<string>();
  readonly #rooms = new Set<string>();
  readonly #topics = new Set<string>();

  see(row: Row): Sighted {
    return {
      row,
      isNewUser: isFirst(this.#users, row.sender),
      isNewRoom: isFirst(this.#rooms, row.channel),
      isNewTopic: isFirst(this.#topics, `${row.channel} ${row.topic}`),
    };
  }
}

const isFirst = (seen: Set<string>, one: string): boolean => {
  if (seen.has(one)) return false;
  seen.add(one);
  return true;
};

/**
 * The events of a row: its sender and channel when they are new, then the message.
 * @param instant when it is to have happened, milliseconds since 1970 UTC; by default when it did.
 * @param id of the message's event; by default the message's own.
 */
export const eventsOfRow = (
  { row, isNewUser, isNewRoom, isNewTopic }: Sighted,
  instant = row.time * 1_000,
  id = row.message,
): CloudEvent[] => {
  const common = { specversion: "1.0", source: SOURCE, time: new Date(instant).toISOString() } as const;
  const events: CloudEvent[] = [];
  if (isNewUser)
    events.push({
      ...common,
      id: `user-${row.sender}`,
      type: "user.changed",
      data: { id: row.sender, kind: "user", active: true },
    });
  if (isNewRoom)
    events.push({
      ...common,
      id: `room-${row.channel}`,
      type: "room.changed",
      data: { id: row.channel, kind: "channel" },
    });
  events.push({
    ...common,
    id,
    type: "message.sent",
    data: { room: row.channel, roomKind: "channel", user: row.sender, thread: isNewTopic ? "started" : "reply" },
  });
  return events;
};

/** The events of a table of messages, in its order. */
export async function* eventsOf(rows: AsyncIterable<Row> | Iterable<Row>): AsyncGenerator<CloudEvent> {
  const sightings = new Sightings();
  for await (const row of rows) yield* eventsOfRow(sightings.see(row));
}
