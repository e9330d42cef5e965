import { backup, DatabaseSync } from "node:sqlite";
import { Mishap } from "../mishap.ts";

/** Pages of 4 KB that are copied between two words of progress. */
const PAGES_AT_A_TIME = 2_000;
/** Tries to find a moment in which nothing is published. */
const TRIES = 100;
const PATIENCE_MS = 5_000;

/** Highest publication number by workspace. */
export type Publications = ReadonlyMap<string, number>;

const isSame = (one: Publications, other: Publications): boolean =>
  one.size === other.size && [...one].every(([id, number]) => other.get(id) === number);

/** What is read in it is the database of one moment, whatever others write meanwhile (SQLite's write-ahead log). */
const atOneMoment = (from: string): DatabaseSync => {
  const database = new DatabaseSync(from, { readOnly: true, timeout: PATIENCE_MS });
  database.exec("BEGIN");
  // A transaction begins with its first read.
  database.prepare("SELECT COUNT(*) FROM sqlite_master").get();
  return database;
};

const mustBeSound = (path: string): void => {
  const database = new DatabaseSync(path);
  try {
    const [row] = database.prepare("PRAGMA quick_check(1)").all();
    if (Object.values(row ?? {})[0] !== "ok") throw new Mishap(`The copy of the database is not sound: ${path}.`);
  } finally {
    database.close();
  }
};

/**
 * Copies the engine's file as of one moment, while the engine works on.
 * @param look says what is published; what it says holds for the copy.
 * @throws Mishap when the copy is not sound.
 */
export const copyDatabase = async (
  from: string,
  to: string,
  look: () => Promise<Publications>,
  onProgress: (part: number) => void,
): Promise<Publications> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await look();
    const database = atOneMoment(from);
    try {
      if (!isSame(before, await look())) continue;
      await backup(database, to, {
        rate: PAGES_AT_A_TIME,
        progress: ({ totalPages, remainingPages }) => onProgress(1 - remainingPages / totalPages),
      });
    } finally {
      database.close();
    }
    mustBeSound(to);
    return before;
  }
  throw new Mishap("Hours kept being published: try again when the import or the catching up is over.");
};
