import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../../core/thrown.ts";
import type { PeopleKeys } from "../../ports/people-keys.ts";

const OWNER_ONLY = 0o600;
const OWNERS_FOLDER = 0o700;

/** Keys in a folder, a file each, for its owner only. Ids of workspaces are good file names. */
export const diskPeopleKeys = (folder: string): PeopleKeys => {
  const pathOf = (workspace: string): string => join(folder, `${workspace}.key`);
  return {
    async make(workspace, key) {
      await mkdir(folder, { recursive: true, mode: OWNERS_FOLDER });
      const beside = `${pathOf(workspace)}.${randomUUID()}.part`;
      const file = await open(beside, "wx", OWNER_ONLY);
      try {
        await file.chmod(OWNER_ONLY);
        await file.writeFile(key);
        await file.sync();
      } finally {
        await file.close();
      }
      try {
        // Unlike a new name, a link never takes another file's place.
        await link(beside, pathOf(workspace));
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      } finally {
        await rm(beside, { force: true });
      }
    },

    async find(workspace) {
      try {
        return await readFile(pathOf(workspace), "utf8");
      } catch (error) {
        if (codeOf(error) === "ENOENT") return undefined;
        throw error;
      }
    },

    async remove(workspace) {
      await rm(pathOf(workspace), { force: true });
    },
  };
};
