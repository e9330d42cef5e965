import { Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, it } from "vitest";
import { ArchiveBucket } from "../../infra/archive-bucket.ts";
import { appAsDeployed } from "../support/app.ts";

const TYPE = "AWS::S3::Bucket";

const synthesised = (): Template => {
  const stack = new Stack(appAsDeployed(), "Test");
  new ArchiveBucket(stack, "Archive");
  return Template.fromStack(stack);
};

describe("the archive bucket", () => {
  const template = synthesised();

  it("keeps versions", () => {
    template.resourceCountIs(TYPE, 1);
    template.hasResourceProperties(TYPE, { VersioningConfiguration: { Status: "Enabled" } });
  });

  it("is closed to the public and encrypted", () => {
    template.hasResourceProperties(TYPE, {
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
    template.hasResource(TYPE, { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  });

  it("forgets replaced versions and unfinished uploads, and never a current object", () => {
    template.hasResourceProperties(TYPE, {
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
});
