import { createHash } from "node:crypto";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { ARCHIVE } from "../../contract.ts";
import { Failure } from "../../core/failure.ts";
import { hourName } from "../../core/hour.ts";
import { dayName } from "../../core/series.ts";
import type { Archive, Made } from "../../ports/archive.ts";
import type { Blobs } from "../../ports/blobs.ts";
import type { ReportFiles, ReportForm, ReportKey } from "../../ports/report-files.ts";

/** A bucket and the client that reaches it. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
}

const regionNamed = async (): Promise<string> => {
  try {
    return await new S3Client().config.region();
  } catch {
    return "us-east-1";
  }
};

/** The region that the environment or a profile names. A server of one's own wants some, whatever it is. */
const regionOrAny = (): (() => Promise<string>) => {
  let region: Promise<string> | undefined;
  return () => (region ??= regionNamed());
};

/** How long a bucket is waited for, milliseconds: three tries end within the 29 seconds of a request. */
const PATIENCE = { connectionTimeout: 1_000, socketTimeout: 8_000 };

/** Of a bucket that has too much to do (503 SlowDown), or gives no answer. */
const isBusy = ({ name, $fault, code }: Error & { readonly $fault?: string; readonly code?: string }): boolean =>
  $fault === "server" || /TimeoutError|ECONNRE|EPIPE/.test(`${name} ${code}`);

/**
 * A client for an S3-compatible endpoint (by address, so path style), or for AWS as the environment says. What stays busy
 * after the client's own tries is a Failure `store.busy`, so that callers come back later.
 */
export const s3Client = (endpoint: string | undefined): S3Client => {
  const client = new S3Client({
    requestHandler: PATIENCE,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true, region: regionOrAny() }),
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error && isBusy(error))
          throw new Failure("store.busy", "The archive is too busy to answer; try again.", {}, error);
        throw error;
      }
    },
    { step: "initialize", name: "busyIsTold" },
  );
  return client;
};

interface Found {
  readonly bytes: Uint8Array;
  readonly etag: string | undefined;
}

const find = async ({ client, name }: Bucket, key: string): Promise<Found | undefined> => {
  try {
    const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
    return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

const getOrNot = async (bucket: Bucket, key: string): Promise<Uint8Array | undefined> =>
  (await find(bucket, key))?.bytes;

const put = async ({ client, name }: Bucket, key: string, bytes: Uint8Array, type: string): Promise<void> => {
  await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: bytes, ContentType: type }));
};

/** Of a conditional write: somebody was first (412), or is at it (409), or what was to be replaced is gone (404). */
const LOST = new Set([404, 409, 412]);

/** Puts a document where `before` lies, or where nothing does. @returns false when somebody else was first. */
const putAfter = async (
  { client, name }: Bucket,
  key: string,
  bytes: Uint8Array,
  before: Pick<Found, "etag"> | undefined,
  type = "application/json",
): Promise<boolean> => {
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: name,
        Key: key,
        Body: bytes,
        ContentType: type,
        ...(before === undefined ? { IfNoneMatch: "*" } : { IfMatch: before.etag }),
      }),
    );
    return true;
  } catch (error) {
    if (isLost(error)) return false;
    throw error;
  }
};
const isLost = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.name !== "NoSuchBucket" && LOST.has(error.$metadata.httpStatusCode ?? 0);

const keyOf = (file: Made): string =>
  "table" in file
    ? ARCHIVE.table(file.table, file.workspace, dayName(file.start))
    : ARCHIVE.tablesMade(file.progressOf);

/** Tries of a write that others keep being faster than; they write the same, or a later revision. */
const TRIES = 10;

/** The archive in S3. A lost answer is no harm: the same put leaves the same bytes. */
export const s3Archive = (bucket: Bucket): Archive => ({
  async write(workspace, hour, revision, bytes) {
    const name = hourName(hour);
    const key = ARCHIVE.statistics(workspace, name);
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      // A first revision nearly always finds its place empty, and the write itself tells.
      const before = revision === 0 && attempt === 1 ? undefined : await find(bucket, key);
      if (before !== undefined) {
        if (Buffer.compare(before.bytes, bytes) === 0) return;
        // One who was held up must not put an old revision back: a copy of it says that a later one stands.
        if ((await find(bucket, ARCHIVE.superseded(workspace, name, revision))) !== undefined) return;
        if (revision > 0)
          await putAfter(bucket, ARCHIVE.superseded(workspace, name, revision - 1), before.bytes, undefined);
      }
      if (await putAfter(bucket, key, bytes, before)) return;
    }
    throw new Error(`others kept writing ${key}`);
  },
  read: (workspace, hour) => getOrNot(bucket, ARCHIVE.statistics(workspace, hourName(hour))),
  readSuperseded: (workspace, hour, revision) =>
    getOrNot(bucket, ARCHIVE.superseded(workspace, hourName(hour), revision)),
  async readMade(file) {
    const found = await find(bucket, keyOf(file));
    return found === undefined ? undefined : { bytes: found.bytes, tag: found.etag ?? "" };
  },
  replaceMade: (file, bytes, tag) =>
    putAfter(
      bucket,
      keyOf(file),
      bytes,
      tag === undefined ? undefined : { etag: tag },
      "table" in file ? "application/vnd.apache.parquet" : "application/json",
    ),
});

const TYPES: Readonly<Record<ReportForm, string>> = {
  html: "text/html; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  json: "application/json",
};

/** Reports in S3. Of several who write at once the first stays, for the others, too. */
export const s3ReportFiles = (bucket: Bucket): ReportFiles => {
  const placeOf = (workspace: string, { kind, name }: ReportKey, form: ReportForm): string =>
    ARCHIVE.report(workspace, kind, name, form);
  return {
    async keep(workspace, report, form, bytes) {
      const key = placeOf(workspace, report, form);
      for (let attempt = 1; attempt <= TRIES; attempt++) {
        if (await putAfter(bucket, key, bytes, undefined, TYPES[form])) return bytes;
        const there = await getOrNot(bucket, key);
        // Whoever is at it may not be done, or never be.
        if (there !== undefined) return there;
      }
      throw new Error(`others kept writing ${key}`);
    },
    read: (workspace, report, form) => getOrNot(bucket, placeOf(workspace, report, form)),
  };
};

/** Large bodies in S3, under their sha256. */
export const s3Blobs = (bucket: Bucket): Blobs => ({
  async put(kind, bytes, prefix = "") {
    const name = `${prefix}${createHash("sha256").update(bytes).digest("hex")}`;
    await put(bucket, ARCHIVE.blob(kind, name), bytes, "application/octet-stream");
    return name;
  },
  async get(kind, name) {
    const bytes = await getOrNot(bucket, ARCHIVE.blob(kind, name));
    if (bytes === undefined) throw new Error(`the archive has no ${kind} ${name}`);
    return bytes;
  },
});
