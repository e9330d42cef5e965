import { Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { DataStack } from "./data-stack.ts";
import type { Options } from "./options.ts";
import type { Bundles } from "./tidemark-function.ts";
import { TidemarkStack } from "./tidemark-stack.ts";

/** What a deployment is made of. */
export interface DeploymentProps {
  readonly bundles: Bundles;
  readonly options: Options;
}

/** The two stacks of a deployment: what is kept, and the code that works on it. */
export interface Deployment {
  readonly data: DataStack;
  readonly code: TidemarkStack;
}

/** Names of a deployment's stacks; a stage is a word in small letters, so that none can be called `Data`. */
const namesOf = (stage: string | undefined) => {
  const code = stage === undefined ? "Tidemark" : `Tidemark-${stage}`;
  return { code, data: `${code}-Data` };
};

/** Lays out a deployment in an app, or in one of several of its environments. */
export const deploy = (scope: Construct, { bundles, options }: DeploymentProps): Deployment => {
  const names = namesOf(options.stage);
  const data = new DataStack(scope, names.data, { options });
  const code = new TidemarkStack(scope, names.code, { bundles, options, data });
  for (const [part, stack] of Object.entries({ data, code })) {
    const tags = Tags.of(stack);
    tags.add("project", "tidemark");
    tags.add("deployment", names.code);
    tags.add("part", part);
    for (const [name, value] of Object.entries(options.tags)) tags.add(name, value);
  }
  return { data, code };
};
