import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, it } from "vitest";
import { appAsDeployed } from "../support/app.ts";
import { wholeDeployment } from "./deployment.ts";

describe("what is said about the storage of documents", () => {
  it("becomes rules for documents, and for nothing else", () => {
    const context = {
      archiveInfrequentAfterDays: "30",
      archiveGlacierAfterDays: 90,
      archiveDocumentsDays: 3_650,
      archiveSupersededDays: 400,
    };
    const transitions = [
      { StorageClass: "STANDARD_IA", TransitionInDays: 30 },
      { StorageClass: "GLACIER_IR", TransitionInDays: 90 },
    ];
    const rule = (Prefix: string, ExpirationInDays: number) =>
      Match.objectLike({ Prefix, ExpirationInDays, Transitions: transitions });
    Template.fromStack(wholeDeployment(appAsDeployed(context)).data).hasResourceProperties("AWS::S3::Bucket", {
      LoggingConfiguration: { LogFilePrefix: "archive/" },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([rule("workspace=", 3_650), rule("superseded/", 400)]),
      },
    });
  });
});
