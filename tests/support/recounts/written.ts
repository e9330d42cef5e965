import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Who wrote when and where, straight from the table of messages of 2024. */
export interface Written {
  /** Date in UTC, such as `2024-01-01`. */
  readonly date: string;
  readonly user: string;
  readonly room: string;
}

/** The whole table, read without any of Tidemark's code: what is counted from it is an independent count. */
export const written = (): readonly Written[] =>
  gunzipSync(readFileSync(new URL("../../fixtures/lean-zulip/2024.tsv.gz", import.meta.url)))
    .toString()
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [seconds = "", , user = "", room = ""] = line.split("\t");
      return { date: new Date(Number(seconds) * 1_000).toISOString().slice(0, 10), user, room };
    })
    .filter(({ date }) => date.startsWith("2024"));

const mondayOf = (date: string): string => {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
};

/** Where the day, ISO week or month of UTC begins that holds a date. */
export const BEGINNINGS: Readonly<Record<string, (date: string) => string>> = {
  day: (date) => date,
  week: mondayOf,
  month: (date) => `${date.slice(0, 7)}-01`,
};

/** How many different users wrote, and in how many rooms, by where their day, week or month begins. */
export const differentIn = (
  rows: readonly Written[],
  interval: string,
): ReadonlyMap<string, { readonly users: number; readonly rooms: number }> => {
  const seen = new Map<string, { readonly users: Set<string>; readonly rooms: Set<string> }>();
  for (const { date, user, room } of rows) {
    const start = BEGINNINGS[interval]?.(date) ?? date;
    const sets = seen.get(start) ?? { users: new Set(), rooms: new Set() };
    sets.users.add(user);
    sets.rooms.add(room);
    seen.set(start, sets);
  }
  return new Map([...seen].map(([start, { users, rooms }]) => [start, { users: users.size, rooms: rooms.size }]));
};
