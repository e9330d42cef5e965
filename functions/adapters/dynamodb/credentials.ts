import { ConditionalCheckFailedException, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { KEYS } from "../../contract.ts";
import type { Credential } from "../../core/credential.ts";
import type { Credentials } from "../../ports/credentials.ts";
import { attributes, type Table } from "./table.ts";

/** Credentials in DynamoDB, by the hash of their secret. */
export const dynamoCredentials = (table: Table): Credentials => ({
  async find(hash) {
    const item = await table.get(KEYS.credential(hash), false);
    if (item === undefined) return undefined;
    const { pk: _pk, sk: _sk, ...credential } = item;
    return { ...credential, hash } as unknown as Credential;
  },

  async put({ hash, ...credential }) {
    await table.client.send(
      new PutItemCommand({ TableName: table.name, Item: attributes({ ...KEYS.credential(hash), ...credential }) }),
    );
  },

  async revoke(hash, now) {
    try {
      await table.client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes({ ...KEYS.credential(hash) }),
          UpdateExpression: "SET revokedAt = :now",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeValues: attributes({ ":now": now }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});
