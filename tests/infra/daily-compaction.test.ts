import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { DailyCompaction } from "../../infra/daily-compaction.ts";
import { groundOf, type Resource, resourcesIn } from "./deployment.ts";

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: unknown }[];
}

const synthesised = (): Template => {
  const { stack, ...ground } = groundOf();
  new DailyCompaction(stack, "Compaction", ground);
  return Template.fromStack(stack);
};

const template = synthesised();

describe("the daily compaction", () => {
  it("starts every night, half an hour past midnight UTC", () => {
    template.hasResourceProperties("AWS::Scheduler::Schedule", {
      ScheduleExpression: "cron(30 0 * * ? *)",
      ScheduleExpressionTimezone: "Etc/UTC",
      Target: Match.objectLike({
        RetryPolicy: { MaximumEventAgeInSeconds: 6 * 3_600, MaximumRetryAttempts: 10 },
      }),
    });
  });

  it("reads the table, and writes nothing but tables into the archive", () => {
    const policies = Object.values(resourcesIn(template)).filter(
      ({ Type, Properties }: Resource) =>
        Type === "AWS::IAM::Policy" && JSON.stringify(Properties?.["Roles"]).includes("Compactioncompactdays"),
    );
    const statements = policies.flatMap(
      ({ Properties }) => (Properties?.["PolicyDocument"] as Policy | undefined)?.Statement ?? [],
    );
    const actionsOn = (service: string): readonly string[] =>
      statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith(service));
    const writing = statements.filter(({ Action }) => [Action].flat().includes("s3:PutObject"));

    expect(actionsOn("dynamodb:")).toEqual(["dynamodb:GetItem", "dynamodb:Query"]);
    expect(writing).toHaveLength(1);
    expect(JSON.stringify(writing[0]?.Resource)).toContain("/parquet/*");
    expect([writing[0]?.Resource].flat()).toHaveLength(1);
  });

  it("is missed after a day and an hour", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: "Test-compaction-not-running",
      AlarmDescription: Match.stringLikeRegexp("^\\[soon\\] The daily compaction has not started for 25 hours\\."),
      Period: 3_600,
      EvaluationPeriods: 25,
      TreatMissingData: "breaching",
    });
  });
});
