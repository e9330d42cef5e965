import { randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Work } from "../ports/work.ts";
import type { SettingsTo } from "../settings.ts";
import type { Parts } from "../tasks/parts.ts";
import { diskArchive, diskBlobs } from "./disk/archive.ts";
import { dynamoCredentials } from "./dynamodb/credentials.ts";
import { dynamoDirectory } from "./dynamodb/directory.ts";
import { dynamoHours } from "./dynamodb/hours.ts";
import { dynamoLog } from "./dynamodb/log.ts";
import { dynamoRefreshes } from "./dynamodb/refreshes.ts";
import { dynamoSnapshots } from "./dynamodb/snapshots.ts";
import { dynamoClient, Table } from "./dynamodb/table.ts";
import { dynamoWorkspaces } from "./dynamodb/workspaces.ts";
import { hashPassword } from "./passwords.ts";
import { s3Archive, s3Blobs, s3Client } from "./s3/archive.ts";
import { sqsClient, sqsWork } from "./sqs/work.ts";

/** Where a deployment keeps things: an archive folder, or else a bucket. */
export interface Places {
  /** An endpoint of one's own; undefined for AWS. */
  readonly dynamodbEndpoint: string | undefined;
  readonly table: string;
  readonly archiveFolder: string | undefined;
  readonly archiveBucket?: string | undefined;
  readonly s3Endpoint?: string | undefined;
  readonly clock: () => number;
  /** Off in drills: their clock is not the table's. */
  readonly expires: boolean;
  readonly graceSeconds: number;
  readonly cooldownSeconds: number;
}

/** Longest first pause before a write is tried again; it doubles with each loss up to the ceiling. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** Full jitter: any time up to the bound, so that losers do not meet again. */
const pauseByChance = async (attempt: number): Promise<void> => {
  const bound = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
  await setTimeout(randomInt(bound + 1));
};

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const secret = (characters: number): string =>
  Array.from({ length: characters }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");

/** Parts but for the times that callers are held to. */
type KeptParts = Omit<Parts, "graceSeconds" | "cooldownSeconds">;

const keptParts = (places: Omit<Places, "graceSeconds" | "cooldownSeconds">): KeptParts => {
  const table = new Table({ client: dynamoClient(places.dynamodbEndpoint), name: places.table, pause: pauseByChance });
  const bucket =
    places.archiveBucket === undefined
      ? undefined
      : { client: s3Client(places.s3Endpoint), name: places.archiveBucket };
  if (bucket === undefined && places.archiveFolder === undefined)
    throw new Error("an archive needs a folder or a bucket");
  const folder = places.archiveFolder ?? "";
  const blobs = bucket === undefined ? diskBlobs(folder) : s3Blobs(bucket);
  const store = { table, blobs, expires: places.expires };
  return {
    log: dynamoLog(store),
    directory: dynamoDirectory(table),
    hours: dynamoHours(store),
    snapshots: dynamoSnapshots(table, blobs),
    archive: bucket === undefined ? diskArchive(folder) : s3Archive(bucket),
    credentials: dynamoCredentials(table),
    workspaces: dynamoWorkspaces(table),
    refreshes: dynamoRefreshes(table),
    clock: places.clock,
    secret,
    hashPassword,
    pause: async (milliseconds) => {
      await setTimeout(milliseconds);
    },
    pauseByChance,
  };
};

/** Parts of an embedded runtime: any DynamoDB endpoint, and an archive on disk or in any S3. */
export const localParts = (places: Places): Parts => ({
  ...keptParts(places),
  graceSeconds: places.graceSeconds,
  cooldownSeconds: places.cooldownSeconds,
});

const lambdaPlaces = ({ table, archiveBucket }: Pick<SettingsTo<"serve">, "table" | "archiveBucket">) => ({
  dynamodbEndpoint: undefined,
  table,
  archiveFolder: undefined,
  archiveBucket,
  clock: () => Date.now(),
  expires: true,
});

const queueOf = (url: string): Work => sqsWork({ client: sqsClient(), url, pause: pauseByChance });

/** Parts of a function that serves: the table and the bucket its settings name. */
export const lambdaParts = (settings: SettingsTo<"serve">): Parts =>
  localParts({
    ...lambdaPlaces(settings),
    graceSeconds: settings.graceSeconds,
    cooldownSeconds: settings.refreshCooldownSeconds,
  });

/** Parts of the function that starts the hourly run. */
export const dispatchParts = ({
  table,
  workQueueUrl,
}: SettingsTo<"dispatch">): Pick<Parts, "workspaces" | "clock"> & { readonly work: Work } => ({
  workspaces: dynamoWorkspaces(new Table({ client: dynamoClient(undefined), name: table, pause: pauseByChance })),
  clock: () => Date.now(),
  work: queueOf(workQueueUrl),
});

/** Parts of the function that closes hours; neither grace nor cooldown is its business. */
export const workerParts = (settings: SettingsTo<"close">): KeptParts & { readonly work: Work } => ({
  ...keptParts(lambdaPlaces(settings)),
  work: queueOf(settings.workQueueUrl),
});
