import {
  type DescribeTableCommandOutput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { TABLE } from "../../contract.ts";
import { createTable } from "./create-table.ts";

type Described = NonNullable<DescribeTableCommandOutput["Table"]>;

/** The shape of the one table: the names of its keys, and what each is. */
const SHAPE = `${TABLE.partitionKey} HASH S, ${TABLE.sortKey} RANGE S`;

const shapeOf = ({ KeySchema = [], AttributeDefinitions = [] }: Described): string => {
  const types = new Map(AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
  return KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType} ${types.get(AttributeName)}`).join(
    ", ",
  );
};

const find = async (client: DynamoDBClient, name: string): Promise<Described | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/** @throws an Error when items go by another attribute. */
const letItemsGo = async (client: DynamoDBClient, name: string): Promise<void> => {
  const { TimeToLiveDescription: kept } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  const isOn = kept?.TimeToLiveStatus === "ENABLED" || kept?.TimeToLiveStatus === "ENABLING";
  if (isOn && kept.AttributeName !== TABLE.ttlAttribute)
    throw new Error(
      `The items of the table ${name} go by ${kept.AttributeName}, not by ${TABLE.ttlAttribute}: it is another program's. Name another.`,
    );
  if (isOn) return;
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName: TABLE.ttlAttribute, Enabled: true },
    }),
  );
};

/**
 * Makes the one table at an endpoint of one's own, unless it is there.
 * @returns whether it was made.
 * @throws an Error at a table of another shape, which is left as it is.
 */
export const provisionTable = async (endpoint: string, name: string): Promise<boolean> => {
  const client = new DynamoDBClient({ endpoint });
  try {
    const found = await find(client, name);
    if (found === undefined) {
      await createTable(client, name);
      return true;
    }
    if (shapeOf(found) !== SHAPE)
      throw new Error(
        `The table ${name} has the keys ${shapeOf(found)}, not ${SHAPE}: it is another program's. Name another.`,
      );
    await letItemsGo(client, name);
    return false;
  } finally {
    client.destroy();
  }
};
