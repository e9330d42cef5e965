import { join } from "node:path";
import type { Places } from "../functions/adapters/compose.ts";
import { diskSigningSecrets } from "../functions/adapters/disk/signing-secrets.ts";
import { sending } from "../functions/adapters/senders.ts";
import { polledSources } from "../functions/adapters/sources.ts";
import type { Surroundings } from "./surroundings.ts";

/** The one table, in the embedded engine as in one that was brought along. */
export const TABLE = "tidemark";
const ARCHIVE_BUCKET = "tidemark-archive";
const GRACE_SECONDS = 180;
const COOLDOWN_SECONDS = 5;

/** Where secrets of workspaces lie in a data folder: what polled servers are asked with, and keys that ids are hashed with. */
export const UPSTREAMS = "upstreams";

/** The bucket of an S3 server of one's own; undefined when the archive is a folder. */
export const bucketIn = ({ s3Endpoint, archiveBucket }: Surroundings): string | undefined =>
  s3Endpoint === undefined ? undefined : (archiveBucket ?? ARCHIVE_BUCKET);

/** Where a data folder's runtime keeps things. */
export const placesIn = (
  folder: string,
  endpoint: string,
  surroundings: Surroundings,
  { clock, expires }: Pick<Places, "clock" | "expires">,
): Places => ({
  dynamodbEndpoint: endpoint,
  table: TABLE,
  archiveFolder: surroundings.s3Endpoint === undefined ? join(folder, "archive") : undefined,
  archiveBucket: bucketIn(surroundings),
  s3Endpoint: surroundings.s3Endpoint,
  sources: polledSources(join(folder, UPSTREAMS)),
  sending: sending({
    signingSecrets: diskSigningSecrets(join(folder, "signing")),
    mailSender: surroundings.mailSender,
  }),
  clock,
  expires,
  graceSeconds: surroundings.graceSeconds ?? GRACE_SECONDS,
  cooldownSeconds: surroundings.cooldownSeconds ?? COOLDOWN_SECONDS,
  oidc: surroundings.oidc,
});
