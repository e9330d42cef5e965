import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { LOG_QUERIES } from "../../infra/log-queries.ts";
import { resourcesIn, wholeStack } from "./deployment.ts";

interface Definition {
  readonly Name: string;
  readonly QueryString: string;
  readonly LogGroupNames: readonly { readonly Ref: string }[];
}

describe("the saved queries of the logs", () => {
  const template = Template.fromStack(wholeStack());
  const definitions = Object.values(resourcesIn(template))
    .filter(({ Type }) => Type === "AWS::Logs::QueryDefinition")
    .map(({ Properties }) => Properties as unknown as Definition);

  it("lie in a folder of the stack's name", () => {
    expect(definitions.map(({ Name }) => Name).toSorted()).toEqual(
      LOG_QUERIES.map(({ name }) => `Tidemark/${name}`).toSorted(),
    );
  });

  it.each(LOG_QUERIES)("$name reads logs that there are, in one pipe", ({ name, lines }) => {
    const found = definitions.find(({ Name }) => Name === `Tidemark/${name}`);
    const groups = resourcesIn(template);

    expect(found?.QueryString.split("\n| ")).toEqual(lines);
    expect(found?.LogGroupNames.length).toBeGreaterThan(0);
    for (const { Ref } of found?.LogGroupNames ?? []) expect(groups[Ref]?.Type).toBe("AWS::Logs::LogGroup");
  });

  it("follow a request from the access log into what serves", () => {
    const found = definitions.find(({ Name }) => Name === "Tidemark/follow-a-request");

    expect(found?.LogGroupNames.map(({ Ref }) => Ref).join(" ")).toMatch(/AccessLog.*servev1.*serverocketchat/);
  });

  it("make no metric: each would cost, looked at or not", () => {
    template.resourceCountIs("AWS::Logs::MetricFilter", 5);
  });
});
