import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { KEYS, TABLE } from "../../contract.ts";
import type { Calls } from "../../ports/calls.ts";
import { anyNumberIn } from "./attributes.ts";
import type { StoreOptions } from "./store.ts";
import { attributes } from "./table.ts";

/** Calls in DynamoDB: one counter for each subject and window, gone a while after it. */
export const dynamoCalls = ({ table, expires }: Pick<StoreOptions, "table" | "expires">): Calls => ({
  async count(subject, window, windowMs, calls = 1) {
    const { Attributes } = await table.client.send(
      new UpdateItemCommand({
        TableName: table.name,
        Key: attributes({ ...KEYS.limit(subject, window) }),
        UpdateExpression: expires ? `ADD calls :more SET ${TABLE.ttlAttribute} = :until` : "ADD calls :more",
        ExpressionAttributeValues: attributes({
          ":more": calls,
          ...(expires ? { ":until": Math.ceil((window + 2 * windowMs) / 1_000) } : {}),
        }),
        ReturnValues: "UPDATED_NEW",
      }),
    );
    return Number(unmarshall(Attributes ?? {})["calls"]);
  },

  async counted(subject, window) {
    const item = await table.get(KEYS.limit(subject, window));
    return anyNumberIn(item, "calls") ?? 0;
  },

  async discount(subject, window) {
    try {
      await table.update(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes({ ...KEYS.limit(subject, window) }),
          UpdateExpression: "ADD calls :less",
          ConditionExpression: "calls > :none",
          ExpressionAttributeValues: attributes({ ":less": -1, ":none": 0 }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});
