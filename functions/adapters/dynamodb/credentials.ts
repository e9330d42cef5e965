import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Key, KEYS } from "../../contract.ts";
import type { Credential } from "../../core/credential.ts";
import type { Act } from "../../ports/audit.ts";
import type { CredentialGroup, Credentials, Listing } from "../../ports/credentials.ts";
import { anyNumberIn, anyTextIn, jsonIn, numberIn, textIn } from "./attributes.ts";
import { noted } from "./audit.ts";
import { expiry, type StoreOptions } from "./store.ts";
import { attributes, IS_NEW, type Item, prefixBounds } from "./table.ts";

/** The instants that change stand beside the body, so that each is one update. */
const credentialOf = (item: Item): Credential => ({
  ...jsonIn<Credential>(item, "credential"),
  // Not under the name that the store expires items by: what has ended is still listed.
  ...(item["endsAt"] === undefined ? {} : { expiresAt: numberIn(item, "endsAt") }),
  revokedAt: anyNumberIn(item, "revokedAt") ?? null,
  lastUsedAt: anyNumberIn(item, "lastUsedAt") ?? null,
});

const groupOf = ({ kind }: Pick<Credential, "kind">): CredentialGroup =>
  kind === "session" ? "sessions" : kind === "token" ? "tokens" : "keys";

/** Where a credential stands in the list of its workspace's: those of one group, and there of one user, together. */
const placeOf = (credential: Pick<Credential, "kind" | "userId" | "hash">): string =>
  `${groupOf(credential)}#${credential.userId ?? ""}#${credential.hash}`;

const beginningOf = (listing: Listing | undefined): string =>
  listing === undefined ? "" : `${listing.group}#${listing.userId === undefined ? "" : `${listing.userId}#`}`;

const hashIn = (place: string): string => place.slice(place.lastIndexOf("#") + 1);

const nameOf = ({ workspace, userId, label }: Pick<Credential, "workspace" | "userId" | "label">): Key =>
  KEYS.tokenNamed(workspace, userId ?? "", label);

/** Days for which an expired session is kept: its owner has no use for it, and there are many. */
const SESSION_DAYS = 1;

/** Credentials in DynamoDB, by the hash of their secret; the other item of each lists it with its workspace. */
export const dynamoCredentials = ({ table, expires }: Pick<StoreOptions, "table" | "expires">): Credentials => {
  const set = async (
    hash: string,
    attribute: "revokedAt" | "lastUsedAt" | "endsAt",
    now: number,
    { condition = "attribute_exists(pk)", acts = [] }: { condition?: string; acts?: readonly Act[] } = {},
  ): Promise<void> => {
    const update = {
      TableName: table.name,
      Key: attributes({ ...KEYS.credential(hash) }),
      UpdateExpression: "SET #attribute = :now",
      ConditionExpression: condition,
      ExpressionAttributeNames: { "#attribute": attribute },
      ExpressionAttributeValues: attributes({ ":now": now }),
    };
    if (acts.length > 0) {
      await table.transact([{ Update: update }, ...noted(table, acts)]);
      return;
    }
    try {
      await table.update(new UpdateItemCommand(update));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

  const itemsOf = ({ revokedAt, lastUsedAt, ...credential }: Credential): [Item, Item] => {
    const { hash, workspace, kind, expiresAt } = credential;
    const gone = kind === "session" && expiresAt !== null ? expiry(expires, expiresAt, SESSION_DAYS) : {};
    return [
      {
        ...KEYS.credential(hash),
        credential: JSON.stringify(credential),
        endsAt: expiresAt ?? undefined,
        revokedAt: revokedAt ?? undefined,
        lastUsedAt: lastUsedAt ?? undefined,
        ...gone,
      },
      { ...KEYS.credentialListed(workspace, placeOf(credential)), ...gone },
    ];
  };

  return {
    async find(hash) {
      // Half the price, and a moment behind: one that was just made is looked for once more, consistently.
      const item = (await table.get(KEYS.credential(hash), false)) ?? (await table.get(KEYS.credential(hash)));
      return item === undefined ? undefined : credentialOf(item);
    },

    async put(credential, acts = []) {
      await table.transact([...itemsOf(credential).map((item) => table.put(item)), ...noted(table, acts)]);
    },

    async holderOf(token) {
      return anyTextIn(await table.get(nameOf(token)), "holder");
    },

    async putNamed(token, holder, acts = []) {
      const name = { ...nameOf(token), holder: token.hash };
      const { isDone } = await table.transact([
        holder === undefined ? table.put(name, IS_NEW) : table.put(name, "holder = :holder", { ":holder": holder }),
        ...itemsOf(token).map((item) => table.put(item)),
        ...noted(table, acts),
      ]);
      return isDone;
    },

    revoke: (hash, now, acts = []) => set(hash, "revokedAt", now, { acts }),
    expire: (hash, at) =>
      set(hash, "endsAt", at, {
        condition: "attribute_exists(pk) AND (attribute_not_exists(endsAt) OR endsAt > :now)",
      }),
    touch: (hash, now) => set(hash, "lastUsedAt", now),

    async list(workspace, limit, after, listing) {
      const beginning = beginningOf(listing);
      const { pk, sk } = KEYS.credentialListed(workspace, beginning);
      // A cursor of another list is none of this one.
      if (after !== undefined && !after.startsWith(beginning)) return { credentials: [], next: undefined };
      const { items: listed, last } = await table.query(pk, prefixBounds(sk), {
        limit,
        ...(after === undefined ? {} : { start: KEYS.credentialListed(workspace, after) }),
      });
      const hashes = listed.map((item) => hashIn(textIn(item, "sk")));
      const items = await table.getAll(hashes.map((hash) => KEYS.credential(hash)));
      const found = new Map(items.map((item) => [credentialOf(item).hash, credentialOf(item)]));
      return {
        credentials: hashes.flatMap((hash) => found.get(hash) ?? []),
        next: last?.sk.slice(KEYS.credentialListed(workspace, "").sk.length),
      };
    },
  };
};
