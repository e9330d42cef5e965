import { Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, it } from "vitest";
import { TABLE } from "../../functions/contract.ts";
import { CountersTable } from "../../infra/counters-table.ts";
import { appAsDeployed } from "../support/app.ts";

const TYPE = "AWS::DynamoDB::GlobalTable";

const synthesised = (): Template => {
  const stack = new Stack(appAsDeployed(), "Test");
  new CountersTable(stack, "Counters");
  return Template.fromStack(stack);
};

describe("the counters table", () => {
  const template = synthesised();

  it("is one table with the keys of the contract, both text", () => {
    template.resourceCountIs(TYPE, 1);
    template.hasResourceProperties(TYPE, {
      KeySchema: [
        { AttributeName: TABLE.partitionKey, KeyType: "HASH" },
        { AttributeName: TABLE.sortKey, KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: TABLE.partitionKey, AttributeType: "S" },
        { AttributeName: TABLE.sortKey, AttributeType: "S" },
      ],
    });
  });

  it("is paid per request", () => {
    template.hasResourceProperties(TYPE, { BillingMode: "PAY_PER_REQUEST" });
  });

  it("lets items go by the attribute of the contract", () => {
    template.hasResourceProperties(TYPE, {
      TimeToLiveSpecification: { AttributeName: TABLE.ttlAttribute, Enabled: true },
    });
  });

  it("can be restored to any second, in every replica", () => {
    template.hasResourceProperties(TYPE, {
      Replicas: [
        Match.objectLike({
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ],
    });
  });

  it("outlives its stack", () => {
    template.hasResource(TYPE, { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  });
});
