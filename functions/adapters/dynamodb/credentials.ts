import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { KEYS } from "../../contract.ts";
import type { Credential } from "../../core/credential.ts";
import type { Credentials } from "../../ports/credentials.ts";
import { attributes, type Item, prefixBounds, type Table } from "./table.ts";

/** The two instants that change stand beside the body, so that each is one update. */
const credentialOf = (item: Item): Credential => ({
  ...(JSON.parse(item["credential"] as string) as Credential),
  revokedAt: (item["revokedAt"] as number | undefined) ?? null,
  lastUsedAt: (item["lastUsedAt"] as number | undefined) ?? null,
});

/** Credentials in DynamoDB, by the hash of their secret; the other item of each lists it with its workspace. */
export const dynamoCredentials = (table: Table): Credentials => {
  const set = async (hash: string, attribute: "revokedAt" | "lastUsedAt", now: number): Promise<void> => {
    try {
      await table.update(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes({ ...KEYS.credential(hash) }),
          UpdateExpression: "SET #attribute = :now",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: { "#attribute": attribute },
          ExpressionAttributeValues: attributes({ ":now": now }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

  return {
    async find(hash) {
      // Half the price, and a moment behind: one that was just made is looked for once more, consistently.
      const item = (await table.get(KEYS.credential(hash), false)) ?? (await table.get(KEYS.credential(hash)));
      return item === undefined ? undefined : credentialOf(item);
    },

    async put({ revokedAt, lastUsedAt, ...credential }) {
      const { hash, workspace } = credential;
      await table.transact([
        table.put({
          ...KEYS.credential(hash),
          credential: JSON.stringify(credential),
          revokedAt: revokedAt ?? undefined,
          lastUsedAt: lastUsedAt ?? undefined,
        }),
        table.put({ ...KEYS.credentialListed(workspace, hash) }),
      ]);
    },

    revoke: (hash, now) => set(hash, "revokedAt", now),
    touch: (hash, now) => set(hash, "lastUsedAt", now),

    async list(workspace, limit, after) {
      const { pk, sk: prefix } = KEYS.credentialListed(workspace, "");
      const { items: listed, last } = await table.query(pk, prefixBounds(prefix), {
        limit,
        ...(after === undefined ? {} : { start: KEYS.credentialListed(workspace, after) }),
      });
      const hashes = listed.map(({ sk }) => (sk as string).slice(prefix.length));
      const items = await table.getAll(hashes.map((hash) => KEYS.credential(hash)));
      const found = new Map(items.map((item) => [credentialOf(item).hash, credentialOf(item)]));
      return {
        credentials: hashes.flatMap((hash) => found.get(hash) ?? []),
        next: last?.sk.slice(prefix.length),
      };
    },
  };
};
