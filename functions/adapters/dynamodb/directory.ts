import { KEEP_DAYS, KEYS } from "../../contract.ts";
import { type Entry, newEntry } from "../../core/directory.ts";
import { DAY_MS } from "../../core/hour.ts";
import type { Directory } from "../../ports/directory.ts";
import type { Table } from "./table.ts";

/** The directory in DynamoDB. TTL deletes tombstones late, so the clock judges them, too. */
export const dynamoDirectory = (table: Table): Directory => ({
  async read(workspace, keys, now) {
    const items = await table.getAll(keys.map(({ kind, id }) => KEYS.directory(workspace, kind, id)));
    return items.map((item) => {
      const entry = JSON.parse(item["entry"] as string) as Entry;
      const removedAt = item["removedAt"] as number | undefined;
      const isForgotten = removedAt !== undefined && removedAt + KEEP_DAYS.tombstone * DAY_MS <= now;
      return { entry: isForgotten ? newEntry(entry.kind, entry.id) : entry, version: item["version"] as number };
    });
  },
});
