import { CloudFormationClient, DescribeStacksCommand, type Stack } from "@aws-sdk/client-cloudformation";
import { OUTPUTS } from "../../functions/contract.ts";
import { Mishap } from "../../local/mishap.ts";
import { plainly } from "./plainly.ts";

/** What a deployed stack tells of itself; null for what it does not tell. */
export interface Deployment {
  readonly stack: string;
  readonly region: string;
  readonly status: string;
  readonly url: string | null;
  readonly apiUrl: string | null;
  readonly table: string;
  readonly archiveBucket: string | null;
  readonly pageBucket: string | null;
  /** What a name of one's own has to point to, as an alias or a CNAME; null without one. */
  readonly domainTarget: string | null;
}

/** Nothing but the removal of what an update replaced may still go on: the outputs are true. */
const FINISHED = /^(?:CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE(?:_CLEANUP_IN_PROGRESS)?$/;

const whatToDo = (status: string): string => {
  if (status === "ROLLBACK_COMPLETE" || status === "CREATE_FAILED")
    return "it was never made whole: delete it, then `npx cdk deploy --all`";
  if (status === "REVIEW_IN_PROGRESS") return "it is planned but not made: `npx cdk deploy --all`";
  if (status.startsWith("DELETE")) return "it is being deleted, or was";
  if (status.endsWith("_IN_PROGRESS")) return "wait for it and ask again";
  return "its events in the CloudFormation console say why; mend it, then `npx cdk deploy --all`";
};

const find = async (client: CloudFormationClient, stack: string, region: string): Promise<Stack> => {
  const missing = `There is no stack ${stack} in ${region}: make it with \`npx cdk deploy --all\`, or name another with --stack and --region.`;
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const found = Stacks?.[0];
    if (found === undefined) throw new Mishap(missing);
    return found;
  } catch (error) {
    // A stack that is not there has no error of its own: it is a wrong parameter.
    if (error instanceof Error && error.name === "ValidationError" && error.message.includes("does not exist"))
      throw new Mishap(missing, { cause: error });
    throw error;
  }
};

/** Paths are put behind it. */
const withoutSlash = (url: string | undefined): string | null => url?.replace(/\/+$/, "") ?? null;

/**
 * Reads what a finished stack tells of itself.
 * @throws Misuse, Mishap.
 */
export const readDeployment = (stack: string): Promise<Deployment> =>
  plainly(async () => {
    const client = new CloudFormationClient({});
    const region = await client.config.region();
    const { StackStatus: status = "unknown", Outputs } = await find(client, stack, region);
    if (!FINISHED.test(status))
      throw new Mishap(`The stack ${stack} is not finished (${status}): ${whatToDo(status)}.`);
    const told = new Map(Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    const table = told.get(OUTPUTS.table);
    if (table === undefined)
      throw new Mishap(
        `The stack ${stack} tells no ${OUTPUTS.table}: it is not Tidemark's, or an older one; \`npx cdk deploy --all\` renews it.`,
      );
    return {
      stack,
      region,
      status,
      url: withoutSlash(told.get(OUTPUTS.url)),
      apiUrl: withoutSlash(told.get(OUTPUTS.apiUrl)),
      table,
      archiveBucket: told.get(OUTPUTS.archiveBucket) ?? null,
      pageBucket: told.get(OUTPUTS.pageBucket) ?? null,
      domainTarget: told.get(OUTPUTS.domainTarget) ?? null,
    };
  });
