import { readFile, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { localParts, type Places } from "../functions/adapters/compose.ts";
import { keptJson } from "../functions/core/kept-json.ts";
import type { Parts } from "../functions/tasks/parts.ts";
import { startEngine } from "./engine.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { Mishap } from "./mishap.ts";
import { placesIn } from "./places.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a data folder keeps, open beside its runtime or without it. */
export interface KeptStore {
  readonly parts: Parts;
  /** Where they keep things. */
  readonly places: Places;
  /** Ends what was started for it; a running runtime stays as it was. */
  readonly close: () => Promise<void>;
}

const folderAt = async (path: string): Promise<string> => {
  try {
    const folder = await realpath(path);
    await stat(join(folder, "credentials.json"));
    return folder;
  } catch (error) {
    throw new Mishap(
      `There is no data of a local runtime in ${resolve(path)}: name its folder with --data, or start one there.`,
      { cause: error },
    );
  }
};

const lockIfFree = async (folder: string): Promise<FolderLock | undefined> => {
  try {
    return await lockFolder(folder);
  } catch (error) {
    if (error instanceof Mishap) return undefined;
    throw error;
  }
};

/** The engine of the runtime that holds the folder, as that has written it down. */
const runningEngine = async (folder: string): Promise<string> => {
  try {
    const { port } = keptJson<{ port: number }>(await readFile(join(folder, "engine.pid"), "utf8"));
    return `http://127.0.0.1:${port}`;
  } catch (error) {
    throw new Mishap(`The runtime of ${folder} is starting or stopping: try again in a moment.`, { cause: error });
  }
};

const openOn = (folder: string, endpoint: string, surroundings: Surroundings): Omit<KeptStore, "close"> => {
  const places = placesIn(folder, endpoint, surroundings, { clock: () => Date.now(), expires: true });
  return { parts: localParts(places), places };
};

/**
 * Opens what a data folder keeps: through the engine of the runtime that runs on it, or else with an engine of its own.
 * @throws Mishap when there is no data, or the engine does not start.
 */
export const openKeptStore = async (path: string, surroundings: Surroundings): Promise<KeptStore> => {
  const folder = await folderAt(path);
  const brought = surroundings.dynamodbEndpoint;
  if (brought !== undefined) return { ...openOn(folder, brought, surroundings), close: () => Promise.resolve() };
  const lock = await lockIfFree(folder);
  if (lock === undefined)
    return { ...openOn(folder, await runningEngine(folder), surroundings), close: () => Promise.resolve() };
  try {
    const engine = await startEngine({ folder, onDeath: () => {} });
    const close = async (): Promise<void> => {
      await engine.stop();
      await lock.release();
    };
    return { ...openOn(folder, engine.endpoint, surroundings), close };
  } catch (error) {
    await lock.release();
    throw error;
  }
};
