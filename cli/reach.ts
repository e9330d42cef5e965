import type { Places } from "../functions/adapters/compose.ts";
import { upstreamSecrets } from "../functions/contract.ts";
import type { Parts } from "../functions/tasks/parts.ts";
import { readCredentials } from "../local/credentials-file.ts";
import { readSurroundings, variable } from "../local/surroundings.ts";
import { type Command, Option } from "commander";
import { chooseRegion, plainly } from "./aws/plainly.ts";
import { Misuse } from "./misuse.ts";
import { DEFAULT_STACK, deploymentOf } from "./place.ts";

/** Options that say whose store is meant: a deployment's, or that of a data folder. */
export interface StoreFlags {
  readonly data?: string;
  readonly stack?: string;
  readonly table?: string;
  readonly bucket?: string;
  readonly region?: string;
}

/** Adds the options of {@link StoreFlags}. */
export const addStoreOptions = (command: Command): Command =>
  command
    .addOption(new Option("--data <folder>", "the local runtime's folder (default: TIDEMARK_DATA, or .tidemark)"))
    .addOption(new Option("--stack <name>", `a deployed stack, such as ${DEFAULT_STACK}`).conflicts("data"))
    .addOption(new Option("--table <name>", "its table, when the stack can't be asked").conflicts(["data", "stack"]))
    .addOption(new Option("--bucket <name>", "its archive, when the stack can't be asked").conflicts(["data", "stack"]))
    .addOption(new Option("--region <region>", "where it is deployed (AWS_REGION)").conflicts("data"));

/** A store that is open: its parts, and the workspace that is meant when none is named. */
export interface Reached {
  readonly parts: Parts;
  /** Where they keep things. */
  readonly places: Places;
  readonly workspace: string | undefined;
}

const deployed = async ({ stack, table, bucket, region }: StoreFlags): Promise<Omit<Reached, "workspace">> => {
  const { lambdaSources, localParts } = await import("../functions/adapters/compose.ts");
  // Without a stack's name nobody knows where its secrets are, so its servers are left for its own worker to ask.
  const reachedOn = (
    tableName: string,
    archiveBucket: string,
    sources?: Places["sources"],
  ): Omit<Reached, "workspace"> => {
    const places: Places = {
      dynamodbEndpoint: undefined,
      table: tableName,
      archiveFolder: undefined,
      archiveBucket,
      // Named here, an endpoint of one's own is asked for buckets by path: few have a host name for each.
      s3Endpoint: variable("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
      sources,
      clock: () => Date.now(),
      expires: true,
      graceSeconds: 180,
      cooldownSeconds: 0,
    };
    return { parts: localParts(places), places };
  };
  if (table !== undefined || bucket !== undefined) {
    if (table === undefined || bucket === undefined)
      throw new Misuse("Give both --table and --bucket, or the --stack that knows them.");
    chooseRegion(region);
    return reachedOn(table, bucket);
  }
  const deployment = await deploymentOf(stack ?? DEFAULT_STACK, region);
  if (deployment.archiveBucket === null)
    throw new Misuse("The stack does not tell its archive: give --table and --bucket.");
  const secrets = { upstreamSecrets: upstreamSecrets(stack ?? DEFAULT_STACK) };
  return reachedOn(deployment.table, deployment.archiveBucket, lambdaSources(secrets));
};

/**
 * Does something with a store: a deployment's with the caller's AWS credentials, or a data folder's, whether its
 * runtime is running or not.
 * @throws Misuse, Mishap; Failure as the task has it.
 */
export const withStore = async <T>(flags: StoreFlags, work: (reached: Reached) => Promise<T>): Promise<T> => {
  const { data, stack, table, bucket, region } = flags;
  if ((stack ?? table ?? bucket ?? region) !== undefined)
    return plainly(async () => work({ ...(await deployed(flags)), workspace: undefined }));
  const folder = data ?? variable("TIDEMARK_DATA") ?? ".tidemark";
  // Loaded late: help and a slip of the pen do without the store's adapters.
  const { openKeptStore } = await import("../local/kept-store.ts");
  const { parts, places, close } = await openKeptStore(folder, readSurroundings());
  try {
    return await work({ parts, places, workspace: (await readCredentials(folder))?.workspace });
  } finally {
    await close();
  }
};
