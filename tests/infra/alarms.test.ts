import { readFileSync } from "node:fs";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { resourcesIn, wholeStack } from "./deployment.ts";

const RUNBOOK = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8");

/** Alarms by the name of their section. */
const NAMES = [
  "api-failing",
  "api-slow",
  "closing-failing",
  "closing-falling-behind",
  "closing-not-running",
  "dispatch-dead-letters",
  "schedule-dead-letters",
  "table-throttled",
  "upstream-misconfigured",
  "work-dead-letters",
];

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
}

describe("the alarms", () => {
  const template = Template.fromStack(wholeStack());
  const alarms = Object.values(resourcesIn(template))
    .filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
    .map(({ Properties }) => Properties as unknown as AlarmProperties);

  it("are these, named after their stack", () => {
    expect(alarms.map(({ AlarmName }) => AlarmName).toSorted()).toEqual(NAMES.map((name) => `Tidemark-${name}`));
  });

  it.each(NAMES)("%s says how bad it is and where to read on", (name) => {
    const alarm = alarms.find(({ AlarmName }) => AlarmName === `Tidemark-${name}`);

    expect(alarm?.AlarmDescription).toMatch(new RegExp(`^\\[(urgent|soon)\\] .+\\. See docs/runbook\\.md#${name}$`));
  });

  it("have a section each in the runbook, as urgent as they say, and no section has no alarm", () => {
    const told = [...RUNBOOK.matchAll(/^## (.+)\n\n\*(Urgent|Soon)\.\*/gm)].map(
      ([, name, severity]) => `${name} ${severity?.toLowerCase()}`,
    );

    const raised = alarms.map(
      ({ AlarmName, AlarmDescription }) =>
        `${AlarmName.replace("Tidemark-", "")} ${/\[(\w+)\]/.exec(AlarmDescription)?.[1]}`,
    );

    expect(told.toSorted()).toEqual(raised.toSorted());
  });

  it("rise and end at one topic", () => {
    const [topic] = Object.keys(template.findResources("AWS::SNS::Topic"));

    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: topic }]);
      expect(OKActions).toEqual([{ Ref: topic }]);
    }
  });
});

describe("the topic of the alarms", () => {
  const template = Template.fromStack(wholeStack());

  it("is encrypted under a key that CloudWatch may use and that turns", () => {
    template.hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties("AWS::KMS::Key", {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Principal: { Service: "cloudwatch.amazonaws.com" },
          }),
        ]),
      },
    });
  });

  it("takes what CloudWatch says for this account, and nothing without TLS", () => {
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
          Match.objectLike({
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ],
      },
    });
  });
});
