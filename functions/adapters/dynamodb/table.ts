import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  type UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type Key, TABLE } from "../../contract.ts";
import { Failure } from "../../core/failure.ts";
import { keyOf } from "./attributes.ts";

/** An item as read, keys included. */
export type Item = Record<string, unknown>;

/** Keys that one BatchGetItem takes (AWS: at most 100). */
const KEYS_AT_A_TIME = 100;

/** Tries of a transaction that met another on the same item; AWS cancels one of two, SDKs leave it at that. */
const TRIES = 12;

/** What is needed to reach the table. */
export interface TableOptions {
  readonly client: DynamoDBClient;
  readonly name: string;
  /** Waits a little longer each time, by chance. */
  readonly pause: (attempt: number) => Promise<void>;
}

/** How a cancelled transaction answers, one code an item: `None`, `ConditionalCheckFailed`, … */
export type Outcome = { readonly isDone: true } | { readonly isDone: false; readonly codes: readonly string[] };

/** Attribute values of an item or an expression. */
export const attributes = (item: Item): Record<string, AttributeValue> =>
  marshall(item, { removeUndefinedValues: true });

/** The one table: reads and transactions in plain values. Every read is strongly consistent unless it says otherwise. */
export class Table {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly pause: (attempt: number) => Promise<void>;

  constructor({ client, name, pause }: TableOptions) {
    this.client = client;
    this.name = name;
    this.pause = pause;
  }

  async get(key: Key, isConsistent = true): Promise<Item | undefined> {
    const { Item: item } = await this.client.send(
      new GetItemCommand({ TableName: this.name, Key: attributes({ ...key }), ConsistentRead: isConsistent }),
    );
    return item === undefined ? undefined : unmarshall(item);
  }

  /** Items of any number of keys, in no order; keys without an item are left out. */
  async getAll(keys: readonly Key[]): Promise<Item[]> {
    const items: Item[] = [];
    for (let at = 0; at < keys.length; at += KEYS_AT_A_TIME) {
      let left = keys.slice(at, at + KEYS_AT_A_TIME).map((key) => attributes({ ...key }));
      for (let attempt = 0; left.length > 0; attempt++) {
        if (attempt > TRIES) throw new Failure("store.busy", "The store keeps leaving reads undone; try again.");
        if (attempt > 0) await this.pause(attempt);
        const { Responses, UnprocessedKeys } = await this.client.send(
          new BatchGetItemCommand({ RequestItems: { [this.name]: { Keys: left, ConsistentRead: true } } }),
        );
        items.push(...(Responses?.[this.name] ?? []).map((item) => unmarshall(item)));
        left = UnprocessedKeys?.[this.name]?.Keys ?? [];
      }
    }
    return items;
  }

  /** One page of a partition: items whose sort key lies in the bounds given, ends included. */
  async query(
    pk: string,
    bounds: { readonly from?: string; readonly to?: string },
    how: {
      readonly limit?: number;
      readonly isDescending?: boolean;
      readonly isConsistent?: boolean;
      readonly start?: Key;
    } = {},
  ): Promise<{ readonly items: Item[]; readonly last: Key | undefined }> {
    const { Items, LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        // The highest sort key there can be: DynamoDB compares UTF-8 bytes.
        ExpressionAttributeValues: attributes({
          ":pk": pk,
          ":from": bounds.from ?? "\u0000",
          ":to": bounds.to ?? "\u{10FFFF}",
        }),
        ConsistentRead: how.isConsistent ?? true,
        ScanIndexForward: how.isDescending !== true,
        ...(how.limit === undefined ? {} : { Limit: how.limit }),
        ...(how.start === undefined ? {} : { ExclusiveStartKey: attributes({ ...how.start }) }),
      }),
    );
    const last = LastEvaluatedKey === undefined ? undefined : keyOf(unmarshall(LastEvaluatedKey));
    return { items: (Items ?? []).map((item) => unmarshall(item)), last };
  }

  /**
   * Writes all or nothing. Conflicts with other writers are tried again with growing pauses; a condition that fails
   * is an answer.
   * @throws Failure `store.busy` after the last try.
   */
  async transact(items: readonly TransactWriteItem[]): Promise<Outcome> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      try {
        await this.client.send(new TransactWriteItemsCommand({ TransactItems: [...items] }));
        return { isDone: true };
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? "None");
        if (codes.includes("ConditionalCheckFailed")) return { isDone: false, codes };
        if (!codes.some((code) => PASSING.has(code))) throw error;
        await this.pause(attempt);
      }
    }
    throw new Failure("store.busy", "Other writers kept the store busy; try again.");
  }

  /**
   * Puts one item on a condition, for half of what a transaction of one costs.
   * @returns whether the condition held. When an answer was lost and the put sent again, it does not: read again.
   * @throws Failure `store.busy` after the last try.
   */
  async putIf(item: Item, condition: string, values: Item): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.name,
      Item: attributes(item),
      ...conditional(condition, values),
    });
    try {
      await this.#untilFree(() => this.client.send(command));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /**
   * Updates one item. A transaction that holds the item at the moment is waited for, as {@link transact} does.
   * @throws Failure `store.busy` after the last try.
   */
  async update(command: UpdateItemCommand): Promise<void> {
    await this.#untilFree(() => this.client.send(command));
  }

  /** Writes one item, again while a transaction holds it. */
  async #untilFree(write: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      try {
        await write();
        return;
      } catch (error) {
        if (!(error instanceof TransactionConflictException)) throw error;
        await this.pause(attempt);
      }
    }
    throw new Failure("store.busy", "Other writers kept the store busy; try again.");
  }

  /** A removal of a transaction; without a condition nothing happens when there is no such item. */
  remove(key: Key, condition?: string, values?: Item): TransactWriteItem {
    return { Delete: { TableName: this.name, Key: attributes({ ...key }), ...conditional(condition, values) } };
  }

  /** A put of a transaction. `values` are those of the condition. */
  put(item: Item, condition?: string, values?: Item): TransactWriteItem {
    return { Put: { TableName: this.name, Item: attributes(item), ...conditional(condition, values) } };
  }
}

/** A condition of a write, and its values. */
const conditional = (condition: string | undefined, values: Item | undefined): object => ({
  ...(condition === undefined ? {} : { ConditionExpression: condition }),
  ...(values === undefined ? {} : { ExpressionAttributeValues: attributes(values) }),
});

/** Cancellations that say nothing about the data (DynamoDB API reference, TransactWriteItems). */
const PASSING = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

/** Bounds of the sort keys that begin with a text. */
export const prefixBounds = (prefix: string): { readonly from: string; readonly to: string } => ({
  from: prefix,
  to: `${prefix}\u{10FFFF}`,
});

/** Condition under which an item is new. */
export const IS_NEW = `attribute_not_exists(${TABLE.partitionKey})`;
