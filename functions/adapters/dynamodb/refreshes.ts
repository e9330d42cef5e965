import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { KEYS } from "../../contract.ts";
import type { Refreshes } from "../../ports/refreshes.ts";
import { attributes, type Table } from "./table.ts";

/** Who refreshes a workspace, in one item of it. */
export const dynamoRefreshes = (table: Table): Refreshes => ({
  async begin(workspace, { owner, at }, { leaseMs, cooldownMs }) {
    try {
      await table.client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes({ ...KEYS.refresh(workspace) }),
          UpdateExpression: "SET startedAt = :at, isRunning = :running, #owner = :owner",
          // A crashed holder never ends, so its lease runs out. A clock that was set back must not lock for ever; but
          // one who read the clock a moment before the holder did is no reason to run beside it.
          ConditionExpression:
            "attribute_not_exists(pk) OR startedAt > :ahead OR startedAt <= :lapsed OR (isRunning = :ended AND startedAt <= :cooled)",
          ExpressionAttributeNames: { "#owner": "owner" },
          ExpressionAttributeValues: attributes({
            ":at": at,
            ":owner": owner,
            ":running": true,
            ":ended": false,
            ":ahead": at + leaseMs,
            ":lapsed": at - leaseMs,
            ":cooled": at - cooldownMs,
          }),
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return { state: "begun" };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const item = error.Item === undefined ? undefined : unmarshall(error.Item);
      const isRunning = item?.["isRunning"] !== false;
      // The SDK sends again what it has no answer to, and then meets its own lease.
      if (isRunning && item?.["owner"] === owner) return { state: "begun" };
      return {
        state: isRunning ? "running" : "cooling",
        startedAt: (item?.["startedAt"] as number | undefined) ?? at,
      };
    }
  },

  async end(workspace, owner) {
    try {
      await table.client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes({ ...KEYS.refresh(workspace) }),
          UpdateExpression: "SET isRunning = :ended",
          ConditionExpression: "#owner = :owner",
          ExpressionAttributeNames: { "#owner": "owner" },
          ExpressionAttributeValues: attributes({ ":ended": false, ":owner": owner }),
        }),
      );
    } catch (error) {
      // The lease ran out and another has begun; its own end will come.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});
