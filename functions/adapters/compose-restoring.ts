import type { Archived } from "../ports/archived.ts";
import type { Restoring } from "../ports/restoring.ts";
import { type Places, pauseByChance } from "./compose.ts";
import { diskBlobs } from "./disk/archive.ts";
import { diskArchived } from "./disk/archived.ts";
import { dynamoRestoring } from "./dynamodb/restoring.ts";
import { dynamoClient } from "./dynamodb/client.ts";
import { Table } from "./dynamodb/table.ts";
import { s3Blobs, s3Client } from "./s3/archive.ts";
import { s3Archived } from "./s3/archived.ts";

/**
 * What rebuilds workspaces from the archive, over the same places as the parts. Apart from them, because it lists the
 * archive: the operator's own credentials may, a deployed function's may not.
 */
export const restoringParts = ({
  dynamodbEndpoint,
  table: name,
  archiveFolder = "",
  archiveBucket,
  s3Endpoint,
  expires,
  clock,
}: Places): { readonly archived: Archived; readonly restoring: Restoring } => {
  const table = new Table({ client: dynamoClient(dynamodbEndpoint), name, pause: pauseByChance });
  if (archiveBucket === undefined)
    return {
      archived: diskArchived(archiveFolder),
      restoring: dynamoRestoring({ table, blobs: diskBlobs(archiveFolder), expires }, clock),
    };
  const bucket = { client: s3Client(s3Endpoint), name: archiveBucket };
  return {
    archived: s3Archived(bucket),
    restoring: dynamoRestoring({ table, blobs: s3Blobs(bucket), expires }, clock),
  };
};
