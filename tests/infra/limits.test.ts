import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { DISPATCH } from "../../functions/contract.ts";
import { counted } from "../support/counted.ts";
import { appAsDeployed } from "../support/app.ts";
import { resourcesIn, VARIANTS, wholeDeployment } from "./deployment.ts";

type Properties = Readonly<Record<string, unknown>>;

/** Environments that an account has at first (AWS: 1,000), and what a tenth of them is. */
const ACCOUNT = 1_000;
/** API Gateway gives up on a function after so many seconds. */
const GATEWAY_SECONDS = 30;
/** How long closing an hour takes against a real table: some ten calls, one after the other. */
const SECONDS_A_WORKSPACE = 0.15;
/** What a deployment is to be large enough for. */
const MOST_WORKSPACES = 100_000;

const numberIn = (properties: Properties, name: string): number => Number(properties[name]);

describe.each(Object.keys(VARIANTS))("the limits of a deployment: %s", (variant) => {
  const { code } = wholeDeployment(appAsDeployed(VARIANTS[variant]));
  const resources = resourcesIn(Template.fromStack(code));
  const all = (type: string): readonly Properties[] =>
    Object.values(resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties: found }) => found ?? {});
  /** What a property points at, by its logical id. */
  const target = (reference: unknown): Properties => {
    const [, id = ""] = /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(JSON.stringify(reference)) ?? [];
    const found = resources[id]?.Properties;
    if (found === undefined) throw new Error(`nothing in the template is ${JSON.stringify(reference)}`);
    return found;
  };

  const functions = all("AWS::Lambda::Function");
  const mappings = all("AWS::Lambda::EventSourceMapping").map((mapping) => ({
    mapping,
    worker: target(mapping["FunctionName"]),
    queue: target(mapping["EventSourceArn"]),
  }));

  it("reserve no concurrency, so that an account which is new can have it", () => {
    expect(functions.filter((one) => "ReservedConcurrentExecutions" in one)).toEqual([]);
    counted(functions.length, "functions", `limits of ${variant}`);
  });

  it("let all workers together take no more than a tenth of an account", () => {
    const most = mappings.map(
      ({ mapping }) => (mapping["ScalingConfig"] as { MaximumConcurrency: number }).MaximumConcurrency,
    );

    expect(most).toEqual([20, 20, 20]);
    expect(most.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(ACCOUNT / 10);
  });

  it("hide a message for six times what a worker may take, five deliveries long, and keep it for longer than that", () => {
    for (const { worker, queue } of mappings) {
      const { maxReceiveCount } = queue["RedrivePolicy"] as { maxReceiveCount: number };
      expect(numberIn(queue, "VisibilityTimeout")).toBe(6 * numberIn(worker, "Timeout"));
      expect(maxReceiveCount).toBeGreaterThanOrEqual(5);
      expect(numberIn(queue, "MessageRetentionPeriod")).toBeGreaterThan(
        maxReceiveCount * numberIn(queue, "VisibilityTimeout"),
      );
    }
  });

  it("hand out messages one by one, of which each may fail alone", () => {
    for (const { mapping } of mappings)
      expect([
        mapping["BatchSize"],
        mapping["MaximumBatchingWindowInSeconds"],
        mapping["FunctionResponseTypes"],
      ]).toEqual([1, undefined, ["ReportBatchItemFailures"]]);
  });

  it("leave a message many times the time that its workspaces need, and get through all of a large deployment in an hour", () => {
    for (const { worker, mapping } of mappings) {
      const aMessage = DISPATCH.workspacesPerMessage * SECONDS_A_WORKSPACE;
      const { MaximumConcurrency } = mapping["ScalingConfig"] as { MaximumConcurrency: number };
      expect(numberIn(worker, "Timeout")).toBeGreaterThanOrEqual(10 * aMessage);
      const messages = MOST_WORKSPACES / DISPATCH.workspacesPerMessage;
      expect((messages * aMessage) / MaximumConcurrency).toBeLessThan(3_600 / 2);
    }
  });

  it("answer before the front door gives up, and let in what the account can carry", () => {
    const served = functions.filter(({ Description }) => String(Description).includes("dialect"));
    expect(served.length).toBe(4);
    for (const one of served) expect(numberIn(one, "Timeout")).toBe(GATEWAY_SECONDS - 1);
    const [stage] = all("AWS::ApiGatewayV2::Stage");
    expect(stage?.["DefaultRouteSettings"]).toMatchObject({
      ThrottlingRateLimit: ACCOUNT,
      ThrottlingBurstLimit: ACCOUNT / 2,
    });
  });
});
