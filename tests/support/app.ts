import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";

/** `npm run check` holds templates against CloudFormation's own rules; each time a test did, it would take seconds. */
const UNCHECKED = { "@aws-cdk/core:validateAgainstDefaultRules": false };

/**
 * An app with the context of `cdk.json`: without those flags a test would see another template than the deployed one.
 * @param said what whoever deploys says beside it.
 */
export const appAsDeployed = (said: Readonly<Record<string, unknown>> = {}): App => {
  const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as {
    context: Record<string, unknown>;
  };
  return new App({ context: { ...context, ...UNCHECKED, ...said } });
};
