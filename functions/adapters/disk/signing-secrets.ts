import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent } from "../../core/thrown.ts";
import type { SigningSecrets } from "../../ports/delivering.ts";

const OWNER_ONLY = 0o600;
const OWNERS_FOLDER = 0o700;

/** Signing secrets in a folder, a file each, for its owner only. Ids of workspaces and channels are good file names. */
export const diskSigningSecrets = (folder: string): SigningSecrets => {
  const pathOf = (workspace: string, channel: string): string => join(folder, `${workspace}.${channel}`);
  return {
    async keep(workspace, channel, secret) {
      await mkdir(folder, { recursive: true, mode: OWNERS_FOLDER });
      const beside = `${pathOf(workspace, channel)}.${process.pid}.part`;
      const file = await open(beside, "w", OWNER_ONLY);
      try {
        await file.chmod(OWNER_ONLY);
        await file.writeFile(secret);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, pathOf(workspace, channel));
    },

    async find(workspace, channel) {
      try {
        return await readFile(pathOf(workspace, channel), "utf8");
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },

    async remove(workspace, channel) {
      await rm(pathOf(workspace, channel), { force: true });
    },
  };
};
