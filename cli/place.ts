import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type LocalCredentials, readCredentials } from "../local/credentials-file.ts";
import type { Deployment } from "./aws/deployment.ts";
import { chooseRegion } from "./aws/plainly.ts";
import { Misuse } from "./misuse.ts";

/** The name that `infra/app.ts` gives the stack. */
export const DEFAULT_STACK = "Tidemark";

/** Options that say which deployment is meant. */
export interface PlaceFlags {
  readonly stack?: string;
  readonly table?: string;
  readonly region?: string;
  readonly url?: string;
}

/** A deployment's table, and the address its clients use; null when nobody told it. */
export interface TablePlace {
  readonly table: string;
  readonly baseUrl: string | null;
}

const urlText = (text: string): string => {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError("Give an address such as https://stats.example.org.");
  return text.replace(/\/+$/, "");
};

/** Adds the options of {@link PlaceFlags}. */
export const addPlaceOptions = (command: Command): Command =>
  command
    .option("--stack <name>", `the deployed stack (default: ${DEFAULT_STACK})`)
    .addOption(new Option("--table <name>", "its table, when the stack can't be asked").conflicts("stack"))
    .option("--region <region>", "where it is deployed (AWS_REGION)")
    .option("--url <url>", "the address to name in the credentials (default: the stack's)", urlText);

/**
 * Reads what a finished stack tells of itself.
 * @throws Misuse, Mishap.
 */
export const deploymentOf = async (stack: string, region: string | undefined): Promise<Deployment> => {
  chooseRegion(region);
  // Loaded late: the SDK takes longer than all the rest, and most commands do without.
  const { readDeployment } = await import("./aws/deployment.ts");
  return readDeployment(stack);
};

/**
 * The table that the options name, or that of the stack they name.
 * @throws Misuse, Mishap.
 */
export const tablePlace = async ({ stack, table, region, url }: PlaceFlags): Promise<TablePlace> => {
  if (table !== undefined) {
    chooseRegion(region);
    return { table, baseUrl: url ?? null };
  }
  const deployment = await deploymentOf(stack ?? DEFAULT_STACK, region);
  return { table: deployment.table, baseUrl: url ?? deployment.url ?? deployment.apiUrl };
};

/**
 * The local runtime that is meant: the one of a folder that is named, or, when no deployment is named either, the
 * usual one if it is there.
 * @throws Misuse when the folder that is named holds no credentials.
 */
export const localPlace = async (
  flags: PlaceFlags & { readonly data?: string },
): Promise<LocalCredentials | undefined> => {
  const { data, stack, table, region, url } = flags;
  if (data === undefined && (stack ?? table ?? region ?? url) !== undefined) return undefined;
  const folder = resolve(data ?? (process.env["TIDEMARK_DATA"] || ".tidemark"));
  const found = await readCredentials(folder);
  if (found === undefined && data !== undefined)
    throw new Misuse(
      `There is no credentials.json in ${folder}: start the local runtime on it once, or name a --stack.`,
    );
  return found;
};
