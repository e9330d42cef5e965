import { createHash } from "node:crypto";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ARCHIVE } from "../../contract.ts";
import { hourName } from "../../core/hour.ts";
import type { Archive } from "../../ports/archive.ts";
import type { Blobs } from "../../ports/blobs.ts";

/** A bucket and the client that reaches it. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
}

/** A client for an S3-compatible endpoint (by address, so path style), or for AWS as the environment says. */
export const s3Client = (endpoint: string | undefined): S3Client =>
  new S3Client(endpoint === undefined ? {} : { endpoint, forcePathStyle: true });

const getOrNot = async ({ client, name }: Bucket, key: string): Promise<Uint8Array | undefined> => {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

const put = async ({ client, name }: Bucket, key: string, bytes: Uint8Array, type: string): Promise<void> => {
  await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: bytes, ContentType: type }));
};

/** The archive in S3. A lost answer is no harm: the same put leaves the same bytes. */
export const s3Archive = (bucket: Bucket): Archive => ({
  async write(workspace, hour, revision, bytes) {
    const key = ARCHIVE.statistics(workspace, hourName(hour));
    if (revision > 0) {
      const before = await getOrNot(bucket, key);
      if (before !== undefined && Buffer.compare(before, bytes) !== 0)
        await put(bucket, ARCHIVE.superseded(workspace, hourName(hour), revision - 1), before, "application/json");
    }
    await put(bucket, key, bytes, "application/json");
  },
  read: (workspace, hour) => getOrNot(bucket, ARCHIVE.statistics(workspace, hourName(hour))),
  readSuperseded: (workspace, hour, revision) =>
    getOrNot(bucket, ARCHIVE.superseded(workspace, hourName(hour), revision)),
});

/** Large bodies in S3, under their sha256. */
export const s3Blobs = (bucket: Bucket): Blobs => ({
  async put(kind, bytes) {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await put(bucket, ARCHIVE.blob(kind, sha256), bytes, "application/octet-stream");
    return sha256;
  },
  async get(kind, sha256) {
    const bytes = await getOrNot(bucket, ARCHIVE.blob(kind, sha256));
    if (bytes === undefined) throw new Error(`the archive has no ${kind} ${sha256}`);
    return bytes;
  },
});
