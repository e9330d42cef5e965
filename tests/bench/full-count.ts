import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import type { Postgres } from "./postgres.ts";

/** A message as a chat server keeps it; its text is left out, which only helps whoever has to scan. */
export interface Post {
  readonly room: string;
  readonly author: string;
  /** ISO 8601. */
  readonly sent: string;
}

/** What a full count says. */
export interface Counts {
  /** All there ever were, by the kind of their room. */
  readonly byKind: Readonly<Record<string, number>>;
  /** Of one hour. */
  readonly sent: number;
  readonly authors: number;
  readonly rooms: number;
}

const TABLES = `
  CREATE TABLE rooms (id text PRIMARY KEY, kind text NOT NULL);
  CREATE UNLOGGED TABLE messages (room text NOT NULL, author text NOT NULL, sent timestamptz NOT NULL);`;

/** Both counts are answered from an index alone, once the table is vacuumed. */
const INDEXES = [
  "CREATE INDEX ON messages (room)",
  "CREATE INDEX ON messages (sent) INCLUDE (author, room)",
  "VACUUM (FREEZE, ANALYZE) messages",
  "VACUUM (FREEZE, ANALYZE) rooms",
];

const BY_KIND = `
  SELECT kind, sum(counted)::bigint AS counted
  FROM (SELECT room, count(*) AS counted FROM messages GROUP BY room) AS of_room JOIN rooms ON rooms.id = room
  GROUP BY kind`;

const OF_HOUR = `
  SELECT count(*) AS sent, count(DISTINCT author) AS authors, count(DISTINCT room) AS rooms
  FROM messages WHERE sent >= $1 AND sent < $2`;

function* linesOf(posts: Iterable<Post>): Generator<string> {
  let lines: string[] = [];
  for (const { room, author, sent } of posts) {
    lines.push(`${room}\t${author}\t${sent}\n`);
    if (lines.length < 10_000) continue;
    yield lines.join("");
    lines = [];
  }
  yield lines.join("");
}

/** Fills an empty PostgreSQL with messages in rooms of which each is of a kind, and makes it as ready as it can be. */
export const fillPostgres = async (
  { client, folder }: Postgres,
  rooms: ReadonlyMap<string, string>,
  posts: Iterable<Post>,
): Promise<void> => {
  await client.query("DROP TABLE IF EXISTS messages; DROP TABLE IF EXISTS rooms;");
  await client.query(TABLES);
  await client.query("INSERT INTO rooms SELECT * FROM unnest($1::text[], $2::text[])", [
    [...rooms.keys()],
    [...rooms.values()],
  ]);
  const file = join(folder, "messages.tsv");
  await pipeline(Readable.from(linesOf(posts)), createWriteStream(file));
  await client.query(`COPY messages FROM '${file}'`);
  for (const statement of INDEXES) await client.query(statement);
};

/** The full count that a chat server does for the same numbers: all messages by kind of room, and who wrote where in an hour. */
export const countAll = async (client: pg.Client, from: string, to: string): Promise<Counts> => {
  const byKind = await client.query<{ kind: string; counted: string }>({ name: "by-kind", text: BY_KIND });
  const ofHour = await client.query<Record<"sent" | "authors" | "rooms", string>>({
    name: "of-hour",
    text: OF_HOUR,
    values: [from, to],
  });
  const [hour] = ofHour.rows;
  return {
    byKind: Object.fromEntries(byKind.rows.map(({ kind, counted }) => [kind, Number(counted)])),
    sent: Number(hour?.sent),
    authors: Number(hour?.authors),
    rooms: Number(hour?.rooms),
  };
};
