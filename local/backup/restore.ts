import { chmod, copyFile, mkdir, readdir, realpath, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { codeOf, errorOf } from "../../functions/core/thrown.ts";
import { lockFolder } from "../folder-lock.ts";
import { Mishap } from "../mishap.ts";
import { checkFiles, DATA, type Manifest, readManifest } from "./manifest.ts";

/** Which backup, and where to. */
export interface RestoreOptions {
  readonly from: string;
  /** A data folder that is new, or empty. */
  readonly data: string;
  readonly onProgress: (text: string) => void;
}

/** Where files lie until all are there; in the folder itself, which may be a disk of its own. */
const UNFINISHED = ".restoring";

const mustBeEmpty = async (folder: string): Promise<void> => {
  // What a restoration left that was cut short is of no use to anybody.
  await rm(join(folder, UNFINISHED), { recursive: true, force: true });
  if ((await readdir(folder)).length > 0)
    throw new Mishap(`${folder} is not empty: name a folder that is not there yet; nothing is written over.`);
};

const copyFiles = async (
  from: string,
  to: string,
  { files }: Manifest,
  onProgress: RestoreOptions["onProgress"],
): Promise<void> => {
  for (const [at, { path }] of files.entries()) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(join(from, path), join(to, path));
    if (path === "credentials.json" || path.endsWith(".key")) await chmod(join(to, path), 0o600);
    onProgress(`${at + 1} of ${files.length} files copied`);
  }
};

const restoreInto = async (folder: string, manifest: Manifest, { from, onProgress }: RestoreOptions): Promise<void> => {
  const unfinished = join(folder, UNFINISHED);
  await mkdir(unfinished);
  try {
    await copyFiles(join(from, DATA), unfinished, manifest, onProgress);
    await checkFiles(unfinished, manifest, (checked, of) => onProgress(`${checked} of ${of} copies checked`));
    for (const name of await readdir(unfinished)) await rename(join(unfinished, name), join(folder, name));
    await rmdir(unfinished);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (error instanceof Mishap || codeOf(error) === undefined) throw error;
    throw new Mishap(`The backup could not be copied: ${errorOf(error).message}.`, { cause: error });
  }
};

/**
 * Makes a data folder of a backup, after holding every file against its manifest.
 * @throws Mishap naming the first file that does not fit, or when the folder is in use or not empty.
 */
export const restoreBackup = async (options: RestoreOptions): Promise<Manifest> => {
  const from = resolve(options.from);
  const manifest = await readManifest(from);
  await checkFiles(join(from, DATA), manifest, (checked, of) =>
    options.onProgress(`${checked} of ${of} files of the backup checked`),
  );
  await mkdir(options.data, { recursive: true, mode: 0o700 });
  const folder = await realpath(options.data);
  const lock = await lockFolder(folder);
  try {
    await mustBeEmpty(folder);
    await restoreInto(folder, manifest, options);
    return manifest;
  } finally {
    await lock.release();
  }
};
