import { type Key, KEYS } from "../../contract.ts";
import type { Sets } from "../../core/publication.ts";
import { type Hour, hourName } from "../../core/hour.ts";
import { keptJson } from "../../core/kept-json.ts";
import type { Blobs } from "../../ports/blobs.ts";
import { bytesIn, hourIn } from "./attributes.ts";
import { bodyOf, unpressed } from "./bodies.ts";
import { BESIDE, revisionsBetween } from "./sets.ts";
import type { Item, Table } from "./table.ts";

interface Store {
  readonly table: Table;
  readonly blobs: Blobs;
}

/** Hours whose sets are in memory at once: a day's, which may be large. */
const HOURS_AT_ONCE = 24;

const setsOf = (bytes: Uint8Array): Sets => keptJson<Sets>(unpressed(bytes).toString());

/** The sets of an hour's last revision. */
export const setsOfHour = async ({ table, blobs }: Store, workspace: string, hour: Hour): Promise<Sets | undefined> => {
  const { pk, bounds } = revisionsBetween(workspace, hour, hour + 1);
  const { items } = await table.query(pk, bounds, { limit: 1, isDescending: true });
  const [last] = items;
  if (last?.[BESIDE] !== undefined) return setsOf(bytesIn(last, BESIDE));
  const item = await table.get(KEYS.sets(workspace, hourName(hour)));
  return item === undefined ? undefined : setsOf(await bodyOf(blobs, "sets", item));
};

/** Items that lie apart, of the hours `[from, to)`. */
const apartBetween = async (table: Table, workspace: string, from: Hour, to: Hour): Promise<Map<Hour, Item>> => {
  const { pk } = KEYS.sets(workspace, "");
  const found = new Map<Hour, Item>();
  let start: Key | undefined;
  do {
    const page: Awaited<ReturnType<Table["query"]>> = await table.query(
      pk,
      { from: hourName(from), to: hourName(to - 1) },
      start === undefined ? {} : { start },
    );
    for (const item of page.items) found.set(hourIn(item), item);
    start = page.last;
  } while (start !== undefined);
  return found;
};

/** The last revision of each hour, page by page; an hour is given once all of its revisions are read. */
const lastRevisions = async function* (
  table: Table,
  workspace: string,
  from: Hour,
  to: Hour,
): AsyncGenerator<ReadonlyMap<Hour, Item>> {
  const { pk, bounds } = revisionsBetween(workspace, from, to);
  let unfinished: readonly [Hour, Item] | undefined;
  let start: Key | undefined;
  do {
    const { items, last } = await table.query(pk, bounds, start === undefined ? {} : { start });
    const page = new Map<Hour, Item>(unfinished === undefined ? [] : [unfinished]);
    // Revisions come in order, so the last one stays.
    for (const item of items) page.set(hourIn(item), item);
    unfinished = last === undefined ? undefined : [...page].at(-1);
    if (unfinished !== undefined) page.delete(unfinished[0]);
    yield page;
    start = last;
  } while (start !== undefined);
};

/** The sets of some hours whose last revisions are given, in order. */
const setsOfPage = async (
  { table, blobs }: Store,
  workspace: string,
  page: readonly (readonly [Hour, Item])[],
): Promise<readonly (readonly [hour: Hour, sets: Sets])[]> => {
  const without = page.filter(([, item]) => item[BESIDE] === undefined).map(([hour]) => hour);
  const [first, end] = [without[0], without.at(-1)];
  const apart =
    first === undefined || end === undefined ? undefined : await apartBetween(table, workspace, first, end + 1);
  const read = async ([hour, item]: readonly [Hour, Item]): Promise<(readonly [Hour, Sets])[]> => {
    if (item[BESIDE] !== undefined) return [[hour, setsOf(bytesIn(item, BESIDE))]];
    const other = apart?.get(hour);
    return other === undefined ? [] : [[hour, setsOf(await bodyOf(blobs, "sets", other))]];
  };
  return (await Promise.all(page.map(read))).flat();
};

/** The sets of the hours `[from, to)` that have any, in order; few of them are in memory at a time. */
export const setsBetween = async function* (
  store: Store,
  workspace: string,
  from: Hour,
  to: Hour,
): AsyncGenerator<readonly [hour: Hour, sets: Sets]> {
  if (to <= from) return;
  for await (const page of lastRevisions(store.table, workspace, from, to)) {
    const hours = [...page];
    for (let at = 0; at < hours.length; at += HOURS_AT_ONCE)
      yield* await setsOfPage(store, workspace, hours.slice(at, at + HOURS_AT_ONCE));
  }
};
