import { Duration, Size, Stack } from "aws-cdk-lib";
import { CfnNamedQuery, CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { Bucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { AccessLogs } from "./access-logs.ts";
import type { ArchiveBucket } from "./archive-bucket.ts";
import { ArchiveTables } from "./archive-tables.ts";
import { SAVED_QUERIES } from "./named-queries.ts";
import { PRIVATE } from "./private-bucket.ts";

/** What one query may read: five cents of it, and a hundred times what a year of a workspace takes. */
const MOST = Size.gibibytes(10);
/** Results are made again by asking again. */
const KEPT = Duration.days(7);

/** What queries stand on. */
export interface ArchiveQueriesProps {
  readonly archive: ArchiveBucket;
  readonly accessLogs: AccessLogs;
}

/** The archive for Athena: its tables, a place for results, a bound on what a query costs, and queries to begin with. */
export class ArchiveQueries extends Construct {
  constructor(scope: Construct, id: string, { archive, accessLogs }: ArchiveQueriesProps) {
    super(scope, id);
    const { database } = new ArchiveTables(this, "Tables", { bucket: archive.bucket });
    const { stackName, account } = Stack.of(this);
    const results = new Bucket(this, "Results", {
      ...PRIVATE,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs.bucket,
      serverAccessLogsPrefix: "queries/",
      lifecycleRules: [
        {
          id: "forget-results",
          expiration: KEPT,
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    const workGroup = new CfnWorkGroup(this, "WorkGroup", {
      name: stackName,
      description: `Asks the archive of ${stackName}`,
      // Athena deletes no workgroup that was ever asked in, unless it is told so.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        // Nobody's own settings come before these.
        enforceWorkGroupConfiguration: true,
        bytesScannedCutoffPerQuery: MOST.toBytes(),
        publishCloudWatchMetricsEnabled: true,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: `s3://${results.bucketName}/`,
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
          expectedBucketOwner: account,
        },
      },
    });
    for (const { name, description, sql } of SAVED_QUERIES)
      new CfnNamedQuery(this, name, {
        name,
        description,
        database,
        queryString: sql,
        workGroup: workGroup.name,
      }).addResourceDependency(workGroup);
  }
}
