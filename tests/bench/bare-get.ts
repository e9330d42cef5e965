import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});

/** The least that any function with a table does: reads one item. */
export const handler = async ({ table, pk, sk }: Record<"table" | "pk" | "sk", string>): Promise<number> => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }),
  );
  return Item === undefined ? 404 : 200;
};
