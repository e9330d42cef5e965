import { readFileSync } from "node:fs";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { resourcesIn, wholeStack } from "./deployment.ts";

const RUNBOOK = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8");

/** The jobs that run for every workspace, by the beginning of their alarms' names. */
const JOBS = ["closing", "compaction", "following"];
/** What each of them has an alarm for. */
const OF_A_JOB = [
  "dispatch-dead-letters",
  "failing",
  "falling-behind",
  "not-running",
  "schedule-dead-letters",
  "work-dead-letters",
];

/** Alarms with the sections that tell of them: every job's share theirs. */
const SECTIONS = new Map([
  ...["api-failing", "api-slow", "table-throttled", "upstream-misconfigured", "delivery-given-up"].map(
    (name) => [name, name] as const,
  ),
  ...JOBS.flatMap((job) => OF_A_JOB.map((kind) => [`${job}-${kind}`, `job-${kind}`] as const)),
]);
const NAMES = [...SECTIONS.keys()].toSorted();

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

    expect(alarm?.AlarmDescription).toMatch(
      new RegExp(`^\\[(urgent|soon)\\] .+\\. See docs/runbook\\.md#${SECTIONS.get(name)}$`),
    );
  });

  it("have a section in the runbook, as urgent as they say, and no section has no alarm", () => {
    const told = [...RUNBOOK.matchAll(/^## (.+)\n\n\*(Urgent|Soon|Urgent or soon)\.\*/gm)].map(
      ([, name, severity]) => `${name} ${severity?.toLowerCase()}`,
    );

    const raised = new Map<string, Set<string>>();
    for (const { AlarmDescription } of alarms) {
      const [, severity = "", section = ""] = /^\[(\w+)\].*#(.+)$/.exec(AlarmDescription) ?? [];
      raised.set(section, (raised.get(section) ?? new Set()).add(severity));
    }

    expect(told.toSorted()).toEqual(
      [...raised]
        .map(([section, severities]) => `${section} ${[...severities].toSorted().toReversed().join(" or ")}`)
        .toSorted(),
    );
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
