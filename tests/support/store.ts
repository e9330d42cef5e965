import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DeleteItemCommand, paginateScan, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Places } from "../../functions/adapters/compose.ts";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { KEYS, type Key } from "../../functions/contract.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { openParts, type PartsOptions } from "./engine.ts";

/** What suites of the store's ports need of an adapter, beside the ports. */
export interface Store {
  readonly parts: Parts;
  /** The same store as another process sees it: nothing is remembered from {@link parts}. */
  readonly connect: () => Parts;
  /** Takes segments away, as their expiry does, in whatever order. */
  readonly loseSegments: (workspace: string, lane: number, positions: readonly number[]) => Promise<void>;
  /** Everything in the store, to see what a call has changed. */
  readonly contents: () => Promise<readonly string[]>;
  /** Names of the bodies that lie outside the table. */
  readonly blobs: (kind: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** A store in DynamoDB, and what only its own suites may touch. */
export interface DynamoStore extends Store {
  /** Where it keeps things. */
  readonly places: Places & { readonly archiveFolder: string };
  readonly items: () => Promise<readonly Record<string, unknown>[]>;
  readonly put: (item: Record<string, unknown>) => Promise<void>;
  readonly remove: (key: Key) => Promise<void>;
}

/** Opens an empty store in a table of its own, with large bodies in a folder. */
export const openStore = async (options: PartsOptions = {}): Promise<DynamoStore> => {
  const { parts, connect, engine, archiveFolder, close } = await openParts(options);
  const client = dynamoClient(engine.endpoint);

  const items = async (): Promise<Record<string, unknown>[]> => {
    const found: Record<string, unknown>[] = [];
    for await (const { Items = [] } of paginateScan({ client }, { TableName: engine.table, ConsistentRead: true }))
      found.push(...Items.map((item) => unmarshall(item)));
    return found;
  };
  const remove = async (key: Key): Promise<void> => {
    await client.send(new DeleteItemCommand({ TableName: engine.table, Key: marshall({ ...key }) }));
  };

  return {
    parts,
    connect,
    places: {
      dynamodbEndpoint: engine.endpoint,
      table: engine.table,
      archiveFolder,
      clock: parts.clock,
      expires: options.expires ?? true,
      graceSeconds: parts.graceSeconds,
      cooldownSeconds: parts.cooldownSeconds,
    },
    items,
    remove,
    loseSegments: async (workspace, lane, positions) => {
      for (const position of positions) await remove(KEYS.segment(workspace, lane, position));
    },
    contents: async () => (await items()).map(textOf).toSorted(),
    blobs: async (kind) => {
      try {
        const found = await readdir(join(archiveFolder, "blobs", kind), { recursive: true, withFileTypes: true });
        return found.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).toSorted();
      } catch {
        return [];
      }
    },
    put: async (item) => {
      await client.send(new PutItemCommand({ TableName: engine.table, Item: marshall(item) }));
    },
    close: async () => {
      client.destroy();
      await close();
    },
  };
};

/** Engines give an item's attributes in any order. */
const textOf = (item: Record<string, unknown>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1))), bytesAsText);

const bytesAsText = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
