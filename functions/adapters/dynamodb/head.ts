import { KEYS } from "../../contract.ts";
import type { Head } from "../../core/head.ts";
import { keptJson } from "../../core/kept-json.ts";
import type { Blobs } from "../../ports/blobs.ts";
import { numberIn } from "./attributes.ts";
import { type Body, bodyOf, pressed, unpressed } from "./bodies.ts";
import { LAYOUT, layoutIn, upgraded } from "./layout.ts";
import type { Item, Table } from "./table.ts";

/**
 * The head as stored; the version and the open import stand outside its body, because conditions ask for them.
 * @throws Failure `store.newer` when a newer version wrote it.
 */
export const readHead = async (table: Table, blobs: Blobs, workspace: string): Promise<Head | undefined> => {
  const item = await table.get(KEYS.head(workspace));
  if (item === undefined) return undefined;
  const layout = layoutIn(item);
  const stored = keptJson<Partial<Head>>(unpressed(await bodyOf(blobs, "head", item)).toString());
  return { ...upgraded(stored, layout), version: numberIn(item, "version") };
};

/** The body of a head: as large as the workspace has reporters with open connections. */
export const headBody = (head: Head): Body => ({ kind: "head", bytes: pressed(JSON.stringify(head)) });

/** The item of a head; `stored` are the attributes of its body. */
export const headItem = (workspace: string, head: Head, stored: Item): Item => ({
  ...KEYS.head(workspace),
  version: head.version,
  layout: LAYOUT,
  ...(head.import !== null && head.import.through === null ? { importId: head.import.id } : {}),
  ...stored,
});
