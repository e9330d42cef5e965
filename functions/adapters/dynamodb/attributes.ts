import type { Key } from "../../contract.ts";
import { type Hour, hourNamed } from "../../core/hour.ts";
import { keptJson } from "../../core/kept-json.ts";

type Item = Readonly<Record<string, unknown>>;

/** Without the partition key: it may be what a credential is found by. */
const wrong = (item: Item, name: string, kind: string): Error =>
  new Error(`the item ${String(item["sk"])} has no ${kind} «${name}»: something else wrote it`);

/** @throws Error where the item has no such text. */
export const textIn = (item: Item, name: string): string => {
  const value = item[name];
  if (typeof value !== "string") throw wrong(item, name, "text");
  return value;
};

/** @throws Error where the item has no such number. */
export const numberIn = (item: Item, name: string): number => {
  const value = item[name];
  if (typeof value !== "number") throw wrong(item, name, "number");
  return value;
};

/** A number that an item may lack, as may be the item itself. */
export const anyNumberIn = (item: Item | undefined, name: string): number | undefined =>
  item === undefined || item[name] === undefined ? undefined : numberIn(item, name);

/** A text that an item may lack, as may be the item itself. */
export const anyTextIn = (item: Item | undefined, name: string): string | undefined =>
  item === undefined || item[name] === undefined ? undefined : textIn(item, name);

/** @throws Error where the item has no such bytes. */
export const bytesIn = (item: Item, name: string): Uint8Array => {
  const value = item[name];
  if (!(value instanceof Uint8Array)) throw wrong(item, name, "bytes");
  return value;
};

/** What an item holds as JSON. @throws Error where it holds none. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- who wrote it says what it is
export const jsonIn = <T>(item: Item, name: string): T => keptJson<T>(textIn(item, name));

/** The key of an item. */
export const keyOf = (item: Item): Key => ({ pk: textIn(item, "pk"), sk: textIn(item, "sk") });

/** Letters of an hour's name. */
const HOUR_LETTERS = "2026-11-21T09".length;

/** The hour that an item's sort key begins with. @throws Error where it begins with none. */
export const hourIn = (item: Item): Hour => {
  const hour = hourNamed(textIn(item, "sk").slice(0, HOUR_LETTERS));
  if (hour === undefined) throw wrong(item, "sk", "hour");
  return hour;
};
