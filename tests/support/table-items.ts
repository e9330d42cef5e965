import { DeleteItemCommand, GetItemCommand, paginateScan, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import type { Key } from "../../functions/contract.ts";
import type { Engine } from "./engine.ts";

type Item = Record<string, unknown>;

/** The table behind everybody's back, as somebody who tampers with it has it. */
export interface TableItems {
  /** @throws when there is no such item. */
  readonly get: (key: Key) => Promise<Item>;
  readonly put: (item: Item) => Promise<void>;
  readonly remove: (key: Key) => Promise<void>;
  /** All there are. */
  readonly all: () => Promise<readonly Item[]>;
}

/** Reaches into a test's own table. */
export const itemsIn = ({ endpoint, table: TableName }: Pick<Engine, "endpoint" | "table">): TableItems => {
  const client = dynamoClient(endpoint);
  return {
    get: async (key) => {
      const { Item: found } = await client.send(
        new GetItemCommand({ TableName, Key: marshall({ ...key }), ConsistentRead: true }),
      );
      if (found === undefined) throw new Error(`there is no item ${key.pk} ${key.sk}`);
      return unmarshall(found);
    },
    put: async (item) => {
      await client.send(new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }));
    },
    remove: async (key) => {
      await client.send(new DeleteItemCommand({ TableName, Key: marshall({ ...key }) }));
    },
    all: async () => {
      const found: Item[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
        found.push(...Items.map((item) => unmarshall(item)));
      return found;
    },
  };
};
