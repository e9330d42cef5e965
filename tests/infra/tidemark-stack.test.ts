import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { OUTPUTS } from "../../functions/contract.ts";
import { resourcesIn, wholeStack } from "./deployment.ts";

describe("the stack", () => {
  const stack = wholeStack();
  const template = Template.fromStack(stack);

  it("keeps everything in one table, beside buckets for the archive, results of queries, the page and the logs", () => {
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", 1);
    template.resourceCountIs("AWS::S3::Bucket", 4);
  });

  it("loses nothing that is kept when it is deleted", () => {
    const kept = ["AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket"];

    const policies = Object.values(resourcesIn(template))
      .filter(({ Type }) => kept.includes(Type))
      .map(({ DeletionPolicy }) => DeletionPolicy);

    expect(policies).toEqual(["Retain", "Retain", "Retain", "Retain", "Retain"]);
  });

  it("names no account and no region", () => {
    expect(stack.environment).toBe("aws://unknown-account/unknown-region");
  });

  it("tells of itself by the names of the contract, and by no others", () => {
    const told = Object.keys(template.findOutputs("*"));

    expect(told.toSorted()).toEqual(Object.values(OUTPUTS).toSorted());
  });

  it("is made of the resources that were meant, and of no helpers that CDK would bring", () => {
    template.resourceCountIs("AWS::Lambda::Function", 10);
    template.resourceCountIs("Custom::CDKBucketDeployment", 0);
    template.resourceCountIs("AWS::CloudFormation::CustomResource", 0);
  });

  it("carries its tags", () => {
    template.hasResourceProperties("AWS::SQS::Queue", {
      Tags: [
        { Key: "project", Value: "tidemark" },
        { Key: "stack", Value: "Tidemark" },
      ],
    });
  });
});
