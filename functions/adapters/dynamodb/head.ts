import { KEYS } from "../../contract.ts";
import type { Head } from "../../core/head.ts";
import { pressed, unpressed } from "./bodies.ts";
import type { Item, Table } from "./table.ts";

/** The head as stored; the version and the open import stand outside its body, because conditions ask for them. */
export const readHead = async (table: Table, workspace: string): Promise<Head | undefined> => {
  const item = await table.get(KEYS.head(workspace));
  if (item === undefined) return undefined;
  const head = JSON.parse(unpressed(item["body"] as Uint8Array).toString()) as Head;
  return { ...head, version: item["version"] as number };
};

/** The item of a head. */
export const headItem = (workspace: string, head: Head): Item => ({
  ...KEYS.head(workspace),
  version: head.version,
  ...(head.import !== null && head.import.through === null ? { importId: head.import.id } : {}),
  body: pressed(JSON.stringify(head)),
});
