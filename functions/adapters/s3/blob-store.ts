import { DeleteObjectCommand, ListObjectVersionsCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { ARCHIVE } from "../../contract.ts";
import type { BlobStore } from "../../ports/blobs.ts";
import { type Bucket, s3Blobs } from "./archive.ts";

/** Large bodies in S3, for those who may also remove them; loaded when there are some to remove. */
export const s3BlobStore = (bucket: Bucket): BlobStore => ({
  ...s3Blobs(bucket),

  async *list(kind, prefix = "") {
    const { client, name: Bucket } = bucket;
    const folder = ARCHIVE.blob(kind, "");
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: `${folder}${prefix}` }))
      for (const { Key = "", LastModified } of Contents)
        yield { name: Key.slice(folder.length), writtenAt: LastModified?.getTime() ?? 0 };
  },

  async remove(kind, name) {
    const { client, name: Bucket } = bucket;
    const key = ARCHIVE.blob(kind, name);
    // A bucket with versions keeps what is deleted, unless each version is.
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: key }),
    );
    // The one that stands goes last: while any is left, it is listed, and whoever was cut short comes by again.
    for (const { VersionId } of [...DeleteMarkers, ...Versions.toReversed()])
      await client.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId }));
  },
});
