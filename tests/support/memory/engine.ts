import { createHash } from "node:crypto";
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { holds, type Places, type Stored, updated } from "./expressions.ts";

/** A page of a query ends after this much (DynamoDB: 1 MB). */
const PAGE_BYTES = 1_000_000;
/** What a transaction takes (DynamoDB: 100 items). */
const TRANSACTION_ITEMS = 100;

/** An item, and a digest of it that stands for it in fingerprints. */
interface Held {
  readonly item: Stored;
  readonly digest: Buffer;
}

/** A command of the SDK, as the engine takes it. */
export interface Command {
  readonly input: object;
}

/** What the engine answers, or throws; `print` says the same as the answer, shortly. */
export interface Outcome {
  readonly answer: unknown;
  readonly isThrown: boolean;
  readonly print: string;
}

/** A change of one item, for those who watch. */
export interface Change {
  readonly pk: string;
  readonly sk: string;
  readonly before: Stored | undefined;
  readonly after: Stored | undefined;
}

/** Order of UTF-8 bytes, which is that of code points: surrogates come after everything else. */
const compareText = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    let x = a.charCodeAt(at);
    let y = b.charCodeAt(at);
    if (x === y) continue;
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
};

const sizeOf = (value: AttributeValue): number => value.S?.length ?? value.B?.length ?? value.N?.length ?? 1;
const bytesIn = (item: Stored): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + name.length + sizeOf(value), 0);

const digestOf = (item: Stored): Buffer => {
  const hash = createHash("md5");
  for (const [name, { B, ...other }] of Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}${JSON.stringify(other)}`);
    if (B !== undefined) hash.update(B);
  }
  return hash.digest();
};

/** The items of a partition in the order of their sort keys. */
class Partition {
  readonly sks: string[];
  readonly items: Map<string, Held>;

  constructor(from?: Partition) {
    this.sks = from === undefined ? [] : [...from.sks];
    this.items = new Map(from?.items);
  }

  /** Where a sort key is, or would be. */
  placeOf(sk: string): number {
    let low = 0;
    let high = this.sks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareText(this.sks[middle] as string, sk) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  set(sk: string, held: Held | undefined): void {
    const isThere = this.items.has(sk);
    if (held === undefined) {
      if (isThere) this.sks.splice(this.placeOf(sk), 1);
      this.items.delete(sk);
      return;
    }
    if (!isThere) this.sks.splice(this.placeOf(sk), 0, sk);
    this.items.set(sk, held);
  }
}

type Write = {
  readonly TableName: string | undefined;
  readonly Key?: Record<string, AttributeValue> | undefined;
  readonly Item?: Record<string, AttributeValue> | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
} & Places;

type Kind = "Put" | "Update" | "Delete" | "ConditionCheck";

const keyOf = ({ Key, Item }: Pick<Write, "Key" | "Item">): readonly [pk: string, sk: string] => {
  const key = Key ?? Item;
  return [key?.["pk"]?.S ?? "", key?.["sk"]?.S ?? ""];
};

/**
 * The part of DynamoDB that the adapters use, in memory, synchronous and without chance: one table with keys `pk` and
 * `sk`. It can be copied, and it has a fingerprint: engines that hold the same have the same. Held to the contracts
 * that real engines are held to.
 */
export class MemoryEngine {
  readonly #partitions = new Map<string, Partition>();
  /** Partitions that are shared with another engine until one of the two writes. */
  readonly #shared = new Set<string>();
  readonly #print = new Uint32Array(4);
  /** Told of every change after it was made. */
  watch: ((change: Change) => void) | undefined;
  /** Conditions that this engine does not look at: an engine that is broken on purpose. */
  ignores: ((condition: string, pk: string, sk: string) => boolean) | undefined;

  /** Another engine that holds the same. */
  copy(): MemoryEngine {
    const engine = new MemoryEngine();
    for (const [pk, partition] of this.#partitions) {
      engine.#partitions.set(pk, partition);
      engine.#shared.add(pk);
      this.#shared.add(pk);
    }
    engine.#print.set(this.#print);
    return engine;
  }

  /** Equal for engines that hold the same. */
  get fingerprint(): string {
    return this.#print.join(" ");
  }

  /** Every item, by partition and sort key. */
  *all(): Iterable<Stored> {
    for (const { sks, items } of this.#partitions.values()) for (const sk of sks) yield (items.get(sk) as Held).item;
  }

  get(pk: string, sk: string): Stored | undefined {
    return this.#partitions.get(pk)?.items.get(sk)?.item;
  }

  /** Items of a partition in order. */
  partition(pk: string): readonly Stored[] {
    const found = this.#partitions.get(pk);
    return found === undefined ? [] : found.sks.map((sk) => (found.items.get(sk) as Held).item);
  }

  /** Takes an item away, as its expiry does. */
  lose(pk: string, sk: string): void {
    this.#set(pk, sk, undefined);
  }

  /** A client that is answered at once. */
  client(): DynamoDBClient {
    return clientOf((command) => this.apply(command));
  }

  /** Carries out a command. */
  apply(command: Command): Outcome {
    if (command instanceof GetItemCommand) return this.#get(command.input.Key);
    if (command instanceof BatchGetItemCommand) return this.#getAll(command);
    if (command instanceof QueryCommand) return this.#query(command);
    if (command instanceof PutItemCommand) return this.#write("Put", command.input);
    if (command instanceof UpdateItemCommand) return this.#write("Update", command.input);
    if (command instanceof TransactWriteItemsCommand) return this.#transact(command);
    throw new Error(`the engine in memory knows no ${command.constructor.name}`);
  }

  #held(pk: string, sk: string): Held | undefined {
    return this.#partitions.get(pk)?.items.get(sk);
  }

  #set(pk: string, sk: string, item: Stored | undefined): void {
    let partition = this.#partitions.get(pk);
    if (partition === undefined || this.#shared.has(pk)) {
      partition = new Partition(partition);
      this.#partitions.set(pk, partition);
      this.#shared.delete(pk);
    }
    const before = partition.items.get(sk);
    const held = item === undefined ? undefined : { item, digest: digestOf(item) };
    partition.set(sk, held);
    // Each item is in the print once, so taking it out is the same as putting it in.
    for (const one of [before, held])
      if (one !== undefined) for (let at = 0; at < 4; at++) this.#print[at]! ^= one.digest.readUInt32LE(4 * at);
    this.watch?.({ pk, sk, before: before?.item, after: item });
  }

  #get(Key: Record<string, AttributeValue> | undefined): Outcome {
    const held = this.#held(...keyOf({ Key }));
    return answer(held === undefined ? {} : { Item: held.item }, held?.digest.toString("base64") ?? "none");
  }

  #getAll({ input }: BatchGetItemCommand): Outcome {
    const [table = "", request] = Object.entries(input.RequestItems ?? {})[0] ?? [];
    const found = (request?.Keys ?? []).flatMap((Key) => this.#held(...keyOf({ Key })) ?? []);
    return answer({ Responses: { [table]: found.map(({ item }) => item) }, UnprocessedKeys: {} }, printOf(found));
  }

  #query({ input }: QueryCommand): Outcome {
    const { ":pk": pk, ":from": from, ":to": to } = input.ExpressionAttributeValues ?? {};
    const partition = this.#partitions.get(pk?.S ?? "") ?? new Partition();
    const isForward = input.ScanIndexForward !== false;
    const [start, end] = [from?.S ?? "", to?.S ?? ""];
    const after = input.ExclusiveStartKey?.["sk"]?.S;
    const found: Held[] = [];
    let bytes = 0;
    let isCut = false;
    const first = partition.placeOf(start);
    const range: string[] = [];
    for (let at = first; at < partition.sks.length && compareText(partition.sks[at] as string, end) <= 0; at++)
      range.push(partition.sks[at] as string);
    if (!isForward) range.reverse();
    for (const sk of range) {
      if (after !== undefined && compareText(sk, after) * (isForward ? 1 : -1) <= 0) continue;
      const held = partition.items.get(sk) as Held;
      found.push(held);
      bytes += bytesIn(held.item);
      isCut = found.length === input.Limit || bytes >= PAGE_BYTES;
      if (isCut) break;
    }
    const last = found.at(-1)?.item;
    return answer(
      {
        Items: found.map(({ item }) => item),
        ...(isCut && last !== undefined ? { LastEvaluatedKey: { pk: last["pk"], sk: last["sk"] } } : {}),
      },
      `${printOf(found)}${isCut ? "…" : ""}`,
    );
  }

  #holds(write: Write, before: Stored | undefined): boolean {
    const { ConditionExpression: condition } = write;
    if (condition !== undefined && this.ignores?.(condition, ...keyOf(write)) === true) return true;
    return holds(condition, write, before);
  }

  #carryOut(kind: Kind, write: Write): Stored | undefined {
    const [pk, sk] = keyOf(write);
    if (kind === "ConditionCheck") return undefined;
    if (kind === "Delete") {
      this.#set(pk, sk, undefined);
      return undefined;
    }
    const before = this.get(pk, sk) ?? write.Key;
    const after = kind === "Put" ? write.Item : updated(write.UpdateExpression ?? "", write, before ?? {});
    this.#set(pk, sk, after);
    return after;
  }

  #write(kind: "Put" | "Update", write: Write): Outcome {
    const before = this.get(...keyOf(write));
    if (!this.#holds(write, before)) {
      const told = before === undefined ? {} : { Item: { ...before } };
      const error = new ConditionalCheckFailedException({
        message: "The conditional request failed",
        $metadata: {},
        ...told,
      });
      return {
        answer: error,
        isThrown: true,
        print: `refused ${before === undefined ? "" : digestOf(before).toString("base64")}`,
      };
    }
    const after = this.#carryOut(kind, write);
    return answer(
      { Attributes: after },
      kind === "Put" || after === undefined ? "done" : digestOf(after).toString("base64"),
    );
  }

  #transact({ input }: TransactWriteItemsCommand): Outcome {
    const writes = (input.TransactItems ?? []).map((item): readonly [Kind, Write] => {
      const [kind, write] = Object.entries(item)[0] as unknown as [Kind, Write];
      return [kind, write];
    });
    if (writes.length > TRANSACTION_ITEMS) throw new Error(`a transaction of ${writes.length} items`);
    const keys = new Set(writes.map(([, write]) => keyOf(write).join(" ")));
    if (keys.size < writes.length) throw new Error("a transaction that has an item twice");
    const codes = writes.map(([, write]) =>
      this.#holds(write, this.get(...keyOf(write))) ? "None" : "ConditionalCheckFailed",
    );
    if (codes.some((code) => code !== "None")) {
      const error = new TransactionCanceledException({
        message: "Transaction cancelled",
        $metadata: {},
        CancellationReasons: codes.map((Code) => ({ Code })),
      });
      return { answer: error, isThrown: true, print: codes.join() };
    }
    for (const [kind, write] of writes) this.#carryOut(kind, write);
    return answer({}, "done");
  }
}

const answer = (what: object, print: string): Outcome => ({ answer: what, isThrown: false, print });
const printOf = (found: readonly Held[]): string => found.map(({ digest }) => digest.toString("base64")).join();

/** A client whose commands go to a function; an answer is given as SDKs give it, late and once. */
export const clientOf = (send: (command: Command) => Outcome | Promise<Outcome>): DynamoDBClient =>
  ({
    send: async (command: Command) => {
      const { answer: what, isThrown } = await send(command);
      if (isThrown) throw what;
      return what;
    },
    destroy: () => undefined,
  }) as unknown as DynamoDBClient;
