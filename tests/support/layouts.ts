import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { BatchWriteItemCommand, paginateScan, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import type { OpenParts } from "./engine.ts";

type Item = Record<string, unknown>;

/** A store as some version left it: what lay in its table and its archive, and what that version then made of it. */
export interface RecordedStore {
  /** The version that wrote it. */
  readonly version: string;
  /** When it was left, milliseconds since 1970 UTC. */
  readonly now: number;
  readonly workspace: string;
  /** A key of the workspace. */
  readonly apiKey: string;
  readonly items: readonly Item[];
  /** Texts by their path in the archive. */
  readonly archive: Readonly<Record<string, string>>;
  /** The hour that the version closed next, and the document it published. */
  readonly next: { readonly hour: string; readonly at: number; readonly document: Item };
}

/** Items that a batch writes at most. */
const AT_A_TIME = 25;

const pathOf = (layout: number): string =>
  fileURLToPath(new URL(`../fixtures/layouts/${layout}.json.gz`, import.meta.url));

const asText = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString("base64") } : value;
const asBytes = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && "$bytes" in value
    ? new Uint8Array(Buffer.from(String(value.$bytes), "base64"))
    : value;

/** What lies in a test's own table and archive. */
export const contentsOf = async ({
  engine,
  archiveFolder,
}: Pick<OpenParts, "engine" | "archiveFolder">): Promise<Pick<RecordedStore, "items" | "archive">> => {
  const client = dynamoClient(engine.endpoint);
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: engine.table, ConsistentRead: true }))
    // Bytes come as a Buffer, which JSON would write in its own way.
    items.push(...Items.map((item) => withPlainBytes(unmarshall(item))));
  const entries = await readdir(archiveFolder, { recursive: true, withFileTypes: true });
  const archive: Record<string, string> = {};
  for (const entry of entries
    .filter((one) => one.isFile())
    .toSorted((a, b) => (a.parentPath < b.parentPath ? -1 : 1))) {
    const path = join(entry.parentPath, entry.name);
    archive[path.slice(archiveFolder.length + 1)] = await readFile(path, "utf8");
  }
  return { items, archive };
};

const withPlainBytes = (item: Item): Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, value instanceof Uint8Array ? new Uint8Array(value) : value]),
  );

/** Keeps a store as the one that a layout is known by. */
export const keepRecorded = async (layout: number, store: RecordedStore): Promise<void> => {
  await writeFile(pathOf(layout), gzipSync(JSON.stringify(store, asText), { level: 9 }));
};

/** The store that a layout is known by. */
export const recordedStore = async (layout: number): Promise<RecordedStore> =>
  JSON.parse(gunzipSync(await readFile(pathOf(layout))).toString(), asBytes) as RecordedStore;

/** Puts what was recorded into an empty table and archive. */
export const restoreRecorded = async (
  { items, archive }: Pick<RecordedStore, "items" | "archive">,
  { engine, archiveFolder }: Pick<OpenParts, "engine" | "archiveFolder">,
): Promise<void> => {
  const client = dynamoClient(engine.endpoint);
  for (let at = 0; at < items.length; at += AT_A_TIME) {
    const writes: WriteRequest[] = items
      .slice(at, at + AT_A_TIME)
      .map((item) => ({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [engine.table]: writes } }));
  }
  for (const [path, text] of Object.entries(archive)) {
    const file = join(archiveFolder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
};
