import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { DISPATCH, ENV } from "../../functions/contract.ts";
import { HourlyClosing } from "../../infra/hourly-closing.ts";
import { groundOf, resourcesIn } from "./deployment.ts";

const synthesised = (): Template => {
  const { stack, ...ground } = groundOf();
  new HourlyClosing(stack, "Closing", ground);
  return Template.fromStack(stack);
};

const template = synthesised();
const arnOf = (id: string): object => ({ "Fn::GetAtt": [Match.stringLikeRegexp(`^${id}[0-9A-F]{8}$`), "Arn"] });

describe("the schedule", () => {
  it("calls dispatch-hours a grace past every hour, and tells it which", () => {
    template.hasResourceProperties("AWS::Scheduler::Schedule", {
      ScheduleExpression: `cron(${DISPATCH.minute} * * * ? *)`,
      ScheduleExpressionTimezone: "Etc/UTC",
      State: "ENABLED",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: Match.objectLike({
        Arn: arnOf("ClosingdispatchhoursFunction"),
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
      }),
    });
  });

  it("gives up before the next hour, and leaves a dead letter", () => {
    template.hasResourceProperties("AWS::Scheduler::Schedule", {
      Target: Match.objectLike({
        RetryPolicy: { MaximumEventAgeInSeconds: 3_000, MaximumRetryAttempts: 10 },
        DeadLetterConfig: { Arn: arnOf("ClosingScheduleDeadLetters") },
      }),
    });
  });

  it("may call that function, and leave dead letters, and do nothing else", () => {
    template.hasResourceProperties("AWS::IAM::Policy", {
      Roles: [{ Ref: Match.stringLikeRegexp("^ClosingScheduleRole") }],
      PolicyDocument: {
        Statement: [
          { Action: "lambda:InvokeFunction", Effect: "Allow", Resource: arnOf("ClosingdispatchhoursFunction") },
          { Action: "sqs:SendMessage", Effect: "Allow", Resource: arnOf("ClosingScheduleDeadLetters") },
        ],
      },
    });
  });

  it("acts for this account alone", () => {
    template.hasResourceProperties("AWS::IAM::Role", {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: "scheduler.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ],
      },
    });
  });
});

describe("dispatch-hours", () => {
  it("is tried twice more, and then leaves a dead letter", () => {
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: Match.stringLikeRegexp("^Closingdispatchhours") },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3_000,
      DestinationConfig: { OnFailure: { Destination: arnOf("ClosingDispatchDeadLetters") } },
    });
  });

  it("may list workspaces and send messages", () => {
    template.hasResourceProperties("AWS::IAM::Policy", {
      Roles: [{ Ref: Match.stringLikeRegexp("^Closingdispatchhours") }],
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: ["logs:CreateLogStream", "logs:PutLogEvents"] }),
          Match.objectLike({ Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"] }),
          { Action: "dynamodb:Query", Effect: "Allow", Resource: arnOf("CountersTable") },
          {
            Action: "sqs:SendMessage",
            Effect: "Allow",
            Resource: [arnOf("ClosingDispatchDeadLetters"), arnOf("ClosingWork")],
          },
        ],
      },
    });
  });

  it("is told of the table and the queue, and not of the archive", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Timeout: 120,
      Environment: {
        Variables: {
          [ENV.table]: Match.anyValue(),
          [ENV.workQueueUrl]: { Ref: Match.stringLikeRegexp("^ClosingWork[0-9A-F]{8}$") },
          [ENV.archiveBucket]: Match.absent(),
        },
      },
    });
  });
});

describe("close-hours", () => {
  it("takes messages one by one, up to twenty side by side, and says which failed", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: arnOf("ClosingWork"),
      FunctionName: { Ref: Match.stringLikeRegexp("^Closingclosehours") },
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 20 },
    });
  });

  it("may read and write table and archive, take messages and send some back", () => {
    template.hasResourceProperties("AWS::IAM::Policy", {
      Roles: [{ Ref: Match.stringLikeRegexp("^Closingclosehours") }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(["sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"]),
            Resource: arnOf("ClosingWork"),
          }),
          Match.objectLike({
            Action: [
              "dynamodb:BatchGetItem",
              "dynamodb:ConditionCheckItem",
              "dynamodb:DeleteItem",
              "dynamodb:GetItem",
              "dynamodb:PutItem",
              "dynamodb:Query",
              "dynamodb:UpdateItem",
            ],
          }),
          Match.objectLike({ Action: ["s3:GetObject", "s3:PutObject"] }),
        ]),
      },
    });
  });

  it("tells of failures that Lambda does not see", () => {
    template.hasResourceProperties("AWS::Logs::MetricFilter", {
      LogGroupName: { Ref: Match.stringLikeRegexp("^Closingclosehours") },
      FilterPattern: '?"WorkspaceFailed" ?"MessageFailed" ?"WorkCutShort"',
    });
  });
});

describe("the queues of the hourly run", () => {
  const queues = Object.entries(resourcesIn(template)).filter(([, { Type }]) => Type === "AWS::SQS::Queue");

  it("are one for work and three for dead letters, encrypted", () => {
    expect(queues.length).toBe(4);
    template.allResourcesProperties("AWS::SQS::Queue", { SqsManagedSseEnabled: true });
  });

  it("refuse requests without TLS", () => {
    template.resourceCountIs("AWS::SQS::QueuePolicy", queues.length);
    template.allResourcesProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: "Deny",
            Action: "sqs:*",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ],
      },
    });
  });

  it("hide a message for six times what a worker may take, and give up at the fifth delivery", () => {
    template.hasResourceProperties("AWS::Lambda::Function", { Timeout: 300 });
    template.hasResourceProperties("AWS::SQS::Queue", {
      VisibilityTimeout: 6 * 300,
      RedrivePolicy: { deadLetterTargetArn: arnOf("ClosingWorkDeadLetters"), maxReceiveCount: 5 },
    });
  });

  it("keep dead letters for two weeks", () => {
    const kept = queues.filter(([id]) => id.includes("DeadLetters")).map(([, { Properties }]) => Properties);

    expect(kept.map((one) => one?.["MessageRetentionPeriod"])).toEqual(Array(3).fill(14 * 24 * 3_600));
  });
});

describe("the alarms of the hourly run", () => {
  it("rise when it is silent", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: "Test-closing-not-running",
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      EvaluationPeriods: 2,
      Period: 3_600,
      TreatMissingData: "breaching",
    });
  });

  it("rise at the first dead letter", () => {
    for (const name of ["schedule", "dispatch", "work"])
      template.hasResourceProperties("AWS::CloudWatch::Alarm", {
        AlarmName: `Test-closing-${name}-dead-letters`,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        Threshold: 1,
        MetricName: "ApproximateNumberOfMessagesVisible",
        TreatMissingData: "notBreaching",
      });
  });

  it("rise when work waits for most of an hour", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: "Test-closing-falling-behind",
      MetricName: "ApproximateAgeOfOldestMessage",
      Threshold: 2_400,
    });
  });
});
