/**
 * Names that infrastructure and code must agree on: environment variables, table key shapes, archive keys.
 * Imports nothing, so that `infra/` can read it without loading any of the code it deploys.
 */

/** Environment variables; `settings.ts` is their only reader. */
export const ENV = {
  table: "TIDEMARK_TABLE",
  archiveBucket: "TIDEMARK_ARCHIVE_BUCKET",
  workQueueUrl: "TIDEMARK_WORK_QUEUE_URL",
  graceSeconds: "TIDEMARK_GRACE_SECONDS",
  refreshCooldownSeconds: "TIDEMARK_REFRESH_COOLDOWN_SECONDS",
  upstreamSecrets: "TIDEMARK_UPSTREAM_SECRETS",
  eventBus: "TIDEMARK_EVENT_BUS",
  mailSender: "TIDEMARK_MAIL_SENDER",
  oidcIssuer: "TIDEMARK_OIDC_ISSUER",
  oidcAudience: "TIDEMARK_OIDC_AUDIENCE",
} as const;

/** The one table. */
export const TABLE = { partitionKey: "pk", sortKey: "sk", ttlAttribute: "expiresAt" } as const;

/** Primary key of an item. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Positions sort as text: 12 digits hold a lane for 30,000 years at a segment a second. */
const POSITION_DIGITS = 12;
/** Revisions sort as text, too. */
const REVISION_DIGITS = 6;

/** Zero-padded position of a segment in its lane (1 is the first). */
export const positionText = (position: number): string => String(position).padStart(POSITION_DIGITS, "0");
/** Zero-padded revision of a snapshot (0 is the first). */
export const revisionText = (revision: number): string => String(revision).padStart(REVISION_DIGITS, "0");

/** Key of every kind of item. `hour` and `day` are names (`2026-11-21T09`, `2026-11-21`). */
export const KEYS = {
  workspace: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "WORKSPACE" }),
  workspaceListed: (shard: number, workspace: string): Key => ({ pk: `WORKSPACES#${shard}`, sk: workspace }),
  head: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "HEAD" }),
  latest: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "LATEST" }),
  refresh: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "REFRESH" }),
  reporter: (workspace: string, source: string): Key => ({ pk: `WS#${workspace}`, sk: `REPORTER#${source}` }),
  credential: (secretHash: string): Key => ({ pk: `KEY#${secretHash}`, sk: "KEY" }),
  /** What a workspace's credentials are listed by; `place` is `group#user id#hash of the secret`, or its beginning. */
  credentialListed: (workspace: string, place: string): Key => ({ pk: `WS#${workspace}`, sk: `CREDENTIAL#${place}` }),
  /** Names of tokens are unique among the good ones of a user. */
  tokenNamed: (workspace: string, userId: string, name: string): Key => ({
    pk: `WS#${workspace}`,
    sk: `TOKEN#${userId}#${name}`,
  }),
  /** Names of accounts are unique in a deployment; the other item finds one by its id. */
  account: (name: string): Key => ({ pk: `USER#${name}`, sk: "USER" }),
  accountListed: (workspace: string, userId: string): Key => ({ pk: `WS#${workspace}`, sk: `USER#${userId}` }),
  /** Calls counted across processes; `window` is where the window starts, milliseconds since 1970 UTC. */
  limit: (subject: string, window: number): Key => ({ pk: `LIMIT#${subject}`, sk: String(window) }),
  /** `at` is an ISO instant, so that acts sort by when they were done. */
  act: (workspace: string, at: string, id: string): Key => ({ pk: `AUDIT#${workspace}`, sk: `${at}#${id}` }),
  licenseKey: (id: string): Key => ({ pk: "LICENSE_KEYS", sk: id }),
  /** A full list of the directory on its way in; its pages and plan lie in the same partition. */
  sync: (workspace: string, kind: string, id: string): Key => ({ pk: `SYNC#${workspace}#${kind}#${id}`, sk: "SYNC" }),
  /** What a workspace's full lists are found by. */
  syncListed: (workspace: string, kind: string, id: string): Key => ({
    pk: `WS#${workspace}`,
    sk: `SYNC#${kind}#${id}`,
  }),
  /** The pseudonym of somebody who is being forgotten; `idHash` is the sha256 of the id. */
  forgetting: (workspace: string, idHash: string): Key => ({ pk: `WS#${workspace}`, sk: `FORGETTING#${idHash}` }),
  batch: (workspace: string, batch: string): Key => ({ pk: `BATCH#${workspace}#${batch}`, sk: "BATCH" }),
  segment: (workspace: string, lane: number, position: number): Key => ({
    pk: `LOG#${workspace}#${lane}`,
    sk: positionText(position),
  }),
  directory: (workspace: string, kind: string, id: string): Key => ({ pk: `DIR#${workspace}#${kind}`, sk: id }),
  delta: (workspace: string, hour: string): Key => ({ pk: `DELTA#${workspace}`, sk: hour }),
  sets: (workspace: string, hour: string): Key => ({ pk: `SET#${workspace}`, sk: hour }),
  report: (workspace: string, hour: string): Key => ({ pk: `REPORT#${workspace}`, sk: hour }),
  /** What a server told of an hour when it was asked; beside what it sent on its own. */
  polledReport: (workspace: string, hour: string): Key => ({ pk: `REPORT#${workspace}`, sk: `${hour}#POLL` }),
  poll: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "POLL" }),
  series: (workspace: string, day: string): Key => ({ pk: `SERIES#${workspace}`, sk: day }),
  /** What is usual in the hours of the running day. */
  usual: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "USUAL" }),
  /** Tells, in order, which days were packed at which publication; sorts behind the days themselves. */
  packed: (workspace: string, publication: number, day: string): Key => ({
    pk: `SERIES#${workspace}`,
    sk: `PACKED#${positionText(publication)}#${day}`,
  }),
  /** `length` is day, week or month, `day` the one it begins with. */
  union: (workspace: string, length: string, day: string): Key => ({
    pk: `UNION#${workspace}`,
    sk: `${length}#${day}`,
  }),
  /** Who was seen first when. */
  firsts: (workspace: string): Key => ({ pk: `FIRSTS#${workspace}`, sk: "FIRSTS" }),
  /** Where a workspace's notices go; all of its channels in one item. */
  channels: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "CHANNELS" }),
  /** What a workspace wants to be told of, and how far its publications are followed. */
  alertRules: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "ALERT_RULES" }),
  follower: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "FOLLOWER" }),
  /** What one transaction published; `number` is the last of it. */
  published: (workspace: string, number: number): Key => ({
    pk: `PUBLISHED#${workspace}`,
    sk: positionText(number),
  }),
  notice: (workspace: string, id: string): Key => ({ pk: `NOTICE#${workspace}`, sk: id }),
  /** A delivery on its way; those at their end sort by when they came to it, an ISO instant. */
  pending: (workspace: string, id: string): Key => ({ pk: `PENDING#${workspace}`, sk: id }),
  delivery: (workspace: string, finishedAt: string, id: string): Key => ({
    pk: `DELIVERY#${workspace}`,
    sk: `${finishedAt}#${id}`,
  }),
  /** A report that was made, by the date its period begins with and its id. */
  reportMade: (workspace: string, place: string): Key => ({ pk: `MADE#${workspace}`, sk: place }),
  reportPlan: (workspace: string): Key => ({ pk: `WS#${workspace}`, sk: "REPORT_PLAN" }),
  snapshot: (workspace: string, hour: string, revision: number): Key => ({
    pk: `SNAP#${workspace}`,
    sk: `${hour}#${revisionText(revision)}`,
  }),
} as const;

/** Over how many partitions the list of workspaces is spread; dispatch pages through all of them. */
export const WORKSPACE_SHARDS = 8;

/** Keys in the archive, on disk as in S3. `hour` is a name (`2026-11-21T09`). */
export const ARCHIVE = {
  statistics: (workspace: string, hour: string): string => `${hourFolder(workspace, hour)}/statistics.json`,
  superseded: (workspace: string, hour: string, revision: number): string =>
    `superseded/${hourFolder(workspace, hour)}/revision=${revision}/statistics.json`,
  /** What a workspace's standing documents, or those that were replaced, have keys under. */
  standing: (workspace: string): string => `workspace=${workspace}/`,
  replaced: (workspace: string): string => `superseded/workspace=${workspace}/`,
  /** A file of a report; `period` is `2024-03-01`, `2024-W09` or `2024-03`. */
  report: (workspace: string, kind: string, period: string, form: string): string =>
    `reports/workspace=${workspace}/kind=${kind}/period=${period}/report.${form}`,
  /** Rows of a table that begin on a date: a folder per workspace and month keeps lists of them short. */
  table: (table: string, workspace: string, date: string): string =>
    `parquet/${table}/workspace=${workspace}/month=${date.slice(0, 7)}/${date}.parquet`,
  /** How far the tables of a workspace are made. */
  tablesMade: (workspace: string): string => `parquet/made/${workspace}.json`,
  /** A body too large for an item, under its own sha256, after whose it is. */
  blob: (kind: string, name: string): string => `blobs/${kind}/${name}`,
} as const;

const hourFolder = (workspace: string, hour: string): string =>
  `workspace=${workspace}/date=${hour.slice(0, 10)}/hour=${hour.slice(11)}`;

/** Days after which an item may go; TTL deletes late, so readers also judge by the clock. */
export const KEEP_DAYS = {
  batch: 36,
  segment: 60,
  tombstone: 36,
  delta: 40,
  sync: 2,
  report: 60,
  notice: 60,
  delivery: 60,
  published: 60,
} as const;

/** How published snapshots are announced: what rules of an event bus match. */
export const ANNOUNCED = { source: "tidemark", detailType: "SnapshotPublished" } as const;

/** A body over this many bytes goes to the archive and the item points to it (an item holds 400 KB at most). */
export const ITEM_BODY_BYTES = 300_000;

/** What the names of a stack's secrets begin with; the id of the workspace follows whose server is asked with it. */
export const upstreamSecrets = (stack: string): string => `tidemark/${stack}/upstream/`;

/** The deployed functions, each a file of `functions/handlers/` and a bundle of its own. */
export const HANDLERS = [
  "serve-v1",
  "serve-admin",
  "serve-rocketchat",
  "serve-imkit",
  "dispatch-hours",
  "close-hours",
  "compact-days",
  "follow-hours",
] as const;
/** A deployed function, by the name of its file. */
export type HandlerName = (typeof HANDLERS)[number];

/** How the hourly run is spread: the minute of its schedule, and workspaces to a queue message. */
export const DISPATCH = { minute: 3, workspacesPerMessage: 50 } as const;

/** When what was published is followed, UTC, and reports and notices are made and sent: when most hours have closed. */
export const FOLLOWING = { minute: "8" } as const;

/** When the tables of a day that is over are made, UTC: late enough that its last hour has closed. */
export const COMPACTION = { hour: "0", minute: "30" } as const;

/** What a deployment tells of itself, by the names of its stack's outputs. */
export const OUTPUTS = {
  url: "Url",
  apiUrl: "ApiUrl",
  table: "TableName",
  archiveBucket: "ArchiveBucketName",
  pageBucket: "PageBucketName",
  /** Only with a domain of one's own. */
  domainTarget: "DomainTarget",
} as const;

/** Content security policy of the page, wherever it is served: nothing from elsewhere, nothing inline. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
