import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { text as textOfStream } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { TABLES } from "../../functions/core/table.ts";
import { Mishap } from "../../local/mishap.ts";
import { bucketIn } from "../../local/places.ts";
import { readSurroundings, variable } from "../../local/surroundings.ts";
import { grouped, terminal } from "../../local/terminal.ts";
import { chooseRegion, plainly } from "../aws/plainly.ts";
import { Misuse } from "../misuse.ts";
import { deploymentOf } from "../place.ts";
import { type Form, FORMS, printed } from "../query/forms.ts";

interface Flags {
  readonly data?: string;
  readonly stack?: string;
  readonly bucket?: string;
  readonly region?: string;
  readonly workspace?: string;
  readonly format: Form;
  readonly json: boolean;
}

/** Where fetched archives are kept between queries. */
const cacheOf = (bucket: string): string =>
  join(variable("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "tidemark", bucket);

/** Keys that a query may need: the tables, and the documents when it names them. */
const prefixesFor = (sql: string, workspace: string | undefined): readonly string[] => {
  const whose = workspace === undefined ? "workspace=" : `workspace=${workspace}/`;
  return [...TABLES.map((table) => `parquet/${table}/${whose}`), ...(/statistics_json/i.test(sql) ? [whose] : [])];
};

const fetched = async (bucket: string, endpoint: string | undefined, sql: string, flags: Flags): Promise<string> => {
  const folder = cacheOf(bucket);
  const progress = terminal(process.stderr);
  const { s3Client } = await import("../../functions/adapters/s3/archive.ts");
  const { fetchArchive } = await import("../query/fetched-archive.ts");
  await fetchArchive({ client: s3Client(endpoint), bucket, folder }, prefixesFor(sql, flags.workspace), (done, of) =>
    progress.progress(`fetched ${grouped(done)} of ${grouped(of)} files`),
  );
  return folder;
};

const deployedBucket = async ({ stack, bucket, region }: Flags): Promise<string> => {
  if (bucket !== undefined) {
    chooseRegion(region);
    return bucket;
  }
  const { archiveBucket } = await deploymentOf(stack ?? "Tidemark", region);
  if (archiveBucket === null) throw new Misuse("The stack does not tell its archive: give --bucket.");
  return archiveBucket;
};

/** The folder that holds what is asked about. */
const archiveFor = async (sql: string, flags: Flags): Promise<string> => {
  const { data, stack, bucket, region } = flags;
  if ((stack ?? bucket ?? region) !== undefined)
    return plainly(async () => fetched(await deployedBucket(flags), undefined, sql, flags));
  const surroundings = readSurroundings();
  const ownBucket = bucketIn(surroundings);
  if (ownBucket !== undefined) return plainly(async () => fetched(ownBucket, surroundings.s3Endpoint, sql, flags));
  const folder = resolve(data ?? variable("TIDEMARK_DATA") ?? ".tidemark");
  try {
    await stat(folder);
  } catch (error) {
    throw new Mishap(`There is no data folder ${folder}: start the local runtime once, or name one with --data.`, {
      cause: error,
    });
  }
  return join(folder, "archive");
};

const run = async (asked: string, flags: Flags): Promise<void> => {
  const sql = asked === "-" ? await textOfStream(process.stdin) : asked;
  const archive = await archiveFor(sql, flags);
  // Loaded late: the library takes a tenth of a second and 100 MB.
  const { queryArchive } = await import("../query/duckdb.ts");
  process.stdout.write(printed(await queryArchive(archive, sql), flags.json ? "json" : flags.format));
};

/** Adds `query`. */
export const addQuery = (program: Command): void => {
  program
    .command("query")
    .summary("ask the archive in SQL")
    .description("ask the archive in SQL, with DuckDB; it reads and changes nothing")
    .argument("<sql>", "one query, or - for standard input")
    .addOption(new Option("--format <form>", "how to print it").choices(FORMS).default("table"))
    .option("--json", "the same as --format json", false)
    .addOption(new Option("--data <folder>", "the local runtime's folder (default: TIDEMARK_DATA, or .tidemark)"))
    .addOption(new Option("--stack <name>", "a deployed stack; its files are fetched first").conflicts("data"))
    .addOption(new Option("--bucket <name>", "its archive, when the stack can't be asked").conflicts(["data", "stack"]))
    .addOption(new Option("--region <region>", "where it is deployed (AWS_REGION)").conflicts("data"))
    .option("--workspace <id>", "fetch this workspace's files alone")
    .addHelpText(
      "after",
      `
hours, days, weeks and months hold a row each for whatever is over; users_seen of a
longer row is counted anew and not summed. statistics_json holds the documents.
DESCRIBE hours lists its columns; docs/analysis.md has more to copy.

Example:
  tidemark query "SELECT start_time, users_seen FROM days ORDER BY start_time"`,
    )
    .action(run);
};
