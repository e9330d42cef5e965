import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { DataStack } from "../../infra/data-stack.ts";
import { optionsIn } from "../../infra/options.ts";
import { appAsDeployed } from "../support/app.ts";
import { resourcesIn, wholeDeployment } from "./deployment.ts";

/** Types of which AWS forgets what was in them when they are deleted. */
const HOLDING = ["AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket"];

const dataSaid = (said: Readonly<Record<string, unknown>> = {}) => {
  const { data } = wholeDeployment(appAsDeployed(said));
  return { data, template: Template.fromStack(data) };
};
const policiesIn = (template: Template): string[] =>
  Object.values(resourcesIn(template))
    .filter(({ Type }) => HOLDING.includes(Type))
    .map(({ Type, DeletionPolicy, UpdateReplacePolicy }) => `${Type} ${DeletionPolicy} ${UpdateReplacePolicy}`)
    .toSorted();

describe("the stack of the data", () => {
  const { data, template } = dataSaid();

  it("holds the table and the archive, with the log of who touched it, and no code at all", () => {
    const types = new Set(Object.values(resourcesIn(template)).map(({ Type }) => Type));

    expect([...types].toSorted()).toEqual(
      ["AWS::CDK::Metadata", "AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket", "AWS::S3::BucketPolicy"].filter((type) =>
        types.has(type),
      ),
    );
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", 1);
    template.resourceCountIs("AWS::S3::Bucket", 2);
  });

  it("loses nothing that it keeps when it is deleted, or a resource is replaced", () => {
    expect(policiesIn(template)).toEqual([
      "AWS::DynamoDB::GlobalTable Retain Retain",
      "AWS::S3::Bucket Retain Retain",
      "AWS::S3::Bucket Retain Retain",
    ]);
  });

  it("can't be deleted by a slip, nor can its table", () => {
    expect(data.terminationProtection).toBe(true);
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      Replicas: [{ DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 35 } }],
    });
  });

  it("imports nothing, so that no new version of the code changes it", () => {
    expect(JSON.stringify(template.toJSON())).not.toContain("Fn::ImportValue");
    expect(data.dependencies).toEqual([]);
  });

  it("exports of itself what any code may need, so that code which needs less of it can be deployed", () => {
    // Alone, without the code that would ask for it: an export that is in use can't be taken back.
    const app = appAsDeployed();
    const alone = new DataStack(app, "Tidemark-Data", { options: optionsIn(app.node) });

    expect(Template.fromStack(alone).findOutputs("*")).toEqual(template.findOutputs("*"));
  });

  it("is the same whatever the code is told", () => {
    const other = dataSaid({
      page: "off",
      secrets: "off",
      tracing: "off",
      memory: "1024",
      logDays: "7",
      alarmEmail: "ops@example.org",
      mailSender: "tidemark@example.org",
      domain: "api.example.org",
      certificate: "arn:aws:acm:eu-west-1:123456789012:certificate/4567cdef",
    });

    expect(other.template.toJSON()).toEqual(template.toJSON());
  });
});

describe("the stack of the data that is to go with its deployment", () => {
  const { data, template } = dataSaid({ onRemoval: "delete", recoveryDays: "7" });

  it("lets go of everything when it is deleted", () => {
    expect(policiesIn(template)).toEqual([
      "AWS::DynamoDB::GlobalTable Delete Delete",
      "AWS::S3::Bucket Delete Delete",
      "AWS::S3::Bucket Delete Delete",
    ]);
    expect(data.terminationProtection).toBe(false);
    template.hasResourceProperties("AWS::DynamoDB::GlobalTable", {
      Replicas: [{ DeletionProtectionEnabled: false, PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 7 } }],
    });
  });
});
