import { KEEP_DAYS, type Key, KEYS } from "../../contract.ts";
import type { Delivery } from "../../core/delivery.ts";
import { isoOf } from "../../core/instant.ts";
import { keptJson } from "../../core/kept-json.ts";
import type { Notice } from "../../core/notice.ts";
import type { Outbox } from "../../ports/outbox.ts";
import { bytesIn, jsonIn } from "./attributes.ts";
import { pressed, unpressed } from "./bodies.ts";
import { expiry, type StoreOptions } from "./store.ts";
import { IS_NEW, type Item } from "./table.ts";

const deliveryOf = (item: Item): Delivery => jsonIn<Delivery>(item, "delivery");

/** Where a delivery lies: among the pending ones, or by when it came to its end. */
const keyOf = (workspace: string, { id, finishedAt }: Delivery): Key =>
  finishedAt === null ? KEYS.pending(workspace, id) : KEYS.delivery(workspace, isoOf(finishedAt), id);

/** Notices and deliveries in DynamoDB. The pending ones have a partition of their own: it is read in every run. */
export const dynamoOutbox = ({ table, expires }: Pick<StoreOptions, "table" | "expires">): Outbox => {
  return {
    async add(workspace, notice, deliveries, now) {
      const { isDone } = await table.transact([
        table.put(
          {
            ...KEYS.notice(workspace, notice.id),
            body: pressed(JSON.stringify(notice)),
            ...expiry(expires, now, KEEP_DAYS.notice),
          },
          IS_NEW,
        ),
        ...deliveries.map((delivery) =>
          table.put({ ...keyOf(workspace, delivery), delivery: JSON.stringify(delivery) }, IS_NEW),
        ),
      ]);
      return isDone;
    },

    async pending(workspace) {
      const { pk } = KEYS.pending(workspace, "");
      const found: Delivery[] = [];
      let start: Key | undefined;
      do {
        const page = await table.query(pk, {}, start === undefined ? {} : { start });
        found.push(...page.items.map(deliveryOf));
        start = page.last;
      } while (start !== undefined);
      return found;
    },

    async notice(workspace, id) {
      const item = await table.get(KEYS.notice(workspace, id));
      return item === undefined ? undefined : keptJson<Notice>(unpressed(bytesIn(item, "body")).toString());
    },

    async replace(workspace, before, after) {
      const item = { ...keyOf(workspace, after), delivery: JSON.stringify(after) };
      const asRead = ["delivery = :before", { ":before": JSON.stringify(before) }] as const;
      const { isDone } = await table.transact(
        after.finishedAt === null
          ? [table.put(item, ...asRead)]
          : [
              table.remove(keyOf(workspace, before), ...asRead),
              table.put({ ...item, ...expiry(expires, after.finishedAt, KEEP_DAYS.delivery) }),
            ],
      );
      return isDone;
    },

    async finished(workspace, { limit, after }) {
      const { pk } = KEYS.delivery(workspace, "", "");
      const { items, last } = await table.query(
        pk,
        {},
        { limit, isDescending: true, ...(after === undefined ? {} : { start: { pk, sk: after } }) },
      );
      return { deliveries: items.map(deliveryOf), next: last?.sk };
    },
  };
};
