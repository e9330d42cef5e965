import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { HourlyFollowing } from "../../infra/hourly-following.ts";
import { NO_OUTLETS, NoticeOutlets } from "../../infra/notice-outlets.ts";
import type { Outlets } from "../../infra/options.ts";
import { groundOf, resourcesIn } from "./deployment.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:ops";

const synthesised = (outlets: Outlets): Template => {
  const { stack, ...ground } = groundOf();
  new HourlyFollowing(stack, "Following", { ...ground, outlets: new NoticeOutlets(stack, "Outlets", outlets) });
  return Template.fromStack(stack);
};
const actionsIn = (template: Template): string =>
  JSON.stringify(Object.values(resourcesIn(template)).filter(({ Type }) => Type === "AWS::IAM::Policy"));

describe("the hourly following", () => {
  it("starts eight minutes past each hour", () => {
    const [schedule] = Object.values(synthesised(NO_OUTLETS).findResources("AWS::Scheduler::Schedule"));
    expect(schedule?.["Properties"]).toMatchObject({ ScheduleExpression: "cron(8 * * * ? *)" });
  });

  it("may mail and publish nothing that was not named", () => {
    expect(actionsIn(synthesised(NO_OUTLETS))).not.toMatch(/ses:|sns:Publish/);
  });

  it("may mail as the sender alone, and publish to the topics alone", () => {
    const template = synthesised({ mailSender: "tidemark@example.org", topicArns: [TOPIC] });
    template.hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: "ses:SendEmail",
            Condition: { StringEquals: { "ses:FromAddress": "tidemark@example.org" } },
          }),
          Match.objectLike({ Action: "sns:Publish", Resource: TOPIC }),
        ]),
      },
    });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ TIDEMARK_MAIL_SENDER: "tidemark@example.org" }) },
    });
    expect(actionsIn(template)).toContain("identity/example.org");
  });

  it("writes nothing but reports into the archive", () => {
    const policies = actionsIn(synthesised(NO_OUTLETS));
    expect(policies).toContain("/reports/*");
    expect(policies).not.toMatch(/workspace=|superseded/);
  });
});
