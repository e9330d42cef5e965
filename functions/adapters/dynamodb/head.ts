import { KEYS } from "../../contract.ts";
import type { Head } from "../../core/head.ts";
import type { Blobs } from "../../ports/blobs.ts";
import { type Body, bodyOf, pressed, unpressed } from "./bodies.ts";
import type { Item, Table } from "./table.ts";

/** The head as stored; the version and the open import stand outside its body, because conditions ask for them. */
export const readHead = async (table: Table, blobs: Blobs, workspace: string): Promise<Head | undefined> => {
  const item = await table.get(KEYS.head(workspace));
  if (item === undefined) return undefined;
  const head = JSON.parse(unpressed(await bodyOf(blobs, "head", item)).toString()) as Head;
  // A head from before there were series, baselines or a list of what is new knows nothing of them.
  return {
    ...head,
    unpacked: head.unpacked ?? [],
    judged: head.judged ?? null,
    recent: head.recent ?? [],
    rewritten: head.rewritten ?? 0,
    version: item["version"] as number,
  };
};

/** The body of a head: as large as the workspace has reporters with open connections. */
export const headBody = (head: Head): Body => ({ kind: "head", bytes: pressed(JSON.stringify(head)) });

/** The item of a head; `stored` are the attributes of its body. */
export const headItem = (workspace: string, head: Head, stored: Item): Item => ({
  ...KEYS.head(workspace),
  version: head.version,
  ...(head.import !== null && head.import.through === null ? { importId: head.import.id } : {}),
  ...stored,
});
