import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { localParts } from "../../../functions/adapters/compose.ts";
import { dynamoAudit } from "../../../functions/adapters/dynamodb/audit.ts";
import { dynamoDirectory } from "../../../functions/adapters/dynamodb/directory.ts";
import { dynamoHours } from "../../../functions/adapters/dynamodb/hours.ts";
import { dynamoLog } from "../../../functions/adapters/dynamodb/log.ts";
import { dynamoPublications } from "../../../functions/adapters/dynamodb/publications.ts";
import { dynamoRefreshes } from "../../../functions/adapters/dynamodb/refreshes.ts";
import { dynamoSeries } from "../../../functions/adapters/dynamodb/series.ts";
import { dynamoSnapshots } from "../../../functions/adapters/dynamodb/snapshots.ts";
import { Table } from "../../../functions/adapters/dynamodb/table.ts";
import { dynamoUnions } from "../../../functions/adapters/dynamodb/unions.ts";
import { dynamoWorkspaces } from "../../../functions/adapters/dynamodb/workspaces.ts";
import { KEYS } from "../../../functions/contract.ts";
import type { Archive } from "../../../functions/ports/archive.ts";
import type { BlobStore } from "../../../functions/ports/blobs.ts";
import type { Parts } from "../../../functions/tasks/parts.ts";
import type { PartsOptions } from "../engine.ts";
import { MemoryArchive } from "./archive.ts";
import { MemoryEngine } from "./engine.ts";
import type { Store } from "../store.ts";

/** Nobody waits in memory: whoever was faster is done. */
const AT_ONCE = async (): Promise<void> => undefined;

/** What {@link partsOver} are over. */
export interface MemoryPlaces {
  readonly client: DynamoDBClient;
  readonly archive: Archive;
  readonly blobs: BlobStore;
  readonly clock: () => number;
  readonly expires: boolean;
}

/** Parts as a process of its own has them, with the real adapters over a client and an archive in memory. */
export const partsOver = ({ client, archive, blobs, clock, expires }: MemoryPlaces): Parts => {
  const table = new Table({ client, name: "memory", pause: AT_ONCE });
  const store = { table, blobs, expires };
  return {
    ...localParts({
      dynamodbEndpoint: undefined,
      dynamodbClient: client,
      table: table.name,
      archiveFolder: "nowhere",
      clock,
      expires,
      graceSeconds: 180,
      cooldownSeconds: 0,
      // So that few segments show both.
      storesFrom: 2,
    }),
    archive,
    audit: dynamoAudit(table),
    directory: dynamoDirectory(table),
    hours: dynamoHours(store),
    log: dynamoLog(store),
    publications: dynamoPublications(table, blobs),
    refreshes: dynamoRefreshes(table),
    series: dynamoSeries(table),
    snapshots: dynamoSnapshots(table, blobs),
    unions: dynamoUnions(table, blobs),
    workspaces: dynamoWorkspaces(table),
    hashPassword: async () => "",
    pauseByChance: AT_ONCE,
  };
};

const asText = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;

/** An empty store in memory, for the contracts of its ports. */
export const openMemoryStore = async ({ expires = true, now = 0 }: PartsOptions = {}): Promise<Store> => {
  const engine = new MemoryEngine();
  const archive = new MemoryArchive(() => Date.now());
  const connect = (): Parts =>
    partsOver({
      client: engine.client(),
      archive: archive.port(),
      blobs: archive.blobs(),
      clock: () => now,
      expires,
    });
  return {
    parts: connect(),
    connect,
    loseSegments: async (workspace, lane, positions) => {
      for (const position of positions) {
        const { pk, sk } = KEYS.segment(workspace, lane, position);
        engine.lose(pk, sk);
      }
    },
    contents: async () => [...engine.all()].map((item) => JSON.stringify(item, asText)).toSorted(),
    blobs: async (kind) =>
      archive.keys().flatMap((key) => (key.startsWith(`blobs/${kind}/`) ? [key.split("/").at(-1) ?? ""] : [])),
    close: async () => undefined,
  };
};
