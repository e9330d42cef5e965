import { type TransactWriteItem, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Key, KEYS, TABLE } from "../../contract.ts";
import type { Sets } from "../../core/publication.ts";
import type { Firsts } from "../../core/firsts.ts";
import { DAY_MS, type Hour, hourName } from "../../core/hour.ts";
import { keptJson } from "../../core/kept-json.ts";
import { type Day, dayName, dayOf } from "../../core/series.ts";
import { KEPT_LENGTHS, type KeptLength } from "../../core/union.ts";
import type { BlobStore } from "../../ports/blobs.ts";
import type { KeptUnion, Unions } from "../../ports/unions.ts";
import { numberIn, textIn } from "./attributes.ts";
import { bodyAttributes, bodyOf, ownedBy, ownedByWorkspace, pressed, UNION_BYTES, unpressed } from "./bodies.ts";
import { removeBodies } from "./removing.ts";
import { itemsWithSets, stripSets } from "./sets-beside.ts";
import { attributes, IS_NEW, type Item, type Table } from "./table.ts";

const dayNamed = (name: string): Day => Date.parse(`${name}T00:00:00.000Z`) / DAY_MS;

const textOf = (bytes: Uint8Array): string => unpressed(bytes).toString();

/** Whether an item tells who, and not only how many. */
const isNamed = (item: Item): boolean => item["body"] !== undefined || item["blob"] !== undefined;

/** Items that one transaction takes (AWS: at most 100). */
const ITEMS_AT_A_TIME = 100;

/** Kept unions in DynamoDB. */
export const dynamoUnions = (table: Table, blobs: BlobStore): Unions => {
  /** What lay in the item when it was read: whoever makes somebody forgotten puts another in its place. */
  const readAs = new WeakMap<Firsts, { readonly held: "blob" | "body"; readonly value: unknown }>();

  /** Puts an item on condition that the head is as it was. */
  const put = async (workspace: string, version: number, write: TransactWriteItem): Promise<boolean> => {
    const { isDone } = await table.transact([
      {
        ConditionCheck: {
          TableName: table.name,
          Key: attributes({ ...KEYS.head(workspace) }),
          ConditionExpression: "version = :version",
          ExpressionAttributeValues: attributes({ ":version": version }),
        },
      },
      write,
    ]);
    return isDone;
  };

  /** Leaves how many there were. */
  const strip = async (key: Key): Promise<void> => {
    await table.update(
      new UpdateItemCommand({
        TableName: table.name,
        Key: attributes({ ...key }),
        UpdateExpression: "REMOVE body, #blob",
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeNames: { "#blob": "blob" },
      }),
    );
  };

  /** Removes what lay outside of the table for hours `[from, to)`, whoever has left it there; nothing points to it. */
  const removeLarge = async (workspace: string, from: Hour, to: Hour): Promise<void> => {
    const lieBetween = (a: Key, b: Key) => ({
      isToGo: (name: string) => name >= ownedBy(a) && name < ownedBy(b),
    });
    const sets = lieBetween(KEYS.sets(workspace, hourName(from)), KEYS.sets(workspace, hourName(to)));
    await removeBodies(blobs, "sets", ownedByWorkspace(workspace), sets);
    for (const length of KEPT_LENGTHS) {
      const [first, end] = [dayOf(from), dayOf(to)].map((day) => KEYS.union(workspace, length, dayName(day)));
      if (first !== undefined && end !== undefined)
        await removeBodies(blobs, "union", ownedByWorkspace(workspace), lieBetween(first, end));
    }
    await removeBodies(blobs, "firsts", ownedByWorkspace(workspace));
  };

  const unionOf = (length: KeptLength, item: Item): KeptUnion => ({
    period: { length, first: dayNamed(textIn(item, TABLE.sortKey).slice(length.length + 1)) },
    users: numberIn(item, "users"),
    rooms: numberIn(item, "rooms"),
    read: isNamed(item) ? async () => keptJson<Sets>(textOf(await bodyOf(blobs, "union", item))) : undefined,
  });

  return {
    async keep(workspace, { length, first }, sets, version) {
      const bytes = pressed(JSON.stringify(sets));
      const key = KEYS.union(workspace, length, dayName(first));
      const prefix = ownedBy(key);
      const [body = {}] = await bodyAttributes(blobs, [{ kind: "union", bytes, most: UNION_BYTES, prefix }]);
      const [users, rooms] = [sets.users.length, sets.rooms.length];
      const item = { ...key, ...body, users, rooms };
      return put(workspace, version, table.put(item));
    },

    async between(workspace, length, from, to) {
      const found: KeptUnion[] = [];
      if (to <= from) return found;
      const { pk, sk } = KEYS.union(workspace, length, dayName(from));
      const bounds = { from: sk, to: KEYS.union(workspace, length, dayName(to - 1)).sk };
      let start: Key | undefined;
      do {
        const page = await table.query(pk, bounds, start === undefined ? {} : { start });
        found.push(...page.items.map((item) => unionOf(length, item)));
        start = page.last;
      } while (start !== undefined);
      return found;
    },

    async dropPeople(workspace, from, to) {
      const { pk } = KEYS.sets(workspace, "");
      const bounds = { from: hourName(from), to: hourName(to - 1) };
      for (let isDone = to <= from; !isDone;) {
        const { items } = await table.query(pk, bounds, { limit: ITEMS_AT_A_TIME });
        isDone = items.length === 0;
        if (!isDone) await table.transact(items.map((item) => table.remove({ pk, sk: textIn(item, "sk") })));
      }
      await stripSets(table, itemsWithSets(table, workspace, { from, to }));
      for (const length of KEPT_LENGTHS)
        for (const { period, read } of await this.between(workspace, length, dayOf(from), dayOf(to)))
          if (read !== undefined) await strip(KEYS.union(workspace, length, dayName(period.first)));
      await table.transact([table.remove(KEYS.firsts(workspace))]);
      await removeLarge(workspace, from, to);
    },

    async hashPeople(workspace, from, to, hash, now) {
      const { hashPeople } = await import("./hashing.ts");
      return hashPeople({ table, blobs }, workspace, { from, to, hash, now });
    },

    async firsts(workspace) {
      const item = await table.get(KEYS.firsts(workspace));
      if (item === undefined) return undefined;
      const firsts = keptJson<Firsts>(textOf(await bodyOf(blobs, "firsts", item)));
      const held = typeof item["blob"] === "string" ? "blob" : "body";
      readAs.set(firsts, { held, value: item[held] });
      return firsts;
    },

    async keepFirsts(workspace, before, after, version) {
      const key = KEYS.firsts(workspace);
      const bytes = pressed(JSON.stringify(after));
      const [body = {}] = await bodyAttributes(blobs, [{ kind: "firsts", bytes, prefix: ownedBy(key) }]);
      const item = { ...key, ...body };
      const read = before === undefined ? undefined : readAs.get(before);
      if (read === undefined) return put(workspace, version, table.put(item, IS_NEW));
      return put(workspace, version, {
        Put: {
          TableName: table.name,
          Item: attributes(item),
          ConditionExpression: "#held = :before",
          // `blob` is a reserved word of DynamoDB's.
          ExpressionAttributeNames: { "#held": read.held },
          ExpressionAttributeValues: attributes({ ":before": read.value }),
        },
      });
    },
  };
};
