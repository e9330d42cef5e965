import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Key, KEYS } from "../../contract.ts";
import type { Hour } from "../../core/hour.ts";
import { BESIDE, revisionsBetween } from "./sets.ts";
import { attributes, type Item, type Table } from "./table.ts";

/** Items that are changed at once. */
const AT_ONCE = 16;

/** Items of snapshots beside whose document somebody's sets lie: of the hours `[from, to)`, or all. */
export const itemsWithSets = async function* (
  table: Table,
  workspace: string,
  hours?: { readonly from: Hour; readonly to: Hour },
): AsyncGenerator<Item> {
  const { pk, bounds } =
    hours === undefined
      ? { pk: KEYS.snapshot(workspace, "", 0).pk, bounds: {} }
      : revisionsBetween(workspace, hours.from, hours.to);
  let start: Key | undefined;
  do {
    const { items, last } = await table.query(pk, bounds, start === undefined ? {} : { start });
    yield* items.filter((item) => item[BESIDE] !== undefined);
    start = last;
  } while (start !== undefined);
};

const strip = ({ table, item }: { readonly table: Table; readonly item: Item }): Promise<void> =>
  table.update(
    new UpdateItemCommand({
      TableName: table.name,
      Key: attributes({ pk: item["pk"], sk: item["sk"] }),
      UpdateExpression: "REMOVE #beside",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeNames: { "#beside": BESIDE },
    }),
  );

/**
 * Takes sets away from beside their documents, which stay. Done again it comes to the same.
 * @param most how many at most.
 * @returns how many there were.
 */
export const stripSets = async (table: Table, items: AsyncIterable<Item>, most = Infinity): Promise<number> => {
  let stripped = 0;
  let some: Item[] = [];
  const stripSome = async (): Promise<void> => {
    await Promise.all(some.map((item) => strip({ table, item })));
    stripped += some.length;
    some = [];
  };
  for await (const item of items) {
    if (stripped + some.length >= most) break;
    some.push(item);
    if (some.length === AT_ONCE) await stripSome();
  }
  await stripSome();
  return stripped;
};
