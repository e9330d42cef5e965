import { createHash } from "node:crypto";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { ITEM_BODY_BYTES, KEEP_DAYS, type Key, KEYS } from "../../contract.ts";
import { DAY_MS } from "../../core/hour.ts";
import type { Sync, SyncPlan, Syncs } from "../../ports/syncs.ts";
import { bytesIn, jsonIn, keyOf, numberIn, textIn } from "./attributes.ts";
import { pressed, unpressed } from "./bodies.ts";
import { expiry, type StoreOptions } from "./store.ts";
import { attributes, IS_NEW, type Item, prefixBounds, type Table } from "./table.ts";

const KEEP_MS = KEEP_DAYS.sync * DAY_MS;

/** Bodies are cut into items of their own rather than kept as blobs: they name people, and items expire. */
const slicesOf = (bytes: Uint8Array): Uint8Array[] => {
  const body = pressed(bytes);
  const slices: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += ITEM_BODY_BYTES) slices.push(body.subarray(at, at + ITEM_BODY_BYTES));
  return slices;
};

const SLICE_DIGITS = 3;
const PAGE_DIGITS = 6;
const numbered = (number: number, digits: number): string => String(number).padStart(digits, "0");

/** An id may be used again after two days, while TTL has not yet taken what was there: so its opening is in the names. */
const pagePrefix = ({ openedAt }: Sync): string => `PAGE#${openedAt}#`;
const chunkPrefix = ({ openedAt }: Sync, plan: string, at: number): string =>
  `PLAN#${openedAt}#${plan}#${numbered(at, PAGE_DIGITS)}#`;

const syncOf = (item: Item): Sync => ({
  workspace: textIn(item, "workspace"),
  kind: item["kind"] as Sync["kind"],
  id: textIn(item, "id"),
  at: numberIn(item, "at"),
  openedAt: numberIn(item, "openedAt"),
  pages: numberIn(item, "pageCount"),
  plan: item["planned"] === undefined ? undefined : jsonIn<SyncPlan>(item, "planned"),
});

/** Full lists in DynamoDB. */
export const dynamoSyncs = ({ table, expires }: Pick<StoreOptions, "table" | "expires">): Syncs => {
  const recordKey = ({ workspace, kind, id }: Pick<Sync, "workspace" | "kind" | "id">): Key =>
    KEYS.sync(workspace, kind, id);
  const expiring = (openedAt: number): Item => expiry(expires, openedAt, KEEP_DAYS.sync);

  const recordOf = (sync: Sync): Item => ({
    ...recordKey(sync),
    workspace: sync.workspace,
    kind: sync.kind,
    id: sync.id,
    at: sync.at,
    openedAt: sync.openedAt,
    pageCount: sync.pages,
    planned: sync.plan === undefined ? undefined : JSON.stringify(sync.plan),
    ...expiring(sync.openedAt),
  });

  const sliceItems = (sync: Sync, prefix: string, bytes: Uint8Array, first: Item): Item[] =>
    slicesOf(bytes).map((body, at) => ({
      pk: recordKey(sync).pk,
      sk: `${prefix}${numbered(at, SLICE_DIGITS)}`,
      body,
      ...(at === 0 ? first : {}),
      ...expiring(sync.openedAt),
    }));

  /** Bodies by what their sort keys begin with, in order. */
  const bodiesUnder = async (sync: Sync, prefix: string): Promise<Map<string, Uint8Array>> => {
    const slices = new Map<string, Uint8Array[]>();
    let start: Key | undefined;
    do {
      const page = await table.query(recordKey(sync).pk, prefixBounds(prefix), start === undefined ? {} : { start });
      for (const item of page.items) {
        const name = textIn(item, "sk").slice(0, -SLICE_DIGITS);
        slices.set(name, [...(slices.get(name) ?? []), bytesIn(item, "body")]);
      }
      start = page.last;
    } while (start !== undefined);
    return new Map([...slices].map(([name, parts]) => [name, unpressed(Buffer.concat(parts))]));
  };

  /** What a list is found by; it lies there as long as the list. */
  const listedOf = ({ workspace, kind, id, openedAt }: Sync): Item => ({
    ...KEYS.syncListed(workspace, kind, id),
    kind,
    id,
    ...expiring(openedAt),
  });

  const countPage = (sync: Sync): TransactWriteItem => ({
    Update: {
      TableName: table.name,
      Key: attributes({ ...recordKey(sync) }),
      UpdateExpression: "SET pageCount = pageCount + :one",
      ConditionExpression: "openedAt = :openedAt AND attribute_not_exists(planned)",
      ExpressionAttributeValues: attributes({ ":one": 1, ":openedAt": sync.openedAt }),
    },
  });

  const find: Syncs["find"] = async (workspace, { kind, id }, now) => {
    const item = await table.get(KEYS.sync(workspace, kind, id));
    // TTL deletes late, so the clock judges, too.
    return item === undefined || numberIn(item, "openedAt") + KEEP_MS <= now ? undefined : syncOf(item);
  };

  return {
    find,

    async open(opened) {
      const sync: Sync = { ...opened, pages: 0, plan: undefined };
      const outcome = await table.transact([
        table.put(recordOf(sync), `${IS_NEW} OR openedAt <= :forgotten`, { ":forgotten": sync.openedAt - KEEP_MS }),
        table.put(listedOf(sync)),
      ]);
      return outcome.isDone ? sync : ((await find(sync.workspace, sync, sync.openedAt)) ?? sync);
    },

    async keepPage(sync, page, bytes) {
      const prefix = `${pagePrefix(sync)}${numbered(page, PAGE_DIGITS)}#`;
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const items = sliceItems(sync, prefix, bytes, { sha256 });
      const outcome = await table.transact([countPage(sync), ...items.map((item) => table.put(item, IS_NEW))]);
      if (outcome.isDone) return "kept";
      const before = await table.get({ pk: recordKey(sync).pk, sk: `${prefix}${numbered(0, SLICE_DIGITS)}` });
      if (before === undefined) return "closed";
      return before["sha256"] === sha256 ? "kept" : "mismatch";
    },

    async pages(sync) {
      const prefix = pagePrefix(sync);
      const bodies = await bodiesUnder(sync, prefix);
      return new Map([...bodies].map(([name, bytes]) => [Number(name.slice(prefix.length, -1)), bytes]));
    },

    async keepPlan(sync, plan, chunks) {
      for (const [at, bytes] of chunks.entries())
        await table.transact(
          sliceItems(sync, chunkPrefix(sync, plan.id, at), bytes, {}).map((item) => table.put(item)),
        );
      const planned: Sync = { ...sync, plan };
      const outcome = await table.transact([
        table.put(recordOf(planned), "openedAt = :openedAt AND pageCount = :pages AND attribute_not_exists(planned)", {
          ":openedAt": sync.openedAt,
          ":pages": sync.pages,
        }),
      ]);
      return outcome.isDone ? planned : undefined;
    },

    async chunk(sync, at) {
      const prefix = chunkPrefix(sync, sync.plan?.id ?? "", at);
      const bytes = (await bodiesUnder(sync, prefix)).get(prefix);
      if (bytes === undefined) throw new Error(`the plan of list ${sync.id} has no chunk ${at}`);
      return bytes;
    },
  };
};

/** A page of a list, or a part of its plan, and which list it is of. */
export interface ListedBody {
  readonly list: Pick<Sync, "workspace" | "kind" | "id">;
  readonly bytes: Uint8Array;
}

/** Slices of one body follow one another; their names differ in the last digits alone. */
const joined = (items: readonly Item[]): Uint8Array[] => {
  const slices = new Map<string, Uint8Array[]>();
  for (const { sk, body } of items) {
    if (!(body instanceof Uint8Array)) continue;
    const name = String(sk).slice(0, -SLICE_DIGITS);
    slices.set(name, [...(slices.get(name) ?? []), body]);
  }
  return [...slices.values()].map((parts) => unpressed(Buffer.concat(parts)));
};

const allOf = async (table: Table, pk: string, bounds: { readonly from?: string; readonly to?: string }) => {
  const items: Item[] = [];
  let start: Key | undefined;
  do {
    const page = await table.query(pk, bounds, start === undefined ? {} : { start });
    items.push(...page.items);
    start = page.last;
  } while (start !== undefined);
  return items;
};

/** Every page and every part of a plan that is kept of a workspace's full lists; one list is in memory at a time. */
export const readLists = async function* (table: Table, workspace: string): AsyncGenerator<ListedBody> {
  const { pk, sk } = KEYS.syncListed(workspace, "", "");
  for (const item of await allOf(table, pk, prefixBounds(sk.slice(0, sk.indexOf("#") + 1)))) {
    const list = { workspace, kind: item["kind"] as Sync["kind"], id: textIn(item, "id") };
    for (const bytes of joined(await allOf(table, KEYS.sync(workspace, list.kind, list.id).pk, {})))
      yield { list, bytes };
  }
};

/** Items that one transaction takes (AWS: at most 100). */
const ITEMS_AT_A_TIME = 100;

/** Removes a list: first what it is known by, so that nobody goes on with half of it; last what it is found by. */
export const dropList = async (table: Table, { workspace, kind, id }: ListedBody["list"]): Promise<void> => {
  const record = KEYS.sync(workspace, kind, id);
  await table.transact([table.remove(record)]);
  const items = await allOf(table, record.pk, {});
  for (let at = 0; at < items.length; at += ITEMS_AT_A_TIME)
    await table.transact(items.slice(at, at + ITEMS_AT_A_TIME).map((item) => table.remove(keyOf(item))));
  await table.transact([table.remove(KEYS.syncListed(workspace, kind, id))]);
};
