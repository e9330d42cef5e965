import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { KEEP_DAYS, type Key, KEYS } from "../../contract.ts";
import { type Hour, hourName } from "../../core/hour.ts";
import type { HourReport } from "../../core/hour-report.ts";
import { keptJson } from "../../core/kept-json.ts";
import type { Reports, Via } from "../../ports/reports.ts";
import { bodyAttributes, bodyOf, ownedBy, pressed, unpressed } from "./bodies.ts";
import { expiry, type StoreOptions } from "./store.ts";
import { attributes } from "./table.ts";

const keyOf = (workspace: string, hour: Hour, via: Via): Key =>
  (via === "push" ? KEYS.report : KEYS.polledReport)(workspace, hourName(hour));

/** Reports in DynamoDB; one that is too large for an item lies outside of the table. */
export const dynamoReports = ({ table, blobs, expires }: StoreOptions): Reports => ({
  async keep(workspace, report, now, via = "push") {
    const prefix = ownedBy(keyOf(workspace, report.hour, via));
    const [body = {}] = await bodyAttributes(blobs, [
      { kind: "report", bytes: pressed(JSON.stringify(report)), prefix },
    ]);
    try {
      await table.client.send(
        new PutItemCommand({
          TableName: table.name,
          Item: attributes({
            ...keyOf(workspace, report.hour, via),
            ...body,
            offMs: report.offMs,
            ...expiry(expires, now, KEEP_DAYS.report),
          }),
          ConditionExpression: "attribute_not_exists(pk) OR offMs > :off",
          ExpressionAttributeValues: attributes({ ":off": report.offMs }),
        }),
      );
    } catch (error) {
      // A better one is there.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },

  async find(workspace, hour, via = "push") {
    const item = await table.get(keyOf(workspace, hour, via));
    if (item === undefined) return undefined;
    return keptJson<HourReport>(unpressed(await bodyOf(blobs, "report", item)).toString());
  },
});
