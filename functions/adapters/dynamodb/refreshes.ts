import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { KEYS } from "../../contract.ts";
import type { Refreshes } from "../../ports/refreshes.ts";
import { attributes, type Table } from "./table.ts";

/** Who refreshes a workspace, in one item of it. */
export const dynamoRefreshes = (table: Table): Refreshes => ({
  async begin(workspace, now, { leaseMs, cooldownMs }) {
    try {
      await table.client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes({ ...KEYS.refresh(workspace) }),
          UpdateExpression: "SET startedAt = :now, isRunning = :running",
          // A crashed holder never ends, so its lease runs out. A clock that was set back must not lock for ever; but
          // one who read the clock a moment before the holder did is no reason to run beside it.
          ConditionExpression:
            "attribute_not_exists(pk) OR startedAt > :ahead OR startedAt <= :lapsed OR (isRunning = :ended AND startedAt <= :cooled)",
          ExpressionAttributeValues: attributes({
            ":now": now,
            ":running": true,
            ":ended": false,
            ":ahead": now + leaseMs,
            ":lapsed": now - leaseMs,
            ":cooled": now - cooldownMs,
          }),
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return { state: "begun" };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const item = error.Item === undefined ? undefined : unmarshall(error.Item);
      return {
        state: item?.["isRunning"] === false ? "cooling" : "running",
        startedAt: (item?.["startedAt"] as number | undefined) ?? now,
      };
    }
  },

  async end(workspace, startedAt) {
    try {
      await table.client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes({ ...KEYS.refresh(workspace) }),
          UpdateExpression: "SET isRunning = :ended",
          ConditionExpression: "startedAt = :started",
          ExpressionAttributeValues: attributes({ ":ended": false, ":started": startedAt }),
        }),
      );
    } catch (error) {
      // The lease ran out and another has begun; its own end will come.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});
