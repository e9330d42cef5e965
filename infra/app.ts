import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { bundleHandlers } from "./bundle.ts";
import { outletsIn } from "./notice-outlets.ts";
import { TidemarkStack } from "./tidemark-stack.ts";
import { trustedIssuerIn } from "./trusted-issuer.ts";

const app = new App();
// Region and account come from whoever deploys: nothing here asks AWS, so `cdk synth` works without an account.
new TidemarkStack(app, "Tidemark", {
  bundles: await bundleHandlers(),
  oidc: trustedIssuerIn(app.node),
  outlets: outletsIn(app.node),
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
