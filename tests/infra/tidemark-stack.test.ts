import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { OUTPUTS } from "../../functions/contract.ts";
import { appAsDeployed } from "../support/app.ts";
import { resourcesIn, VARIANTS, wholeDeployment } from "./deployment.ts";

const deployed = (name: keyof typeof VARIANTS) => {
  const { code, data } = wholeDeployment(appAsDeployed(VARIANTS[name]));
  return { code, data, template: Template.fromStack(code) };
};
const outputsOf = (template: Template): string[] => Object.keys(template.findOutputs("*")).toSorted();
const functionsIn = (template: Template) =>
  Object.values(resourcesIn(template))
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties }) => Properties ?? {});
/** What is there for good without a domain of one's own. */
const { domainTarget, ...ALWAYS } = OUTPUTS;

describe("a deployment of which nothing is said", () => {
  const { code, data, template } = deployed("nothing said");

  it("is two stacks, of which the code's leans on the data's", () => {
    expect([code.stackName, data.stackName]).toEqual(["Tidemark", "Tidemark-Data"]);
    expect(code.dependencies).toEqual([data]);
  });

  it("has nothing that holds data among its code: a page, results of queries and logs of both can be made again", () => {
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", 0);
    template.resourceCountIs("AWS::S3::Bucket", 3);
    expect(code.terminationProtection).toBe(false);
  });

  it("holds on to its table and archive: what it imports can be neither deleted nor replaced", () => {
    const imported = JSON.stringify(template.toJSON()).match(/"Fn::ImportValue":"Tidemark-Data:[^"]+"/g) ?? [];

    expect(new Set(imported.map((one) => /(Table|ArchiveBucket)\w+?(Ref|Arn|Name)?/.exec(one)?.[1]))).toEqual(
      new Set(["Table", "ArchiveBucket"]),
    );
  });

  it("names no account and no region", () => {
    for (const stack of [code, data]) expect(stack.environment).toBe("aws://unknown-account/unknown-region");
  });

  it("tells of itself by the names of the contract, and by no others", () => {
    expect(outputsOf(template)).toEqual(Object.values(ALWAYS).toSorted());
  });

  it("is made of the resources that were meant, and of no helpers that CDK would bring", () => {
    template.resourceCountIs("AWS::Lambda::Function", 10);
    template.resourceCountIs("Custom::CDKBucketDeployment", 0);
    template.resourceCountIs("AWS::CloudFormation::CustomResource", 0);
  });

  it("follows a part of its requests through X-Ray, which may be told so and nothing else", () => {
    template.allResourcesProperties("AWS::Lambda::Function", { TracingConfig: { Mode: "Active" } });
    template.hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          { Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], Effect: "Allow", Resource: "*" },
        ]),
      },
    });
  });

  it("carries tags by which its costs can be told apart", () => {
    const tagsOf = (type: string, prefix: string): unknown =>
      Object.entries(resourcesIn(template)).find(([id, { Type }]) => Type === type && id.startsWith(prefix))?.[1]
        .Properties?.["Tags"];
    const house = [
      { Key: "deployment", Value: "Tidemark" },
      { Key: "part", Value: "code" },
      { Key: "project", Value: "tidemark" },
    ];

    expect(tagsOf("AWS::SQS::Queue", "Closing")).toEqual([{ Key: "component", Value: "closing" }, ...house]);
    expect(tagsOf("AWS::Lambda::Function", "Statistics")).toEqual([{ Key: "component", Value: "api" }, ...house]);
    expect(tagsOf("AWS::SNS::Topic", "Alarms")).toEqual(house);
    Template.fromStack(data).hasResourceProperties("AWS::S3::Bucket", {
      Tags: [
        { Key: "component", Value: "archive" },
        { Key: "deployment", Value: "Tidemark" },
        { Key: "part", Value: "data" },
        { Key: "project", Value: "tidemark" },
      ],
    });
  });
});

describe("a deployment of which everything is said", () => {
  const { code, data, template } = deployed("everything said");

  it("is called after its stage, its alarms too", () => {
    expect([code.stackName, data.stackName]).toEqual(["Tidemark-staging", "Tidemark-staging-Data"]);
    template.hasResourceProperties("AWS::CloudWatch::Alarm", { AlarmName: "Tidemark-staging-api-slow" });
  });

  it("is reached under its own name, over TLS 1.2", () => {
    template.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: Match.objectLike({
        Aliases: ["stats.example.org"],
        ViewerCertificate: Match.objectLike({ MinimumProtocolVersion: "TLSv1.2_2021" }),
      }),
    });
    template.hasOutput(OUTPUTS.url, { Value: "https://stats.example.org" });
    template.hasOutput(domainTarget, { Value: { "Fn::GetAtt": [Match.stringLikeRegexp("^Page"), "DomainName"] } });
    template.resourceCountIs("AWS::ApiGatewayV2::DomainName", 0);
  });

  it("gives its functions the memory that was said, and keeps logs for as long", () => {
    const memory = functionsIn(template).map(
      ({ Description, MemorySize }) => `${String(MemorySize)} ${String(Description)}`,
    );

    expect(memory.filter((one) => one.startsWith("1024 "))).toEqual([expect.stringContaining("Closes the hours")]);
    expect(memory.filter((one) => one.startsWith("512 ")).length).toBe(9);
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 90 });
  });

  it("tells its alarms to an address", () => {
    template.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "ops@example.org" });
  });

  it("carries the tags that were said", () => {
    for (const one of [template, Template.fromStack(data)])
      one.hasResourceProperties("AWS::S3::Bucket", {
        Tags: Match.arrayWith([
          { Key: "costCenter", Value: "42" },
          { Key: "team", Value: "ops" },
        ]),
      });
  });
});

describe("a deployment that has as little as can be", () => {
  const { template } = deployed("as little as can be, and to be removed");

  it("has no page and no CloudFront, and a name of its own at the API", () => {
    template.resourceCountIs("AWS::CloudFront::Distribution", 0);
    template.resourceCountIs("AWS::S3::Bucket", 2);
    template.hasResourceProperties("AWS::ApiGatewayV2::DomainName", {
      DomainName: "api.example.org",
      DomainNameConfigurations: [Match.objectLike({ EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" })],
    });
    template.resourceCountIs("AWS::ApiGatewayV2::ApiMapping", 1);
    template.hasOutput(OUTPUTS.url, { Value: "https://api.example.org" });
    template.hasOutput(domainTarget, { Value: { "Fn::GetAtt": [Match.anyValue(), "RegionalDomainName"] } });
    expect(outputsOf(template)).not.toContain(OUTPUTS.pageBucket);
  });

  it("tells no function of secrets, and lets none at any", () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/secretsmanager|UPSTREAM_SECRETS/);
  });

  it("traces nothing", () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/xray:|"Mode":"Active"/);
  });

  it("has its alarms told to the topic that was named, and makes none", () => {
    template.resourceCountIs("AWS::SNS::Topic", 0);
    template.resourceCountIs("AWS::KMS::Key", 0);
    template.allResourcesProperties("AWS::CloudWatch::Alarm", {
      AlarmActions: ["arn:aws:sns:eu-west-1:123456789012:ops"],
    });
  });

  it("lets go of its buckets when it is deleted", () => {
    const policies = Object.values(resourcesIn(template))
      .filter(({ Type }) => Type === "AWS::S3::Bucket")
      .map(({ DeletionPolicy }) => DeletionPolicy);

    expect(policies).toEqual(["Delete", "Delete"]);
  });
});
