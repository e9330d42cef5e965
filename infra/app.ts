import { App } from "aws-cdk-lib";
import { TidemarkStack } from "./tidemark-stack.ts";

// Region and account come from whoever deploys: nothing here asks AWS, so `cdk synth` works without an account.
new TidemarkStack(new App(), "Tidemark");
