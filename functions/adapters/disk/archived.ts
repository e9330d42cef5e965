import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { ARCHIVE } from "../../contract.ts";
import { isAbsent } from "../../core/thrown.ts";
import type { Archived } from "../../ports/archived.ts";
import { documentKey, workspaceIn } from "../../core/archive-key.ts";

/** Half a file, that whoever wrote it never finished. */
const UNFINISHED = /\.part$/;

const filesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
};

/** What lies in an archive of plain files. */
export const diskArchived = (folder: string): Archived => ({
  async workspaces() {
    try {
      return (await readdir(folder)).flatMap((name) => workspaceIn(name) ?? []).toSorted();
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  },

  async *documents(workspace) {
    for (const place of [ARCHIVE.standing(workspace), ARCHIVE.replaced(workspace)])
      for (const path of await filesIn(join(folder, ...place.split("/"))))
        if (!UNFINISHED.test(path)) {
          const key = relative(folder, path).split(sep).join("/");
          yield { key, writtenAt: (await stat(path)).mtimeMs, ...documentKey(key) };
        }
  },
});
