import { type Key, KEYS } from "../../contract.ts";
import type { Sets } from "../../core/publication.ts";
import type { Firsts } from "../../core/firsts.ts";
import type { HashId } from "../../core/hashed-ids.ts";
import { areHashed, hashedFirsts, hashedSets } from "../../core/hashing.ts";
import { type Hour, HOUR_MS, hourName } from "../../core/hour.ts";
import { keptJson } from "../../core/kept-json.ts";
import { dayName, dayOf } from "../../core/series.ts";
import { KEPT_LENGTHS } from "../../core/union.ts";
import type { BlobStore } from "../../ports/blobs.ts";
import { bytesIn, keyOf, textIn } from "./attributes.ts";
import {
  type Body,
  bodyAttributes,
  bodyOf,
  ownedBy,
  ownedByWorkspace,
  pressed,
  UNION_BYTES,
  unpressed,
} from "./bodies.ts";
import { removeBodies } from "./removing.ts";
import { BESIDE, revisionsBetween } from "./sets.ts";
import { attributes, type Item, type Table } from "./table.ts";

interface Store {
  readonly table: Table;
  readonly blobs: BlobStore;
}

type Kind = Extract<Body["kind"], "sets" | "union" | "firsts">;

/** Tries of a body that others keep changing. */
const TRIES = 20;
/** Bodies that are in hand at once. */
const AT_ONCE = 16;

/** The attribute that holds who was seen, or the name of where it lies; of a snapshot's item the one beside its document. */
const heldIn = (item: Item): string => {
  if (BESIDE in item) return BESIDE;
  return typeof item["blob"] === "string" ? "blob" : "body";
};

/** Whether an item tells of anybody: of an old union only how many there were is left, and a document names nobody. */
const isNamed = (kind: Kind, item: Item): boolean =>
  BESIDE in item || ((item["body"] !== undefined || item["blob"] !== undefined) && !isSnapshot(kind, item));

const isSnapshot = (kind: Kind, item: Item): boolean => kind === "sets" && item["revision"] !== undefined;

/**
 * Writes another body in the place of an item's, if it is as it was read.
 * @returns the name of its large body, or null of one that lies in the item; undefined when somebody else was first.
 */
const rewritten = async (
  { table, blobs }: Store,
  kind: Kind,
  item: Item,
  rewrite: (text: string) => string,
): Promise<string | null | undefined> => {
  const text = unpressed(BESIDE in item ? bytesIn(item, BESIDE) : await bodyOf(blobs, kind, item)).toString();
  const after = rewrite(text);
  const held = heldIn(item);
  if (after === text) return held === "blob" ? textIn(item, "blob") : null;
  const key: Key = keyOf(item);
  const most = kind === "union" ? { most: UNION_BYTES } : {};
  const body: Body = { kind, bytes: pressed(after), prefix: ownedBy(key), ...most };
  const [stored = {}] = held === BESIDE ? [{ [BESIDE]: body.bytes }] : await bodyAttributes(blobs, [body]);
  const [into = held, value] = Object.entries(stored)[0] ?? [];
  const { isDone } = await table.transact([
    {
      Update: {
        TableName: table.name,
        Key: attributes({ ...key }),
        UpdateExpression: `SET #into = :after${into === held ? "" : " REMOVE #held"}`,
        ConditionExpression: "#held = :before",
        ExpressionAttributeNames: { "#into": into, "#held": held },
        ExpressionAttributeValues: attributes({ ":before": item[held], ":after": value }),
      },
    },
  ]);
  if (!isDone) return undefined;
  return into === "blob" ? String(value) : null;
};

/** Rewrites one item's body; read again while somebody else changes it. */
const settled = async (
  store: Store,
  kind: Kind,
  first: Item,
  rewrite: (text: string) => string,
): Promise<string | null> => {
  let item: Item | undefined = first;
  for (let attempt = 1; attempt <= TRIES && item !== undefined; attempt++) {
    if (!isNamed(kind, item)) return null;
    const name = await rewritten(store, kind, item, rewrite);
    if (name !== undefined) return name;
    await store.table.pause(attempt);
    item = await store.table.get(keyOf(first));
  }
  if (item === undefined) return null;
  throw new Error(`others keep changing ${String(first["pk"])} ${String(first["sk"])}`);
};

/**
 * Rewrites the bodies of a partition's items between two sort keys, ends included.
 * @returns names of the large bodies that they point to then.
 */
const rehash = async (
  store: Store,
  kind: Kind,
  pk: string,
  bounds: { readonly from: string; readonly to: string },
  rewrite: (text: string) => string,
): Promise<readonly string[]> => {
  const names: (string | null)[] = [];
  let start: Key | undefined;
  do {
    const { items, last } = await store.table.query(pk, bounds, start === undefined ? {} : { start });
    for (let at = 0; at < items.length; at += AT_ONCE)
      names.push(
        ...(await Promise.all(items.slice(at, at + AT_ONCE).map((item) => settled(store, kind, item, rewrite)))),
      );
    start = last;
  } while (start !== undefined);
  return names.filter((name) => name !== null);
};

/**
 * Removes large bodies of hours `[from, to)` that nothing points to any more, unless one may be on its way.
 * @returns whether none was left.
 */
const removeReplaced = async (
  blobs: BlobStore,
  workspace: string,
  {
    from,
    to,
    kept,
    now,
  }: { readonly from: Hour; readonly to: Hour; readonly kept: readonly string[]; readonly now: number },
): Promise<boolean> => {
  const prefix = ownedByWorkspace(workspace);
  const used = new Set(kept);
  let isDone = true;
  const isReplaced = (name: string, writtenAt: number): boolean => {
    if (used.has(name)) return false;
    if (writtenAt < now - HOUR_MS) return true;
    isDone = false;
    return false;
  };
  const between =
    (first: Key, end: Key) =>
    (name: string, writtenAt: number): boolean =>
      name >= ownedBy(first) && name < ownedBy(end) && isReplaced(name, writtenAt);
  const isToGo = between(KEYS.sets(workspace, hourName(from)), KEYS.sets(workspace, hourName(to)));
  await removeBodies(blobs, "sets", prefix, { isToGo });
  for (const length of KEPT_LENGTHS) {
    const union = (hour: Hour): Key => KEYS.union(workspace, length, dayName(dayOf(hour)));
    await removeBodies(blobs, "union", prefix, { isToGo: between(union(from), union(to)) });
  }
  await removeBodies(blobs, "firsts", prefix, { isToGo: isReplaced });
  return isDone;
};

/** Puts hashes in the place of ids of hours `[from, to)`, as the port of unions says. */
export const hashPeople = async (
  store: Store,
  workspace: string,
  { from, to, hash, now }: { readonly from: Hour; readonly to: Hour; readonly hash: HashId; readonly now: number },
): Promise<boolean> => {
  const asSets = (text: string): string => {
    const sets = keptJson<Sets>(text);
    return areHashed(sets) ? text : JSON.stringify(hashedSets(sets, hash));
  };
  const asFirsts = (text: string): string => JSON.stringify(hashedFirsts(keptJson<Firsts>(text), hash));
  const between = (kind: Kind, first: Key, last: Key, rewrite: (text: string) => string): Promise<readonly string[]> =>
    rehash(store, kind, first.pk, { from: first.sk, to: last.sk }, rewrite);
  const sets = (hour: Hour): Key => KEYS.sets(workspace, hourName(hour));
  const kept = [...(await between("sets", sets(from), sets(to - 1), asSets))];
  const { pk, bounds } = revisionsBetween(workspace, from, to);
  await rehash(store, "sets", pk, bounds, asSets);
  for (const length of KEPT_LENGTHS) {
    const unions = (hour: Hour): Key => KEYS.union(workspace, length, dayName(dayOf(hour)));
    kept.push(...(await between("union", unions(from), unions(to - 1), asSets)));
  }
  const firsts = KEYS.firsts(workspace);
  kept.push(...(await between("firsts", firsts, firsts, asFirsts)));
  return removeReplaced(store.blobs, workspace, { from, to, kept, now });
};
