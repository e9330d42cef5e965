import { Match, Template } from "aws-cdk-lib/assertions";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { describe, it } from "vitest";
import type { ArchiveUse } from "../../infra/archive-bucket.ts";
import { groundOf } from "./deployment.ts";

const TYPE = "AWS::S3::Bucket";

/** The template of a bucket, and of a role that may use it so. */
const synthesised = (use: ArchiveUse = { blobs: "read" }): Template => {
  const { stack, archive } = groundOf();
  archive.grant(new Role(stack, "User", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") }), use);
  return Template.fromStack(stack);
};

/** What tells the archive from the bucket of logs. */
const ARCHIVE = { LoggingConfiguration: { LogFilePrefix: "archive/" } };

describe("the archive bucket", () => {
  const template = synthesised();

  it("keeps versions", () => {
    template.hasResourceProperties(TYPE, { ...ARCHIVE, VersioningConfiguration: { Status: "Enabled" } });
  });

  it("is closed to the public and encrypted", () => {
    template.hasResourceProperties(TYPE, {
      ...ARCHIVE,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    });
  });

  it("refuses requests without TLS, or with an old one", () => {
    const denied = (Condition: object) =>
      Match.objectLike({ Effect: "Deny", Action: "s3:*", Principal: { AWS: "*" }, Condition });

    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          denied({ Bool: { "aws:SecureTransport": "false" } }),
          denied({ NumericLessThan: { "s3:TlsVersion": 1.2 } }),
        ]),
      },
    });
  });

  it("outlives its stack", () => {
    template.hasResource(TYPE, { Properties: ARCHIVE, DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  });

  it("forgets replaced versions and unfinished uploads, and never a current object", () => {
    template.hasResourceProperties(TYPE, {
      ...ARCHIVE,
      LifecycleConfiguration: {
        Rules: [
          {
            Id: "forget-replaced-versions",
            Status: "Enabled",
            NoncurrentVersionExpiration: { NoncurrentDays: 90 },
            ExpiredObjectDeleteMarker: true,
            ExpirationInDays: Match.absent(),
          },
          {
            Id: "abort-unfinished-uploads",
            Status: "Enabled",
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            ExpirationInDays: Match.absent(),
          },
        ],
      },
    });
  });

  it("logs who reads and writes it", () => {
    template.hasResourceProperties(TYPE, {
      LoggingConfiguration: { DestinationBucketName: Match.anyValue(), LogFilePrefix: "archive/" },
    });
  });
});

describe("a grant on the archive", () => {
  const allowing = (Action: unknown, Resource: unknown): object => ({
    PolicyDocument: { Statement: Match.arrayWith([{ Action, Effect: "Allow", Resource }]) },
  });
  const under = (prefix: string): object => ({ "Fn::Join": ["", [Match.anyValue(), `/${prefix}*`]] });
  const bucket = { "Fn::GetAtt": [Match.stringLikeRegexp("^Archive"), "Arn"] };

  it("of reading blobs allows just that", () => {
    const template = synthesised({ blobs: "read" });

    template.hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: { Statement: [{ Action: "s3:GetObject", Effect: "Allow", Resource: under("blobs/") }] },
    });
  });

  it("of documents allows blobs, standing documents and replaced ones", () => {
    const template = synthesised({ blobs: "read and write", documents: "read and write" });

    template.hasResourceProperties(
      "AWS::IAM::Policy",
      allowing(["s3:GetObject", "s3:PutObject"], [under("blobs/"), under("superseded/"), under("workspace=")]),
    );
  });

  it("of adding documents replaces none", () => {
    const template = synthesised({ blobs: "read", documents: "add" });

    template.hasResourceProperties("AWS::IAM::Policy", allowing("s3:PutObject", under("workspace=")));
  });

  it("of removing who was seen allows to remove just that, for good", () => {
    const template = synthesised({ blobs: "read and write", removes: "seen" });
    const prefixes = ["blobs/firsts/", "blobs/sets/", "blobs/union/"];

    template.hasResourceProperties("AWS::IAM::Policy", allowing("s3:DeleteObjectVersion", prefixes.map(under)));
    template.hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Action: "s3:ListBucketVersions",
            Effect: "Allow",
            Resource: bucket,
            Condition: { StringLike: { "s3:prefix": ["blobs/sets/*", "blobs/union/*", "blobs/firsts/*"] } },
          },
        ]),
      },
    });
  });

  it("lets its holder tell a missing key from a refusal", () => {
    const template = synthesised({ blobs: "read", documents: "read and write" });

    template.hasResourceProperties("AWS::IAM::Policy", allowing("s3:ListBucket", bucket));
  });
});
