import { Stack } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { appAsDeployed } from "../support/app.ts";
import { VARIANTS, wholeDeployment } from "./deployment.ts";

describe("the rules of AWS's solutions library", () => {
  it.each(Object.entries(VARIANTS))("find nothing but what is explained, %s", (_name, context) => {
    const app = appAsDeployed(context);
    wholeDeployment(app);
    // What one stack takes of the other is only settled then.
    app.synth();

    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  it("would find what is not explained", () => {
    const app = appAsDeployed();
    new Queue(new Stack(app, "Careless"), "Queue");

    const found = new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);

    expect(found).toContain("AwsSolutions-SQS4");
  });
});
