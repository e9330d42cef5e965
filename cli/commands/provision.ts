import type { Command } from "commander";
import { Mishap } from "../../local/mishap.ts";
import { variable } from "../../local/surroundings.ts";
import { chooseRegion, plainly } from "../aws/plainly.ts";
import { Misuse } from "../misuse.ts";

interface Flags {
  readonly endpoint?: string;
  readonly table: string;
  readonly bucket: string;
  readonly region: string;
  readonly json: boolean;
}

/** Where a service is, by the option or the variables that every AWS client reads. */
const endpointOf = (service: "DYNAMODB" | "S3", asked: string | undefined): string => {
  const endpoint = asked ?? variable(`AWS_ENDPOINT_URL_${service}`, "AWS_ENDPOINT_URL");
  if (endpoint === undefined)
    throw new Misuse(
      "Name the emulator with --endpoint or AWS_ENDPOINT_URL; on AWS itself `npx cdk deploy --all` makes table and bucket, with their protections.",
    );
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    throw new Misuse(`«${endpoint}» is no address such as http://127.0.0.1:4566.`);
  return endpoint;
};

const provision = async ({ endpoint, table, bucket }: Flags) => {
  const [dynamodb, s3] = [endpointOf("DYNAMODB", endpoint), endpointOf("S3", endpoint)];
  // Loaded late: the SDK takes longer than all the rest, and most commands do without.
  const { provisionTable } = await import("../../functions/adapters/dynamodb/provisioning.ts");
  const { createBucket } = await import("../../functions/adapters/s3/bucket.ts");
  try {
    return {
      table,
      tableMade: await provisionTable(dynamodb, table),
      bucket,
      bucketMade: await createBucket(s3, bucket),
    };
  } catch (error) {
    // What is there already and is another program's.
    if (error instanceof Error && error.message.includes("another program's"))
      throw new Mishap(error.message, { cause: error });
    throw error;
  }
};

const run = async (flags: Flags): Promise<void> => {
  chooseRegion(flags.region);
  const made = await plainly(() => provision(flags));
  const told = (what: string, name: string, isMade: boolean): string =>
    `The ${what} ${name} ${isMade ? "is made" : "was there"}.\n`;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(made)}\n`
      : `${told("table", made.table, made.tableMade)}${told("bucket", made.bucket, made.bucketMade)}`,
  );
};

/** Adds `operator provision`. */
export const addProvision = (operator: Command): void => {
  operator
    .command("provision")
    .summary("make table and bucket on an emulator of AWS")
    .description("make the table and the archive's bucket on an emulator of AWS, unless they are there")
    .option("--endpoint <url>", "the emulator (default: AWS_ENDPOINT_URL_DYNAMODB, _S3, AWS_ENDPOINT_URL)")
    .option("--table <name>", "the table", "tidemark")
    .option("--bucket <name>", "the bucket", "tidemark")
    .option("--region <region>", "the region, which emulators tell apart, too", variable("AWS_REGION") ?? "us-east-1")
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
Safe to repeat: what is there is left as it is, and a table of another shape is refused. Emulators take any AWS
credentials, but want some: AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test.

Example:
  tidemark operator provision --endpoint http://127.0.0.1:4566 --table tidemark --bucket tidemark`,
    )
    .action(run);
};
