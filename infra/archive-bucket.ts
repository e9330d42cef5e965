import { type CfnElement, Duration, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { Bucket, type LifecycleRule, ObjectOwnership, StorageClass, type Transition } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { PRIVATE } from "./private-bucket.ts";
import type { AccessLogs } from "./access-logs.ts";
import type { ArchiveStorage } from "./options.ts";

/** Bodies that are too large for a table item. */
const BLOBS = ["blobs/"] as const;
/** Published documents that stand. */
const STANDING = ["workspace="] as const;
/** All published documents: the standing ones, and copies of those they replaced. */
const DOCUMENTS = [...STANDING, "superseded/"] as const;
/** What is made of documents for analysis, and may be made again. */
const TABLES = ["parquet/"] as const;
/** What people are sent and may read again. */
const REPORTS = ["reports/"] as const;
/** Bodies that tell who was seen, in hours, in longer times, and first. */
const SEEN = ["blobs/sets/", "blobs/union/", "blobs/firsts/"] as const;
/** All bodies that name people. */
const PEOPLE = [...SEEN, "blobs/segment/", "blobs/delta/", "blobs/report/"] as const;
type Prefix = (typeof BLOBS | typeof DOCUMENTS | typeof TABLES | typeof REPORTS | typeof PEOPLE)[number];

const REMOVED = { seen: SEEN, people: PEOPLE } as const;

/** What a function does in the archive. */
export interface ArchiveUse {
  readonly blobs: "read" | "read and write";
  /** Large bodies that are removed for good: who was seen, or all that names people. Left out: none. */
  readonly removes?: keyof typeof REMOVED;
  /** Left out: none of them is touched; services read documents from the table. Added are first revisions alone. */
  readonly documents?: "add" | "read and write";
  /** Left out: none of them is touched. */
  readonly tables?: "read and write";
  /** Left out: none of them is touched. */
  readonly reports?: "read" | "read and write";
}

/** What the archive stands on, and how long it keeps what. */
export interface ArchiveBucketProps {
  readonly accessLogs: AccessLogs;
  readonly storage?: ArchiveStorage;
}

const after = (days: number | undefined, storageClass: StorageClass): Transition[] =>
  days === undefined ? [] : [{ storageClass, transitionAfter: Duration.days(days) }];

/** Rules for documents, which others may want elsewhere or shorter; tables stay. */
const documentRules = (storage: ArchiveStorage): LifecycleRule[] => {
  const transitions = [
    ...after(storage.infrequentAfterDays, StorageClass.INFREQUENT_ACCESS),
    ...after(storage.glacierAfterDays, StorageClass.GLACIER_INSTANT_RETRIEVAL),
  ];
  const days = { "workspace=": storage.documentsDays, "superseded/": storage.supersededDays };
  return DOCUMENTS.flatMap((prefix) => {
    const kept = days[prefix];
    const expires = kept === undefined ? {} : { expiration: Duration.days(kept) };
    return transitions.length === 0 && kept === undefined
      ? []
      : [{ id: `documents-under-${prefix.replace(/\W/, "")}`, prefix, transitions, ...expires }];
  });
};

/** Where every closed hour lies for good as `statistics.json`, beside bodies that are too large for a table item. */
export class ArchiveBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { accessLogs, storage = {} }: ArchiveBucketProps) {
    super(scope, id);

    this.bucket = new Bucket(this, "Bucket", {
      ...PRIVATE,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs.bucket,
      serverAccessLogsPrefix: "archive/",
      lifecycleRules: [
        {
          id: "forget-replaced-versions",
          // Older revisions are kept as objects under `superseded/`; a noncurrent version only undoes an accident.
          noncurrentVersionExpiration: Duration.days(90),
          expiredObjectDeleteMarker: true,
        },
        { id: "abort-unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...documentRules(storage),
      ],
    });
  }

  /** Allows what this use needs, and nothing else; nobody may delete what was published. */
  grant(to: Role, { blobs, removes, documents, tables, reports }: ArchiveUse): void {
    const found = [
      ...(documents === undefined ? [] : DOCUMENTS),
      ...(tables === undefined ? [] : TABLES),
      ...(reports === undefined ? [] : REPORTS),
    ];
    this.#allow(to, ["s3:GetObject"], [...BLOBS, ...found]);
    const written = [
      ...(blobs === "read" ? [] : BLOBS),
      ...(documents === undefined ? [] : documents === "add" ? STANDING : DOCUMENTS),
      ...(tables === undefined ? [] : TABLES),
      ...(reports === "read and write" ? REPORTS : []),
    ];
    if (written.length > 0) this.#allow(to, ["s3:PutObject"], written);
    if (removes !== undefined) this.#allowRemoving(to, REMOVED[removes]);
    // A large body is there when an item points to it; of all others whoever asks has to be told that there is none.
    if (found.length === 0 && removes === undefined) return;
    to.addToPolicy(
      // Without it a key that isn't there would be 403 instead of 404, and nobody could tell it from a refusal.
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [this.bucket.bucketArn] }),
    );
  }

  /** Version by version: a bucket with versions keeps what is merely deleted. */
  #allowRemoving(to: Role, prefixes: readonly Prefix[]): void {
    this.#allow(to, ["s3:DeleteObjectVersion"], prefixes);
    to.addToPolicy(
      new PolicyStatement({
        actions: ["s3:ListBucketVersions"],
        resources: [this.bucket.bucketArn],
        conditions: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
      }),
    );
  }

  /** The bucket's ARN in the words of the rules: a reference within its own stack, the name of an export elsewhere. */
  #arnAsToldIn(stack: Stack): string {
    const own = Stack.of(this);
    if (stack === own) return `<${own.getLogicalId(this.bucket.node.defaultChild as CfnElement)}.Arn>`;
    const imported = own.resolve(own.exportValue(this.bucket.bucketArn)) as { readonly "Fn::ImportValue": string };
    return imported["Fn::ImportValue"];
  }

  #allow(to: Role, actions: string[], prefixes: readonly Prefix[]): void {
    to.addToPolicy(
      new PolicyStatement({ actions, resources: prefixes.map((prefix) => this.bucket.arnForObjects(`${prefix}*`)) }),
    );
    const bucketArn = this.#arnAsToldIn(Stack.of(to));
    for (const prefix of prefixes)
      Validations.of(to).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${bucketArn}/${prefix}*]`,
        reason: `Keys under ${prefix} hold hours, days and hashes that don't exist yet; S3 names objects to come by prefix alone.`,
      });
  }
}
