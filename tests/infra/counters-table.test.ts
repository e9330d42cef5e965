import { Match, Template } from "aws-cdk-lib/assertions";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { describe, it } from "vitest";
import { TABLE } from "../../functions/contract.ts";
import { TableAlarms } from "../../infra/table-alarms.ts";
import { groundOf } from "./deployment.ts";

const TYPE = "AWS::DynamoDB::GlobalTable";

const synthesised = (): Template => {
  const { stack, counters } = groundOf();
  counters.grant(new Role(stack, "User", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") }), ["GetItem"]);
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

  it("lets its users do what they were granted, and nothing else", () => {
    template.hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: {
        Statement: [
          {
            Action: "dynamodb:GetItem",
            Effect: "Allow",
            Resource: { "Fn::GetAtt": [Match.stringLikeRegexp("^Counters"), "Arn"] },
          },
        ],
      },
    });
  });
});

describe("the alarms of the table", () => {
  it("tell when it turns requests away", () => {
    const { stack, counters, alarms } = groundOf();
    new TableAlarms(stack, "TableAlarms", { counters, alarms });

    Template.fromStack(stack).hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: "Test-table-throttled",
      Threshold: 10,
      TreatMissingData: "notBreaching",
    });
  });
});
