import { type Key, KEYS } from "../../contract.ts";
import type { Remains } from "../../ports/remains.ts";
import type { BlobStore } from "../../ports/blobs.ts";
import { type Body, ownedByWorkspace } from "./bodies.ts";
import { removeBodies } from "./removing.ts";
import type { Table } from "./table.ts";

/** Items that one transaction takes (AWS: at most 100). */
const ITEMS_AT_A_TIME = 100;
/** Items that one call removes; it has to answer in time. */
const ITEMS_IN_A_CALL = 1_000;

/** Partitions that tell of people. The batches' expire on their own; nothing lists them. */
const partitionsOf = (workspace: string, lanes: number): string[] => [
  KEYS.directory(workspace, "user", "").pk,
  KEYS.directory(workspace, "room", "").pk,
  KEYS.sets(workspace, "").pk,
  KEYS.union(workspace, "", "").pk,
  KEYS.firsts(workspace).pk,
  KEYS.delta(workspace, "").pk,
  KEYS.report(workspace, "").pk,
  ...Array.from({ length: lanes }, (_, lane) => KEYS.segment(workspace, lane, 0).pk),
];

/** Kinds of large bodies that name people. */
const LARGE: readonly Body["kind"][] = ["segment", "delta", "report", "sets", "union", "firsts"];

/** What is kept of people in DynamoDB, and what is too large for it. */
export const dynamoRemains = (table: Table, blobs: BlobStore): Remains => ({
  async remove(workspace, lanes) {
    let removed = 0;
    for (const pk of partitionsOf(workspace, lanes))
      for (let isDone = false; !isDone;) {
        const { items } = await table.query(pk, {}, { limit: ITEMS_AT_A_TIME });
        isDone = items.length === 0;
        if (isDone) continue;
        if (removed >= ITEMS_IN_A_CALL) return { removed, isEmpty: false };
        await table.transact(items.map((item) => table.remove({ pk, sk: item["sk"] as Key["sk"] })));
        removed += items.length;
      }
    // When no item points to them any more.
    for (const kind of LARGE) {
      const most = ITEMS_IN_A_CALL - removed;
      if (most > 0) removed += await removeBodies(blobs, kind, ownedByWorkspace(workspace), { most });
    }
    return { removed, isEmpty: removed < ITEMS_IN_A_CALL };
  },
});
