import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";

/** An app with the context of `cdk.json`: without those flags a test would see another template than the deployed one. */
export const appAsDeployed = (): App => {
  const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as {
    context: Record<string, unknown>;
  };
  return new App({ context });
};
