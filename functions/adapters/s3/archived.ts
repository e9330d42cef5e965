import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { ARCHIVE } from "../../contract.ts";
import type { Archived } from "../../ports/archived.ts";
import { documentKey, workspaceIn } from "../../core/archive-key.ts";
import type { Bucket } from "./archive.ts";

/** What lies in an archive in S3; whoever asks may list its bucket. */
export const s3Archived = ({ client, name: Bucket }: Bucket): Archived => ({
  async workspaces() {
    const found: string[] = [];
    const asked = { Bucket, Prefix: "workspace=", Delimiter: "/" };
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client }, asked))
      found.push(...CommonPrefixes.flatMap(({ Prefix = "" }) => workspaceIn(Prefix) ?? []));
    return found.toSorted();
  },

  async *documents(workspace) {
    for (const Prefix of [ARCHIVE.standing(workspace), ARCHIVE.replaced(workspace)])
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
        for (const { Key = "", LastModified } of Contents)
          yield { key: Key, writtenAt: LastModified?.getTime() ?? 0, ...documentKey(Key) };
  },
});
