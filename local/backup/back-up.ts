import { chmod, copyFile, mkdir, readdir, realpath, rm } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { Failure } from "../../functions/core/failure.ts";
import { isoOf } from "../../functions/core/instant.ts";
import { codeOf, errorOf, isAbsent } from "../../functions/core/thrown.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { openKeptStore } from "../kept-store.ts";
import { Mishap } from "../mishap.ts";
import { UPSTREAMS } from "../places.ts";
import type { Surroundings } from "../surroundings.ts";
import { writeWhole } from "../whole-file.ts";
import { copyArchive, filesIn } from "./archive.ts";
import { copyDatabase, type Publications } from "./database.ts";
import { checkFiles, DATA, DATABASE, type Manifest, MANIFEST, type ManifestFile, measured } from "./manifest.ts";

/** What is to be backed up, and where to. */
export interface BackupOptions {
  /** The local runtime's folder; it may be running. */
  readonly data: string;
  /** A folder that is new, or empty. */
  readonly to: string;
  readonly surroundings: Surroundings;
  readonly version: string;
  readonly onProgress: (text: string) => void;
}

const mustBeWhole = ({ dynamodbEndpoint, s3Endpoint }: Surroundings): void => {
  const brought = dynamodbEndpoint ?? s3Endpoint;
  if (brought !== undefined)
    throw new Mishap(
      `What is kept lies on a server of your own (${brought}): back it up by its own means; a folder holds only part of it.`,
    );
};

/** Makes a folder, or takes one that is empty. */
const freshFolder = async (path: string): Promise<string> => {
  const folder = await realpath(path);
  if ((await readdir(folder)).length > 0)
    throw new Mishap(`${resolve(path)} is not empty: name a folder that is not there yet; nothing is written over.`);
  // It holds credentials.
  await chmod(folder, 0o700);
  return folder;
};

/** What is copied must not hold the copy. */
const mustLieOutside = (data: string, to: string): void => {
  const way = relative(data, to);
  if (!way.startsWith("..") && !isAbsolute(way))
    throw new Mishap(`${to} lies in the data folder itself: name another one, on another disk if there is one.`);
};

/** A disk that is full or may not be written is told without a stack. */
const unwritable = (error: unknown): never => {
  if (error instanceof Mishap || error instanceof Failure || codeOf(error) === undefined) throw error;
  throw new Mishap(`The backup could not be written: ${errorOf(error).message}.`, { cause: error });
};

const publicationsOf = async (parts: Parts): Promise<Publications> => {
  const published = new Map<string, number>();
  let after: string | undefined;
  do {
    const page = await parts.workspaces.list(after);
    for (const id of page.ids) published.set(id, (await parts.hours.head(id))?.publication.number ?? 0);
    after = page.next;
  } while (after !== undefined);
  return published;
};

/** Copies a file for its owner's eyes, if it is there. */
const copyIfThere = async (from: string, to: string): Promise<void> => {
  try {
    await copyFile(from, to);
    await chmod(to, 0o600);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
};

/**
 * Copies the keys that ids are hashed with: without its own, a workspace could not tell who is who. Those of polled
 * servers stay behind.
 */
const copyKeys = async (from: string, to: string): Promise<void> => {
  const names = await readdir(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const keys = names.filter((name) => name.endsWith(".key"));
  if (keys.length === 0) return;
  await mkdir(to, { mode: 0o700 });
  for (const name of keys) await copyIfThere(join(from, name), join(to, name));
};

const manifestOf = async (
  folder: string,
  published: Publications,
  { version, onProgress }: BackupOptions,
): Promise<Manifest> => {
  const files: ManifestFile[] = [];
  for (const path of await filesIn(folder)) {
    files.push({ path, ...(await measured(join(folder, path))) });
    onProgress(`${files.length} files measured`);
  }
  return {
    format: 1,
    tidemark: version,
    madeAt: isoOf(Date.now()),
    workspaces: [...published].map(([id, publications]) => ({ id, publications })),
    totals: { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) },
    files,
  };
};

const copyAll = async (folder: string, to: string, options: BackupOptions): Promise<Publications> => {
  const { surroundings, onProgress } = options;
  const { parts, close } = await openKeptStore(folder, surroundings);
  try {
    await mkdir(to);
    // Before the database: a sample that was sent further than it says is sent again, which changes nothing.
    await copyIfThere(join(folder, "sample.json"), join(to, "sample.json"));
    await copyIfThere(join(folder, "credentials.json"), join(to, "credentials.json"));
    const published = await copyDatabase(
      join(folder, DATABASE),
      join(to, DATABASE),
      () => publicationsOf(parts),
      (part) => onProgress(`database: ${Math.round(part * 100)} %`),
    );
    // After the database: a key is there before anything is hashed with it.
    await copyKeys(join(folder, UPSTREAMS), join(to, UPSTREAMS));
    await copyArchive(join(folder, "archive"), join(to, "archive"), published, (copied, of) =>
      onProgress(`archive: ${copied} of ${of} files`),
    );
    return published;
  } finally {
    await close();
  }
};

/**
 * Copies what a data folder keeps, as of one moment, while its runtime works on; reads the copy again, and writes down
 * last what it must be. A backup that fails leaves nothing.
 * @throws Mishap when there is no data, when the folder is not empty, or when the copy is not as it should be.
 */
export const backUp = async (options: BackupOptions): Promise<Manifest> => {
  mustBeWhole(options.surroundings);
  const data = resolve(options.data);
  mustLieOutside(data, resolve(options.to));
  const made = await mkdir(options.to, { recursive: true, mode: 0o700 }).catch(unwritable);
  const to = await freshFolder(options.to);
  const copied = join(to, DATA);
  try {
    const published = await copyAll(data, copied, options).catch(unwritable);
    const manifest = await manifestOf(copied, published, options);
    await checkFiles(copied, manifest, (checked, of) => options.onProgress(`${checked} of ${of} files checked`));
    await writeWhole(join(to, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
    return manifest;
  } catch (error) {
    await rm(made ?? copied, { recursive: true, force: true });
    throw error;
  }
};
