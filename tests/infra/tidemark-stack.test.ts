import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { TidemarkStack } from "../../infra/tidemark-stack.ts";
import { appAsDeployed } from "../support/app.ts";

describe("the stack", () => {
  it("keeps everything in one table and one bucket", () => {
    const template = Template.fromStack(new TidemarkStack(appAsDeployed(), "Tidemark"));

    template.resourceCountIs("AWS::DynamoDB::GlobalTable", 1);
    template.resourceCountIs("AWS::S3::Bucket", 1);
  });

  it("loses nothing that is kept when it is deleted", () => {
    const template = Template.fromStack(new TidemarkStack(appAsDeployed(), "Tidemark"));
    const kept = ["AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket"];

    const resources = Object.values(template.toJSON()["Resources"] as Record<string, Record<string, unknown>>);

    const policies = resources.filter(({ Type }) => kept.includes(String(Type))).map((one) => one["DeletionPolicy"]);
    expect(policies).toEqual(["Retain", "Retain"]);
  });

  it("names no account and no region", () => {
    const stack = new TidemarkStack(appAsDeployed(), "Tidemark");

    expect(stack.environment).toBe("aws://unknown-account/unknown-region");
  });
});
