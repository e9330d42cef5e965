import { createHash } from "node:crypto";
import { type Key, KEYS } from "../../contract.ts";
import type { Forgettings } from "../../ports/forgettings.ts";
import { IS_NEW, type Table } from "./table.ts";

/** Pseudonyms of those who are being forgotten, in DynamoDB; under the hash of the id, which is to stand nowhere. */
export const dynamoForgettings = (table: Table): Forgettings => {
  const keyOf = (workspace: string, userId: string): Key =>
    KEYS.forgetting(workspace, createHash("sha256").update(userId).digest("hex"));
  return {
    async begin(workspace, userId, pseudonym) {
      const key = keyOf(workspace, userId);
      const outcome = await table.transact([table.put({ ...key, pseudonym }, IS_NEW)]);
      if (outcome.isDone) return pseudonym;
      const kept = (await table.get(key))?.["pseudonym"];
      // One that ended meanwhile has left nothing to go on with.
      return typeof kept === "string" ? kept : this.begin(workspace, userId, pseudonym);
    },
    async end(workspace, userId) {
      await table.transact([table.remove(keyOf(workspace, userId))]);
    },
  };
};
