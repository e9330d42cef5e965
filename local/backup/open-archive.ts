import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { localParts } from "../../functions/adapters/compose.ts";
import { createTable } from "../../functions/adapters/dynamodb/create-table.ts";
import { startEngine } from "../engine.ts";
import { lockFolder } from "../folder-lock.ts";
import type { KeptStore } from "../kept-store.ts";
import { Mishap } from "../mishap.ts";
import { placesIn, TABLE } from "../places.ts";
import type { Surroundings } from "../surroundings.ts";

/** A data folder of which the archive at least is there: as a folder, or in a bucket of one's own. */
const folderWithArchive = async (path: string, { s3Endpoint }: Surroundings): Promise<string> => {
  try {
    const folder = await realpath(path);
    await stat(s3Endpoint === undefined ? join(folder, "archive") : folder);
    return folder;
  } catch (error) {
    throw new Mishap(
      `There is no archive in ${resolve(path)}: make a folder, copy the archive into it under the name \`archive\`, and name the folder with --data.`,
      { cause: error },
    );
  }
};

/**
 * Opens a data folder to rebuild its database from its archive: with a table, which is made when there is none.
 * @throws Mishap when there is no archive, or a runtime has the folder.
 */
export const openArchive = async (path: string, surroundings: Surroundings): Promise<KeptStore> => {
  const folder = await folderWithArchive(path, surroundings);
  const lock = await lockFolder(folder);
  try {
    const brought = surroundings.dynamodbEndpoint;
    const engine = brought === undefined ? await startEngine({ folder, onDeath: () => {} }) : undefined;
    const endpoint = brought ?? engine?.endpoint ?? "";
    try {
      await createTable(endpoint, TABLE);
    } catch (error) {
      await engine?.stop();
      throw error;
    }
    const close = async (): Promise<void> => {
      await engine?.stop();
      await lock.release();
    };
    const places = placesIn(folder, endpoint, surroundings, { clock: () => Date.now(), expires: true });
    return { parts: localParts(places), places, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
};
