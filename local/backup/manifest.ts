import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isFields } from "../../functions/core/fields.ts";
import { codeOf } from "../../functions/core/thrown.ts";
import { Mishap } from "../mishap.ts";

/** One file of a backup, by its path in the data folder. */
export interface ManifestFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a backup holds; written last, so a folder without it was never finished. */
export interface Manifest {
  readonly format: 1;
  /** The Tidemark that wrote it. */
  readonly tidemark: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** Workspaces that had not ended, and how many publications each had. */
  readonly workspaces: readonly { readonly id: string; readonly publications: number }[];
  readonly totals: { readonly files: number; readonly bytes: number };
  readonly files: readonly ManifestFile[];
}

/** Its name in the backup; the files lie in a folder beside it, so that no runtime is started on a backup by mistake. */
export const MANIFEST = "manifest.json";
/** The folder of the files, in a backup. */
export const DATA = "data";

/** The local engine's file, in a data folder. */
export const DATABASE = "dynamodb.sqlite";

const isFile = (file: unknown): file is ManifestFile => {
  const { path, bytes, sha256 }: Partial<Record<keyof ManifestFile, unknown>> = isFields(file) ? file : {};
  return (
    typeof path === "string" &&
    // Nothing that leads out of the folder.
    /^[\w=.-]+(\/[\w=.-]+)*$/.test(path) &&
    !path.split("/").includes("..") &&
    Number.isSafeInteger(bytes) &&
    typeof sha256 === "string"
  );
};

const isManifest = (found: unknown): found is Manifest => {
  const { format, files }: Partial<Record<keyof Manifest, unknown>> = isFields(found) ? found : {};
  return format === 1 && Array.isArray(files) && files.every(isFile) && files.some(({ path }) => path === DATABASE);
};

/** @throws Mishap when the folder holds no finished backup. */
export const readManifest = async (folder: string): Promise<Manifest> => {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST), "utf8");
  } catch (error) {
    throw new Mishap(`There is no finished backup in ${folder}: it has no ${MANIFEST}.`, { cause: error });
  }
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = undefined;
  }
  if (isManifest(found)) return found;
  throw new Mishap(`${join(folder, MANIFEST)} is no manifest that this version of Tidemark can read.`);
};

/** Size and sha256 of a file, however large. */
export const measured = async (path: string): Promise<Omit<ManifestFile, "path">> => {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
};

/** What of a file is not as the manifest says; undefined when all is. */
const flawOf = async (folder: string, file: ManifestFile): Promise<string | undefined> => {
  try {
    const { bytes, sha256 } = await measured(join(folder, file.path));
    if (bytes !== file.bytes) return `has ${bytes} bytes instead of ${file.bytes}`;
    return sha256 === file.sha256 ? undefined : "does not have its sha256";
  } catch (error) {
    return `can't be read (${codeOf(error)})`;
  }
};

/**
 * Holds every file against the manifest.
 * @param folder where the files lie.
 * @throws Mishap naming the first that does not fit.
 */
export const checkFiles = async (
  folder: string,
  { files }: Manifest,
  onProgress: (checked: number, of: number) => void,
): Promise<void> => {
  for (const [at, file] of files.entries()) {
    const flaw = await flawOf(folder, file);
    if (flaw !== undefined) throw new Mishap(`${join(folder, file.path)} ${flaw}.`);
    onProgress(at + 1, files.length);
  }
};
