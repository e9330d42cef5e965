import { paginateScan, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { type Key, KEYS } from "../../contract.ts";
import type { BodyKind } from "../../core/forgetting.ts";
import { HOUR_MS } from "../../core/hour.ts";
import type { BlobStore } from "../../ports/blobs.ts";
import type { KeptBody, People } from "../../ports/people.ts";
import { bytesIn, keyOf } from "./attributes.ts";
import { bodyAttributes, bodyOf, ownedBy, pressed, unpressed } from "./bodies.ts";
import { BESIDE } from "./sets.ts";
import { itemsWithSets } from "./sets-beside.ts";
import { dropList, type ListedBody, readLists } from "./syncs.ts";
import { attributes, IS_NEW, type Item, type Table } from "./table.ts";

/** Kinds whose bodies are an item each, or lie outside of the table. */
type ItemKind = Exclude<BodyKind, "list">;
const ITEM_KINDS: readonly ItemKind[] = ["segment", "delta", "sets", "report", "union", "firsts"];

/** Whether the store compresses it; deltas are dense as they are. */
const isPressed = (kind: ItemKind): boolean => kind !== "segment" && kind !== "delta";

/** The attribute that holds a body, or its name. */
type Held = "blob" | "body" | typeof BESIDE;

/** Where a body was read. */
type Place =
  | { readonly workspace: string; readonly kind: ItemKind; readonly item: Item; readonly held: Held }
  | { readonly list: ListedBody["list"] }
  | { readonly stray: { readonly kind: ItemKind; readonly name: string } };

const partitionsOf = (workspace: string, kind: ItemKind, lanes: number): readonly string[] => {
  if (kind === "segment") return Array.from({ length: lanes }, (_, lane) => KEYS.segment(workspace, lane, 0).pk);
  if (kind === "union") return [KEYS.union(workspace, "", "").pk];
  return [KEYS[kind](workspace, "").pk];
};

/** Everything in DynamoDB that names people, and the large bodies outside of it. */
export const dynamoPeople = (table: Table, blobs: BlobStore): People => {
  const places = new WeakMap<KeptBody, Place>();
  /** Large bodies that this process itself has put others in the place of. */
  const replaced = new Set<string>();

  const known = <T extends KeptBody>(body: T, place: Place): T => {
    places.set(body, place);
    return body;
  };
  const bytesOf = (kind: ItemKind, stored: Uint8Array): Uint8Array => (isPressed(kind) ? unpressed(stored) : stored);

  const ofItems = async function* (workspace: string, kind: ItemKind, lanes: number): AsyncGenerator<KeptBody> {
    for (const pk of partitionsOf(workspace, kind, lanes)) {
      let start: Key | undefined;
      do {
        const { items, last } = await table.query(pk, {}, start === undefined ? {} : { start });
        for (const item of items) {
          // Of an old union only how many there were is left.
          if (item["body"] === undefined && item["blob"] === undefined) continue;
          const bytes = bytesOf(kind, await bodyOf(blobs, kind, item));
          yield known({ kind, bytes }, { workspace, kind, item, held: "blob" in item ? "blob" : "body" });
        }
        start = last;
      } while (start !== undefined);
    }
  };

  /** Sets that lie beside their documents, those of older revisions too. */
  const ofSnapshots = async function* (workspace: string): AsyncGenerator<KeptBody> {
    for await (const item of itemsWithSets(table, workspace))
      yield known(
        { kind: "sets", bytes: unpressed(bytesIn(item, BESIDE)) },
        { workspace, kind: "sets", item, held: BESIDE },
      );
  };

  const turned = (workspace: string): TransactWriteItem => ({
    Update: {
      TableName: table.name,
      Key: attributes({ ...KEYS.head(workspace) }),
      UpdateExpression: "SET version = version + :one",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: attributes({ ":one": 1 }),
    },
  });

  /** The names of all large bodies that any item of the table points to. */
  const referred = async (): Promise<ReadonlySet<string>> => {
    const names = new Set<string>();
    const pages = paginateScan(
      { client: table.client },
      {
        TableName: table.name,
        ConsistentRead: true,
        FilterExpression: "attribute_exists(#blob)",
        ProjectionExpression: "#blob",
        // A reserved word of DynamoDB's.
        ExpressionAttributeNames: { "#blob": "blob" },
      },
    );
    for await (const { Items = [] } of pages) for (const item of Items) names.add(String(unmarshall(item)["blob"]));
    return names;
  };

  return {
    async *bodies(workspace, kind, lanes) {
      if (kind === "sets") yield* ofSnapshots(workspace);
      if (kind !== "list") yield* ofItems(workspace, kind, lanes);
      else for await (const { list, bytes } of readLists(table, workspace)) yield known({ kind, bytes }, { list });
    },

    async rewrite(body, bytes) {
      const place = places.get(body);
      if (place === undefined || !("item" in place)) throw new Error("only what was read as an item can be rewritten");
      const { workspace, kind, item, held } = place;
      const before = item[held];
      const prefix = ownedBy(keyOf(item));
      const after = { kind, bytes: isPressed(kind) ? pressed(bytes) : bytes, prefix };
      const [ofBody = {}] = held === BESIDE ? [{ [BESIDE]: after.bytes }] : await bodyAttributes(blobs, [after]);
      const [into = held, value] = Object.entries(ofBody)[0] ?? [];
      // An update, so that an expiry which is set meanwhile stays.
      const put: TransactWriteItem = {
        Update: {
          TableName: table.name,
          Key: attributes({ pk: item["pk"], sk: item["sk"] }),
          UpdateExpression: `SET #into = :after${into === held ? "" : " REMOVE #held"}`,
          ConditionExpression: "#held = :before",
          ExpressionAttributeNames: { "#into": into, "#held": held },
          ExpressionAttributeValues: attributes({ ":before": before, ":after": value }),
        },
      };
      const { isDone } = await table.transact(kind === "delta" ? [put, turned(workspace)] : [put]);
      if (isDone && typeof before === "string") replaced.add(`${kind} ${before}`);
      return isDone;
    },

    async drop(body) {
      const place = places.get(body);
      if (place !== undefined && "list" in place) await dropList(table, place.list);
      else if (place !== undefined && "stray" in place) await blobs.remove(place.stray.kind, place.stray.name);
      else throw new Error("only lists and strays are dropped");
    },

    async turn(workspace) {
      await table.transact([turned(workspace)]);
    },

    async moveEntry(workspace, { entry, version }, after) {
      const { isDone } = await table.transact([
        table.remove(KEYS.directory(workspace, entry.kind, entry.id), "version = :version", { ":version": version }),
        ...(after === undefined
          ? []
          : [
              table.put(
                { ...KEYS.directory(workspace, after.kind, after.id), entry: JSON.stringify(after), version },
                IS_NEW,
              ),
            ]),
      ]);
      return isDone;
    },

    async *strays(now) {
      const found: { readonly kind: ItemKind; readonly name: string; readonly writtenAt: number }[] = [];
      for (const kind of ITEM_KINDS) for await (const blob of blobs.list(kind)) found.push({ kind, ...blob });
      // Reading a whole table is dear, so only where there is a reason to.
      const used = found.length === 0 ? new Set<string>() : await referred();
      for (const { kind, name, writtenAt } of found) {
        if (used.has(name)) continue;
        const bytes = bytesOf(kind, await blobs.get(kind, name));
        const isFresh = writtenAt > now - HOUR_MS && !replaced.has(`${kind} ${name}`);
        yield known({ kind, bytes, isFresh }, { stray: { kind, name } });
      }
    },
  };
};
