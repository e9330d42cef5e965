import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { upstreamSecrets } from "../../functions/contract.ts";
import { POLL_REASONS } from "../../functions/core/upstream.ts";
import { untoldLine } from "../../functions/services/untold-line.ts";
import { resourcesIn, wholeStack } from "./deployment.ts";

const template = Template.fromStack(wholeStack());
const PREFIX = upstreamSecrets("Tidemark");
const OURS = {
  "Fn::Join": [
    "",
    [
      "arn:",
      { Ref: "AWS::Partition" },
      ":secretsmanager:",
      { Ref: "AWS::Region" },
      ":",
      { Ref: "AWS::AccountId" },
      `:secret:${PREFIX}*`,
    ],
  ],
};

describe("the secrets that polled servers are asked with", () => {
  it("are known to the worker and to those who refresh or administer, and to nobody else", () => {
    const told = Object.entries(resourcesIn(template))
      .filter(([, { Type }]) => Type === "AWS::Lambda::Function")
      .filter(([, { Properties }]) => JSON.stringify(Properties?.["Environment"]).includes(`"${PREFIX}"`))
      .map(([id]) => id.replace(/Function[0-9A-F]{8}$/, ""));

    expect(told.toSorted()).toEqual([
      "Closingclosehours",
      // What webhooks are signed with lies beside them.
      "Followingfollowhours",
      "Statisticsserveadmin",
      "Statisticsserverocketchat",
      "Statisticsservev1",
    ]);
  });

  it("may be read under the stack's own names, and kept by who administers", () => {
    for (const name of ["Closingclosehours", "Statisticsserverocketchat", "Statisticsservev1"])
      template.hasResourceProperties("AWS::IAM::Policy", {
        Roles: [{ Ref: Match.stringLikeRegexp(`^${name}`) }],
        PolicyDocument: {
          Statement: Match.arrayWith([{ Action: "secretsmanager:GetSecretValue", Effect: "Allow", Resource: OURS }]),
        },
      });
    template.hasResourceProperties("AWS::IAM::Policy", {
      Roles: [{ Ref: Match.stringLikeRegexp("^Statisticsserveadmin") }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: Match.arrayWith(["secretsmanager:CreateSecret"]), Resource: OURS }),
        ]),
      },
    });
  });
});

describe("the alarm of servers that tell nothing until somebody mends a setting", () => {
  it("counts what the worker's log calls so", () => {
    template.hasResourceProperties("AWS::Logs::MetricFilter", { FilterPattern: '"UpstreamMisconfigured"' });
    const eventOf = (reason: (typeof POLL_REASONS)[number]): unknown =>
      (untoldLine("acme", { hour: 1, tries: 1, at: 0, reason, why: "", nextAt: null }) as { event: string }).event;
    const counted = POLL_REASONS.filter((reason) => eventOf(reason) === "UpstreamMisconfigured");

    expect(counted).toEqual([
      "upstream-unauthorized",
      "upstream-forbidden",
      "upstream-redirected",
      "upstream-not-public",
      "upstream-not-secret",
      "upstream-certificate",
      "credential-missing",
      "credential-unreadable",
    ]);
  });
});
