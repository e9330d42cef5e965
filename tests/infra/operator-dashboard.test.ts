import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { HANDLERS } from "../../functions/contract.ts";
import { resourcesIn, wholeStack } from "./deployment.ts";

/** An account has dashboards for all its regions in one list. */
const IN_ITS_REGION = (name: string) => ({ "Fn::Join": ["", [`${name}-`, { Ref: "AWS::Region" }]] });

describe("the dashboard", () => {
  const template = Template.fromStack(wholeStack());
  const [dashboard] = Object.values(resourcesIn(template)).filter(({ Type }) => Type === "AWS::CloudWatch::Dashboard");
  const text = JSON.stringify(dashboard?.Properties?.["DashboardBody"]);

  it("is one, called after its stack and its region", () => {
    template.resourceCountIs("AWS::CloudWatch::Dashboard", 1);
    expect(dashboard?.Properties?.["DashboardName"]).toEqual(IN_ITS_REGION("Tidemark"));
  });

  it.each([
    "Requests and refusals",
    "How long requests take",
    "Functions, 99 of 100 within",
    "Oldest work waiting",
    "Dead letters",
    "Errors of functions",
    "Turned away",
    "Paid for: units of the table",
    "Paid for: calls of functions",
  ])("shows %s", (title) => {
    expect(text).toContain(title);
  });

  it("shows every function but those that only start a job", () => {
    const shown = new Set(
      [
        ...text.matchAll(/(Statisticsserve\w+?|Closingclosehours|Followingfollowhours|Compactioncompactdays)Function/g),
      ].map(([, name]) => name),
    );

    expect(shown.size).toBe(HANDLERS.filter((name) => name !== "dispatch-hours").length);
  });
});
