import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { bundleHandlers } from "./bundle.ts";
import { deploy } from "./deployment.ts";
import { optionsIn } from "./options.ts";

const app = new App();
// Region and account come from whoever deploys: nothing here asks AWS, so `cdk synth` works without an account.
deploy(app, { bundles: await bundleHandlers(), options: optionsIn(app.node) });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
