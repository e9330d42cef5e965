import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import { randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type Issuer, issuerOf } from "../core/issuer.ts";
import { late } from "../core/late.ts";
import type { Archive } from "../ports/archive.ts";
import type { Blobs, BlobStore } from "../ports/blobs.ts";
import type { IdentityTokens } from "../ports/identity-tokens.ts";
import type { ReportFiles } from "../ports/report-files.ts";
import type { LicenseKeys, VerifyLicense } from "../ports/licenses.ts";
import type { Send } from "../ports/delivering.ts";
import type { Names } from "../ports/names.ts";
import type { Unions } from "../ports/unions.ts";
import type { Work } from "../ports/work.ts";
import type { SettingsTo } from "../settings.ts";
import type { Parts } from "../tasks/parts.ts";
import { dynamoCredentials } from "./dynamodb/credentials.ts";
import { dynamoSnapshots } from "./dynamodb/snapshots.ts";
import { dynamoClient } from "./dynamodb/client.ts";
import { Table } from "./dynamodb/table.ts";
import { dynamoWorkspaces } from "./dynamodb/workspaces.ts";
import {
  lateAlerts,
  lateChannels,
  lateFurther,
  lateOutbox,
  latePublications,
  lateRemains,
  lateReportRecords,
  lateSyncs,
  latePort,
} from "./late.ts";
import { rememberedCredentials, rememberedWorkspaces } from "./remembered.ts";
import type { Bucket } from "./s3/archive.ts";
import { type Sources, secretSources } from "./sources.ts";
import { sqsClient, sqsWork } from "./sqs/work.ts";

/** How notices leave, and what they are signed with. */
type Sending = Pick<Parts, "senders" | "signingSecrets">;

/** Where a deployment keeps things: an archive folder, or else a bucket. */
export interface Places {
  /** An endpoint of one's own; undefined for AWS. */
  readonly dynamodbEndpoint: string | undefined;
  /** Somebody's own client, whose calls they watch or hold up. */
  readonly dynamodbClient?: DynamoDBClient | undefined;
  readonly table: string;
  readonly archiveFolder: string | undefined;
  readonly archiveBucket?: string | undefined;
  readonly s3Endpoint?: string | undefined;
  /** Somebody's own client, as above. */
  readonly s3Client?: S3Client | undefined;
  /** Undefined where there is no place for the credentials of polled servers. */
  readonly sources?: Partial<Sources> | undefined;
  /** How notices are sent; undefined where none are. */
  readonly sending?: Sending | undefined;
  readonly clock: () => number;
  /** Off in drills: their clock is not the table's. */
  readonly expires: boolean;
  readonly graceSeconds: number;
  readonly cooldownSeconds: number;
  /** Segments from which a refresh stores what it folds; undefined for as many as it pays from. */
  readonly storesFrom?: number | undefined;
  readonly oidc?: Issuer | undefined;
}

/** Longest first pause before a write is tried again; it doubles with each loss up to the ceiling. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** Full jitter: any time up to the bound, so that losers do not meet again. */
export const pauseByChance = async (attempt: number): Promise<void> => {
  const bound = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
  await setTimeout(randomInt(bound + 1));
};

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const secret = (characters: number): string =>
  Array.from({ length: characters }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");

interface Bodies {
  readonly archive: Archive;
  readonly blobs: BlobStore;
  readonly reportFiles: ReportFiles;
}

/** Where bodies lie, as it is loaded at first use: most calls never come to it, and a cold start waits. */
interface Loading {
  readonly bodies: () => Promise<Omit<Bodies, "blobs"> & { readonly blobs: Blobs }>;
  /** What lists and removes, too, which hardly any call comes to. */
  readonly store: () => Promise<BlobStore>;
}

const lateBodies = ({ bodies, store }: Loading): Bodies => ({
  archive: late(["write", "read", "readSuperseded", "readMade", "replaceMade"], async () => (await bodies()).archive),
  blobs: {
    ...late(["put", "get"], async () => (await bodies()).blobs),
    ...late(["remove"], store),
    async *list(...what) {
      yield* (await store()).list(...what);
    },
  },
  reportFiles: late(["keep", "read"], async () => (await bodies()).reportFiles),
});

const bodiesInBucket = (name: string, endpoint: string | undefined, own: S3Client | undefined): Bodies => {
  let reaching: Promise<Bucket> | undefined;
  const bucket = (): Promise<Bucket> => (reaching ??= reach());
  const reach = async (): Promise<Bucket> => {
    const { s3Client } = await import("./s3/archive.ts");
    return { client: own ?? s3Client(endpoint), name };
  };
  return lateBodies({
    bodies: async () => {
      const { s3Archive, s3Blobs, s3ReportFiles } = await import("./s3/archive.ts");
      const reached = await bucket();
      return { archive: s3Archive(reached), blobs: s3Blobs(reached), reportFiles: s3ReportFiles(reached) };
    },
    store: async () => (await import("./s3/blob-store.ts")).s3BlobStore(await bucket()),
  });
};

const bodiesInFolder = (folder: string): Bodies => {
  const disk = () => import("./disk/archive.ts");
  return lateBodies({
    bodies: async () => {
      const { diskArchive, diskBlobs, diskReportFiles } = await disk();
      return { archive: diskArchive(folder), blobs: diskBlobs(folder), reportFiles: diskReportFiles(folder) };
    },
    store: async () => (await disk()).diskBlobs(folder),
  });
};

const keptBodies = ({
  archiveFolder,
  archiveBucket,
  s3Endpoint,
  s3Client,
}: Pick<Places, "archiveFolder" | "archiveBucket" | "s3Endpoint" | "s3Client">): Bodies => {
  if (archiveBucket !== undefined) return bodiesInBucket(archiveBucket, s3Endpoint, s3Client);
  if (archiveFolder === undefined) throw new Error("an archive needs a folder or a bucket");
  return bodiesInFolder(archiveFolder);
};

// What only few calls come to is loaded at first use: a cold start waits for nothing it may not need.
const verifyLicense: VerifyLicense = async (...what) => (await import("./jose/licenses.ts")).verifyLicense(...what);

const lateUnions = (table: Table, blobs: BlobStore): Unions =>
  late(["keep", "between", "dropPeople", "hashPeople", "firsts", "keepFirsts"], async () =>
    (await import("./dynamodb/unions.ts")).dynamoUnions(table, blobs),
  );

const passwords: Pick<Parts, "hashPassword" | "isPassword"> = late(
  ["hashPassword", "isPassword"],
  () => import("./passwords.ts"),
);

const lateLicenseKeys = (table: Table): LicenseKeys =>
  latePort(async () => (await import("./dynamodb/license-keys.ts")).dynamoLicenseKeys(table));

const lateTokens = (issuer: Issuer): IdentityTokens =>
  late(["verify"], async () => (await import("./jose/oidc.ts")).oidcTokens(issuer));

const lateNames = (): Names => latePort(async () => (await import("./dns/names.ts")).publicNames());

/** A function that sends nothing should not be asked to; one that is says so. */
const NOTHING: Send = () => Promise.resolve({ isTaken: false, why: "nothing is sent from here", isFinal: false });
const NO_SENDING: Sending = {
  senders: { webhook: NOTHING, email: NOTHING, sns: NOTHING },
  signingSecrets: {
    keep: () => Promise.reject(new Error("nothing is signed from here")),
    find: () => Promise.resolve(undefined),
    remove: () => Promise.resolve(),
  },
};

/** Where nothing secret can be kept, nobody is asked, and no id is hashed. */
const NO_SOURCES: Sources = {
  upstreams: undefined,
  upstreamCredentials: latePort(async () => (await import("./no-vault.ts")).NO_CREDENTIALS),
  peopleKeys: latePort(async () => (await import("./no-vault.ts")).NO_PEOPLE_KEYS),
};

/** One in so many, as fine as anybody needs it. */
const GRAIN = 1_000_000;

/** A segment takes half a millisecond to read again; to store an hour of 2,000 people takes eight, and 30 write units. */
const STORES_FROM = 8;

/** Parts but for the times that callers are held to. */
type KeptParts = Omit<Parts, "graceSeconds" | "cooldownSeconds">;

const keptParts = (places: Omit<Places, "graceSeconds" | "cooldownSeconds">): KeptParts => {
  const client = places.dynamodbClient ?? dynamoClient(places.dynamodbEndpoint);
  const table = new Table({ client, name: places.table, pause: pauseByChance });
  const { archive, blobs, reportFiles } = keptBodies(places);
  const store = { table, blobs, expires: places.expires };
  return {
    ...lateFurther(store),
    syncs: lateSyncs(store),
    snapshots: dynamoSnapshots(table, blobs),
    unions: lateUnions(table, blobs),
    archive,
    publications: latePublications(table, blobs),
    alerts: lateAlerts(store),
    announcements: undefined,
    credentials: rememberedCredentials(dynamoCredentials(store), places.clock),
    licenseKeys: lateLicenseKeys(table),
    verifyLicense,
    names: lateNames(),
    identityTokens: places.oidc === undefined ? undefined : lateTokens(places.oidc),
    workspaces: rememberedWorkspaces(dynamoWorkspaces(table), places.clock),
    remains: lateRemains(store, blobs),
    channels: lateChannels(store),
    outbox: lateOutbox(store),
    ...(places.sending ?? NO_SENDING),
    reportFiles,
    reportRecords: lateReportRecords(store),
    ...NO_SOURCES,
    ...places.sources,
    chance: () => randomInt(GRAIN) / GRAIN,
    clock: places.clock,
    secret,
    ...passwords,
    pause: async (milliseconds) => {
      await setTimeout(milliseconds);
    },
    pauseByChance,
    storesFrom: places.storesFrom ?? STORES_FROM,
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

/** How a function polls; apart from its other parts, so that one which polls nobody is bundled without. */
export const lambdaSources = ({ upstreamSecrets }: Pick<SettingsTo<"serve">, "upstreamSecrets">): Sources | undefined =>
  upstreamSecrets === undefined ? undefined : secretSources(upstreamSecrets, pauseByChance);

/** Parts of a function that serves: the table and the bucket its settings name. */
export const lambdaParts = (settings: SettingsTo<"serve">, sources?: Sources): Parts =>
  localParts({
    ...lambdaPlaces(settings),
    sources,
    graceSeconds: settings.graceSeconds,
    cooldownSeconds: settings.refreshCooldownSeconds,
    oidc: issuerOf(settings.oidcIssuer, settings.oidcAudience),
  });

/** Parts of a function that starts a job. */
export const dispatchParts = ({
  table,
  workQueueUrl,
}: SettingsTo<"dispatch">): Pick<Parts, "workspaces" | "clock"> & { readonly work: Work } => ({
  workspaces: dynamoWorkspaces(new Table({ client: dynamoClient(undefined), name: table, pause: pauseByChance })),
  clock: () => Date.now(),
  work: queueOf(workQueueUrl),
});

/** Parts of a function that works through a queue; neither grace nor cooldown is its business. */
export const workerParts = (
  settings: Omit<SettingsTo<"work">, "upstreamSecrets">,
  sources?: Partial<Sources>,
): KeptParts & { readonly work: Work } => ({
  ...keptParts({ ...lambdaPlaces(settings), sources }),
  work: queueOf(settings.workQueueUrl),
});
