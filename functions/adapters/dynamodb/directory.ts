import { KEEP_DAYS, KEYS } from "../../contract.ts";
import { type Entry, newEntry } from "../../core/directory.ts";
import { DAY_MS } from "../../core/hour.ts";
import type { Directory, VersionedEntry } from "../../ports/directory.ts";
import { anyNumberIn, jsonIn, numberIn } from "./attributes.ts";
import type { Item, Table } from "./table.ts";

/** TTL deletes tombstones late, so the clock judges them, too. */
const entryOf = (item: Item, now: number): VersionedEntry => {
  const entry = jsonIn<Entry>(item, "entry");
  const removedAt = anyNumberIn(item, "removedAt");
  const isForgotten = removedAt !== undefined && removedAt + KEEP_DAYS.tombstone * DAY_MS <= now;
  return { entry: isForgotten ? newEntry(entry.kind, entry.id) : entry, version: numberIn(item, "version") };
};

/** The directory in DynamoDB. */
export const dynamoDirectory = (table: Table): Directory => ({
  async read(workspace, keys, now) {
    const items = await table.getAll(keys.map(({ kind, id }) => KEYS.directory(workspace, kind, id)));
    return items.map((item) => entryOf(item, now));
  },

  async list(workspace, kind, { limit, now, after }) {
    const { pk } = KEYS.directory(workspace, kind, "");
    const { items, last } = await table.query(
      pk,
      {},
      { limit, ...(after === undefined ? {} : { start: KEYS.directory(workspace, kind, after) }) },
    );
    return { entries: items.map((item) => entryOf(item, now)), next: last?.sk };
  },
});
