import { DeleteObjectCommand, ListObjectVersionsCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { ARCHIVE } from "../../contract.ts";
import type { BlobStore } from "../../ports/blobs.ts";
import { type Bucket, s3Blobs } from "./archive.ts";

/** Large bodies in S3, for the one who may also remove them; apart, so that no deployed function bundles it. */
export const s3BlobStore = (bucket: Bucket): BlobStore => ({
  ...s3Blobs(bucket),

  async *list(kind) {
    const { client, name } = bucket;
    const prefix = ARCHIVE.blob(kind, "");
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix }))
      for (const { Key = "", LastModified } of Contents)
        yield { sha256: Key.slice(prefix.length), writtenAt: LastModified?.getTime() ?? 0 };
  },

  async remove(kind, sha256) {
    const { client, name } = bucket;
    const key = ARCHIVE.blob(kind, sha256);
    // A bucket with versions keeps what is deleted, unless each version is.
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: name, Prefix: key }),
    );
    for (const { VersionId } of [...Versions, ...DeleteMarkers])
      await client.send(new DeleteObjectCommand({ Bucket: name, Key: key, VersionId }));
  },
});
