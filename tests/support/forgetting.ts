import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { forgettingParts } from "../../functions/adapters/compose-forgetting.ts";
import { unpressed } from "../../functions/adapters/dynamodb/bodies.ts";
import { dynamoClient } from "../../functions/adapters/dynamodb/client.ts";
import { decodeDelta } from "../../functions/core/delta-encoding.ts";
import type { ForgetParts } from "../../functions/tasks/forget-everywhere.ts";
import type { OpenParts } from "./engine.ts";

/** What {@link forgetUser} is given, over a test's own table and folder. */
export const partsToForget = ({
  parts,
  engine,
  archiveFolder,
  clock,
}: Pick<OpenParts, "parts" | "engine" | "archiveFolder" | "clock">): ForgetParts => ({
  ...parts,
  ...forgettingParts({
    dynamodbEndpoint: engine.endpoint,
    table: engine.table,
    archiveFolder,
    clock: () => clock.now,
    expires: false,
    graceSeconds: 0,
    cooldownSeconds: 0,
  }),
});

/** Every text that stored bytes may be read as: as they are, decompressed, and as a delta. */
const textsIn = (bytes: Uint8Array): string[] => {
  const texts = [Buffer.from(bytes).toString("latin1")];
  try {
    texts.push(unpressed(bytes).toString());
  } catch {
    // It is not compressed.
  }
  try {
    for (const { users, rooms, reporters, instances } of decodeDelta(bytes).values())
      texts.push(JSON.stringify([[...users.keys()], [...rooms.keys()], [...reporters.keys()], [...instances]]));
  } catch {
    // It is no delta.
  }
  return texts;
};

const textsOf = (value: unknown): string[] => {
  if (value instanceof Uint8Array) return textsIn(value);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsOf);
  return [String(value)];
};

/** Names of all items and archived files in which a text stands, however it is stored. */
export const placesOf = async (
  text: string,
  { engine, archiveFolder }: Pick<OpenParts, "engine" | "archiveFolder">,
): Promise<string[]> => {
  const places: string[] = [];
  const client = dynamoClient(engine.endpoint);
  for await (const { Items = [] } of paginateScan({ client }, { TableName: engine.table, ConsistentRead: true }))
    for (const stored of Items) {
      const item = unmarshall(stored);
      if (textsOf(item).some((found) => found.includes(text))) places.push(`${item["pk"]} ${item["sk"]}`);
    }
  client.destroy();
  for (const entry of await readdir(archiveFolder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (path.includes(text)) places.push(path);
    else if (entry.isFile() && textsIn(await readFile(path)).some((found) => found.includes(text))) places.push(path);
  }
  return places.toSorted();
};
