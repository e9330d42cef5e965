import { createHash } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ARCHIVE } from "../../contract.ts";
import { hourName } from "../../core/hour.ts";
import { dayName } from "../../core/series.ts";
import { codeOf, isAbsent } from "../../core/thrown.ts";
import type { Archive, Made } from "../../ports/archive.ts";
import type { BlobStore } from "../../ports/blobs.ts";
import type { ReportFiles, ReportKey } from "../../ports/report-files.ts";

const readOrNot = async (path: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

/** Writes a whole file beside its place, to the disk's platter. @returns where it lies. */
const writeBeside = async (path: string, bytes: Uint8Array): Promise<string> => {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}-${serial++}.part`;
  const file = await open(beside, "wx");
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  return beside;
};
let serial = 0;

/** Writes a whole file or none. */
const writeWhole = async (path: string, bytes: Uint8Array): Promise<void> => {
  await rename(await writeBeside(path, bytes), path);
};

const tagOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const keyOf = (file: Made): string =>
  "table" in file
    ? ARCHIVE.table(file.table, file.workspace, dayName(file.start))
    : ARCHIVE.tablesMade(file.progressOf);

const turns = new Map<string, Promise<void>>();

/** A folder belongs to one process, and within it those who replace a file wait for each other. */
const oneAtATime = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  const before = turns.get(path);
  const { promise: mine, resolve: leave } = Promise.withResolvers<void>();
  turns.set(path, mine);
  await before;
  try {
    return await work();
  } finally {
    if (turns.get(path) === mine) turns.delete(path);
    leave();
  }
};

/** The archive as plain files, under the keys that S3 has. */
export const diskArchive = (folder: string): Archive => {
  const place = (key: string): string => join(folder, ...key.split("/"));
  return {
    async write(workspace, hour, revision, bytes) {
      const name = hourName(hour);
      const path = place(ARCHIVE.statistics(workspace, name));
      const before = await readOrNot(path);
      if (before !== undefined) {
        if (Buffer.compare(before, bytes) === 0) return;
        // One who was held up must not put an old revision back: a copy of it says that a later one stands.
        if ((await readOrNot(place(ARCHIVE.superseded(workspace, name, revision)))) !== undefined) return;
        const copy = place(ARCHIVE.superseded(workspace, name, revision - 1));
        if (revision > 0 && (await readOrNot(copy)) === undefined) await writeWhole(copy, before);
      }
      await writeWhole(path, bytes);
    },
    read: (workspace, hour) => readOrNot(place(ARCHIVE.statistics(workspace, hourName(hour)))),
    readSuperseded: (workspace, hour, revision) =>
      readOrNot(place(ARCHIVE.superseded(workspace, hourName(hour), revision))),
    async readMade(file) {
      const bytes = await readOrNot(place(keyOf(file)));
      return bytes === undefined ? undefined : { bytes, tag: tagOf(bytes) };
    },
    replaceMade(file, bytes, tag) {
      const path = place(keyOf(file));
      return oneAtATime(path, async () => {
        const standing = await readOrNot(path);
        if ((standing && tagOf(standing)) !== tag) return false;
        await writeWhole(path, bytes);
        return true;
      });
    },
  };
};

/** Reports as plain files, under the keys that S3 has. */
export const diskReportFiles = (folder: string): ReportFiles => {
  const place = (workspace: string, { kind, name }: ReportKey, form: string): string =>
    join(folder, ...ARCHIVE.report(workspace, kind, name, form).split("/"));
  return {
    async keep(workspace, report, form, bytes) {
      const path = place(workspace, report, form);
      const beside = await writeBeside(path, bytes);
      try {
        // Unlike a new name, a link never takes another file's place.
        await link(beside, path);
        return bytes;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
        return await readFile(path);
      } finally {
        await rm(beside, { force: true });
      }
    },
    read: (workspace, report, form) => readOrNot(place(workspace, report, form)),
  };
};

/** Files half written are called otherwise. */
const ENDS_IN_SHA256 = /(?:^|\W)[\da-f]{64}$/;

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
};

const timeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

/** Large bodies as plain files, under their sha256. */
export const diskBlobs = (folder: string): BlobStore => {
  const place = (kind: string, name: string): string => join(folder, ...ARCHIVE.blob(kind, name).split("/"));
  return {
    async put(kind, bytes, prefix = "") {
      const name = `${prefix}${createHash("sha256").update(bytes).digest("hex")}`;
      await writeWhole(place(kind, name), bytes);
      return name;
    },
    get: (kind, name) => readFile(place(kind, name)),
    async *list(kind, prefix = "") {
      const inner = prefix.slice(0, prefix.lastIndexOf("/") + 1);
      const names = (await namesIn(dirname(place(kind, `${inner}any`)))).map((name) => `${inner}${name}`);
      for (const name of names.filter((one) => one.startsWith(prefix)).toSorted()) {
        const writtenAt = ENDS_IN_SHA256.test(name) ? await timeOf(place(kind, name)) : undefined;
        if (writtenAt !== undefined) yield { name, writtenAt };
      }
    },
    remove: (kind, name) => rm(place(kind, name), { force: true }),
  };
};
