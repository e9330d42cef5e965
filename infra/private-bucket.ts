import { RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, BucketEncryption, type BucketProps } from "aws-cdk-lib/aws-s3";

/** What every bucket is: closed to the public, encrypted, reached by TLS only, versioned, and kept with its stack gone. */
export const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies BucketProps;
