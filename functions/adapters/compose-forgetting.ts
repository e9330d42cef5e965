import type { Forgettings } from "../ports/forgettings.ts";
import type { People } from "../ports/people.ts";
import { type Places, pauseByChance } from "./compose.ts";
import { diskBlobs } from "./disk/archive.ts";
import { dynamoForgettings } from "./dynamodb/forgettings.ts";
import { dynamoPeople } from "./dynamodb/people.ts";
import { dynamoClient } from "./dynamodb/client.ts";
import { Table } from "./dynamodb/table.ts";
import { s3Client } from "./s3/archive.ts";
import { s3BlobStore } from "./s3/blob-store.ts";

/**
 * What makes somebody forgotten, over the same places as the parts. Apart from them, because it may remove large
 * bodies: the operator's own credentials may, a deployed function's may not.
 */
export const forgettingParts = ({
  dynamodbEndpoint,
  table: name,
  archiveFolder,
  archiveBucket,
  s3Endpoint,
}: Places): { readonly people: People; readonly forgettings: Forgettings } => {
  const table = new Table({ client: dynamoClient(dynamodbEndpoint), name, pause: pauseByChance });
  const blobs =
    archiveBucket === undefined
      ? diskBlobs(archiveFolder ?? "")
      : s3BlobStore({ client: s3Client(s3Endpoint), name: archiveBucket });
  return { people: dynamoPeople(table, blobs), forgettings: dynamoForgettings(table) };
};
