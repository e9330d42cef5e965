import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent } from "../../core/thrown.ts";
import { parsedJson } from "../../core/upstream-answer.ts";
import type { KeptUpstreamCredential, UpstreamCredentials } from "../../ports/upstream-credentials.ts";

const OWNER_ONLY = 0o600;
const OWNERS_FOLDER = 0o700;

/** Credentials of polled servers in a folder, a file each, for its owner only. Ids of workspaces are good file names. */
export const diskUpstreamCredentials = (folder: string): UpstreamCredentials => {
  const pathOf = (workspace: string): string => join(folder, `${workspace}.json`);
  return {
    async keep(workspace, kept) {
      await mkdir(folder, { recursive: true, mode: OWNERS_FOLDER });
      const beside = `${pathOf(workspace)}.${randomUUID()}.part`;
      const file = await open(beside, "w", OWNER_ONLY);
      try {
        await file.chmod(OWNER_ONLY);
        await file.writeFile(`${JSON.stringify(kept)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, pathOf(workspace));
    },

    async find(workspace) {
      let text: string;
      try {
        text = await readFile(pathOf(workspace), "utf8");
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
      // Without the parser's own words: what it quotes might be the secret.
      const kept = parsedJson(text) as KeptUpstreamCredential | undefined;
      if (kept === undefined) throw new Error(`the upstream credential of ${workspace} can't be read`);
      return kept;
    },

    async remove(workspace) {
      await rm(pathOf(workspace), { force: true });
    },
  };
};
