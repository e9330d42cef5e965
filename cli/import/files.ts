import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { type Entry, open, type ZipFile } from "yauzl";
import { errorOf } from "../../functions/core/thrown.ts";
import { Mishap } from "../../local/mishap.ts";

/** The size of a file in bytes. @throws Mishap when it can't be read. */
export const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw new Mishap(`${file} can't be read: ${errorOf(error).message}`, { cause: error });
  }
};

/** Files of an export, by their path in it with slashes; a folder, or a zip. */
export interface Files {
  readonly path: string;
  /** In order. */
  readonly names: readonly string[];
  /** Bytes of all of them, unpacked. */
  readonly size: number;
  /** Parses a JSON file. @throws Mishap that names it when it is missing or no JSON. */
  readonly json: (name: string) => Promise<unknown>;
  readonly sizeOf: (name: string) => number;
  readonly close: () => void;
}

/** A file of an export is a day of a channel or a list of people: no honest one comes near this. */
const MOST_BYTES = 1_000_000_000;

const parsed = (path: string, name: string, bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    throw new Mishap(`${path}: ${name} is no JSON: ${errorOf(error).message}`, { cause: error });
  }
};

const filesOf = (
  path: string,
  sizes: ReadonlyMap<string, number>,
  read: (name: string) => Promise<Buffer>,
  close: () => void,
): Files => ({
  path,
  names: [...sizes.keys()].toSorted(),
  size: [...sizes.values()].reduce((sum, size) => sum + size, 0),
  json: async (name) => {
    const size = sizes.get(name);
    if (size === undefined) throw new Mishap(`${path} holds no ${name}: is it the export that was meant?`);
    if (size > MOST_BYTES) throw new Mishap(`${path}: ${name} is larger than any export's file should be.`);
    return parsed(path, name, await read(name));
  },
  sizeOf: (name) => sizes.get(name) ?? 0,
  close,
});

const inFolder = async (path: string): Promise<Files> => {
  const sizes = new Map<string, number>();
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const file = join(entry.parentPath, entry.name);
    sizes.set(file.slice(path.length).replace(/^\/+/, ""), (await stat(file)).size);
  }
  return filesOf(
    path,
    sizes,
    (name) => readFile(join(path, name)),
    () => {},
  );
};

const openZip = promisify<string, { autoClose: boolean; lazyEntries: boolean }, ZipFile>(open);

const entriesIn = (zip: ZipFile): Promise<ReadonlyMap<string, Entry>> =>
  new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>();
    zip.on("entry", (entry: Entry) => {
      if (entry.fileName.endsWith(".json")) entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.once("end", () => resolve(entries));
    zip.once("error", reject);
    zip.readEntry();
  });

/** Exports are packed with or without a folder around everything. */
const commonFolder = (names: readonly string[]): string => {
  const first = names[0]?.split("/")[0] ?? "";
  return names.length > 0 && names.every((name) => name.startsWith(`${first}/`)) ? `${first}/` : "";
};

const inZip = async (path: string): Promise<Files> => {
  let zip: ZipFile;
  let entries: ReadonlyMap<string, Entry>;
  try {
    zip = await openZip(path, { autoClose: false, lazyEntries: true });
    entries = await entriesIn(zip);
  } catch (error) {
    throw new Mishap(`${path} is neither a folder nor a zip: ${errorOf(error).message}`, { cause: error });
  }
  const folder = commonFolder([...entries.keys()]);
  const sizes = new Map([...entries].map(([name, entry]) => [name.slice(folder.length), entry.uncompressedSize]));
  const read = (name: string): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const entry = entries.get(`${folder}${name}`);
      if (entry === undefined) {
        reject(new Error(`there is no ${name}`));
        return;
      }
      // The reader holds an entry to the size that its directory tells: no bomb unpacks to more.
      zip.openReadStream(entry, (error, stream) => {
        if (error === null) resolve(buffer(stream));
        else reject(error);
      });
    });
  return filesOf(path, sizes, read, () => zip.close());
};

/**
 * Opens the JSON files of an export.
 * @param path a folder, or a zip with or without a folder around everything.
 * @throws Mishap when it is neither.
 */
export const openFiles = async (path: string): Promise<Files> => {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    throw new Mishap(`${path} can't be read: ${errorOf(error).message}`, { cause: error });
  }
  return isFolder ? inFolder(path) : inZip(path);
};
