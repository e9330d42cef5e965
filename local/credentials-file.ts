import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { keptJson } from "../functions/core/kept-json.ts";
import { isAbsent } from "../functions/core/thrown.ts";
import type { FirstCredentials } from "../functions/tasks/create-workspace.ts";
import { writeWhole } from "./whole-file.ts";

/** What the first start leaves in the data folder: everything a client needs to reach the local workspace. */
export interface LocalCredentials extends FirstCredentials {
  readonly baseUrl: string;
  readonly operatorKey: string;
}

/** Where they lie. */
export const credentialsPath = (folder: string): string => join(folder, "credentials.json");

/** The credentials of a data folder; undefined when there are none that can be read. */
export const readCredentials = async (folder: string): Promise<LocalCredentials | undefined> => {
  try {
    const found = keptJson<LocalCredentials>(await readFile(credentialsPath(folder), "utf8"));
    return typeof found.apiKey === "string" && typeof found.operatorKey === "string" ? found : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isAbsent(error)) return undefined;
    throw error;
  }
};

/** Writes them for their owner's eyes only. */
export const writeCredentials = async (folder: string, credentials: LocalCredentials): Promise<void> => {
  const { workspace, baseUrl, apiKey, operatorKey, imkit, rocketchat, viewer } = credentials;
  const inOrder = { workspace, baseUrl, apiKey, operatorKey, imkit, rocketchat, viewer };
  await writeWhole(credentialsPath(folder), `${JSON.stringify(inOrder, null, 2)}\n`);
};
