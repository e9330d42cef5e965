import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { KEYS } from "../../contract.ts";
import { isoOf } from "../../core/instant.ts";
import type { Act, Audit } from "../../ports/audit.ts";
import { jsonIn } from "./attributes.ts";
import type { Item, Table } from "./table.ts";

/** The item of an act. */
export const actItem = (act: Act): Item => ({
  ...KEYS.act(act.workspace, isoOf(act.at), act.id),
  act: JSON.stringify(act),
});

/** What notes acts, as parts of the transaction of what they tell of. */
export const noted = (table: Table, acts: readonly Act[]): TransactWriteItem[] =>
  acts.map((act) => table.put(actItem(act)));

/** The trail of administrative acts in DynamoDB. */
export const dynamoAudit = (table: Table): Audit => ({
  async note(act) {
    await table.transact([table.put(actItem(act))]);
  },

  async list(workspace, { from, to, limit, after }) {
    // Every act of an instant sorts after the instant itself, so one before the next millisecond is in.
    const bounds = { from: isoOf(from), to: isoOf(to) };
    // The store refuses bounds the wrong way round, and cursors outside of them.
    if (from >= to || (after !== undefined && after <= bounds.from)) return { acts: [], next: undefined };
    const { pk } = KEYS.act(workspace, "", "");
    const { items, last } = await table.query(pk, bounds, {
      limit,
      isDescending: true,
      ...(after === undefined || after > bounds.to ? {} : { start: { pk, sk: after } }),
    });
    return { acts: items.map((item) => jsonIn<Act>(item, "act")), next: last?.sk };
  },
});
