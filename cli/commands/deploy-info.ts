import type { Command } from "commander";
import type { Deployment } from "../aws/deployment.ts";
import { DEFAULT_STACK, deploymentOf } from "../place.ts";

interface Flags {
  readonly stack: string;
  readonly region?: string;
  readonly json: boolean;
}

const inWords = ({ stack, region, status, ...places }: Deployment): string => {
  const where = `--stack ${stack} --region ${region}`;
  return `Stack ${stack} in ${region}: ${status}

  page            ${places.url ?? "(not told)"}
  API             ${places.apiUrl ?? "(not told)"}
  table           ${places.table}
  archive bucket  ${places.archiveBucket ?? "(not told)"}
  page bucket     ${places.pageBucket ?? "(not told)"}
${places.domainTarget === null ? "" : `  point name to   ${places.domainTarget}\n`}
Next, a first workspace and a key for the operator, whose secrets are shown once:
  npm run -s tidemark -- operator bootstrap team --name "Our team" ${where} --out team.json
`;
};

const run = async ({ stack, region, json }: Flags): Promise<void> => {
  const deployment = await deploymentOf(stack, region);
  process.stdout.write(json ? `${JSON.stringify(deployment)}\n` : inWords(deployment));
};

/** Adds `deploy-info`. */
export const addDeployInfo = (program: Command): void => {
  program
    .command("deploy-info")
    .summary("tell where a deployed stack is, and what is next")
    .description("tell where a deployed stack is reached, what it keeps things in, and what to do next")
    .option("--stack <name>", "the CloudFormation stack", DEFAULT_STACK)
    .option("--region <region>", "where it is deployed (AWS_REGION)")
    .option("--json", "tell it as JSON", false)
    .addHelpText(
      "after",
      `
Asks CloudFormation with your AWS credentials; cloudformation:DescribeStacks is all it needs.

Example:
  tidemark deploy-info --region eu-west-1`,
    )
    .action(run);
};
