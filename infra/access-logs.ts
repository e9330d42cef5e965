import { Duration, Validations } from "aws-cdk-lib";
import { Bucket, type IBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { PRIVATE } from "./private-bucket.ts";

/** Days for which anybody will ask who came. */
const KEPT = Duration.days(90);

/** Who read and wrote the other buckets, and who came to the page. */
export class AccessLogs extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);

    const bucket = new Bucket(this, "Bucket", {
      ...PRIVATE,
      // CloudFront delivers its logs by an access control list, which the stricter setting would refuse.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [
        {
          id: "forget-old-logs",
          expiration: KEPT,
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    // CDK's own class lacks an `undefined` that its interface asks for where optional properties are exact.
    this.bucket = bucket as IBucket;
    Validations.of(bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason: "This bucket holds the access logs; logging its own accesses into itself would never end.",
    });
  }
}
