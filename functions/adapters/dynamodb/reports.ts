import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { KEEP_DAYS, KEYS } from "../../contract.ts";
import { hourName } from "../../core/hour.ts";
import type { ImkitReport } from "../../core/imkit-report.ts";
import type { Reports } from "../../ports/reports.ts";
import { bodyAttributes, bodyOf, pressed, unpressed } from "./bodies.ts";
import { expiry, type StoreOptions } from "./store.ts";
import { attributes } from "./table.ts";

/** Reports in DynamoDB; one that is too large for an item lies outside of the table. */
export const dynamoReports = ({ table, blobs, expires }: StoreOptions): Reports => ({
  async keep(workspace, report, now) {
    const [body = {}] = await bodyAttributes(blobs, [{ kind: "report", bytes: pressed(JSON.stringify(report)) }]);
    try {
      await table.client.send(
        new PutItemCommand({
          TableName: table.name,
          Item: attributes({
            ...KEYS.report(workspace, hourName(report.hour)),
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

  async find(workspace, hour) {
    const item = await table.get(KEYS.report(workspace, hourName(hour)));
    if (item === undefined) return undefined;
    return JSON.parse(unpressed(await bodyOf(blobs, "report", item)).toString()) as ImkitReport;
  },
});
