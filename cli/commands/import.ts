import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { hourNamed } from "../../functions/core/hour.ts";
import { readCredentials } from "../../local/credentials-file.ts";
import type { Api } from "../../local/import/api.ts";
import { grouped, spell, terminal } from "../../local/terminal.ts";
import { FAILED } from "../exit-codes.ts";
import { importLeanZulip } from "../import/lean-zulip.ts";
import { Misuse } from "../misuse.ts";

interface ReachOptions {
  readonly url?: string;
  readonly key?: string;
  readonly workspace?: string;
  readonly data: string;
}

/** Where the API is and as whom to ask it: as told, and for the rest as the local runtime left it. */
const apiFor = async ({ url, key, workspace, data }: ReachOptions): Promise<Api> => {
  const local = url !== undefined && key !== undefined ? undefined : await readCredentials(resolve(data));
  const isOther = workspace !== undefined && workspace !== local?.workspace;
  const found = key ?? (isOther ? local?.operatorKey : local?.apiKey);
  const baseUrl = url ?? local?.baseUrl;
  if (found === undefined || baseUrl === undefined)
    throw new Misuse(
      `There is no credentials.json in ${resolve(data)}: name the server with --url and a key with --key, or the local runtime's folder with --data.`,
    );
  if (!URL.canParse(baseUrl)) throw new Misuse(`«${baseUrl}» is no URL: give one such as http://127.0.0.1:3000.`);
  return { baseUrl, key: found, workspace };
};

const hourText = (text: string): string => {
  if (hourNamed(text) === undefined)
    throw new InvalidArgumentError("Give an hour by its start, UTC, such as 2024-12-31T23.");
  return text;
};

interface ImportFlags extends ReachOptions {
  readonly through?: string;
  readonly json: boolean;
}

const runImport = async (file: string, flags: ImportFlags): Promise<void> => {
  const api = await apiFor(flags);
  const done = await importLeanZulip({ api, file, through: flags.through, terminal: terminal(process.stderr) });
  const seconds = spell(done.seconds * 1_000);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(done)}\n`
      : `${grouped(done.rows)} rows imported as ${grouped(done.accepted)} events, ${grouped(done.hours)} hours closed, in ${seconds}.\n`,
  );
  if (done.refusedCount === 0) return;
  process.stderr.write(`${grouped(done.refusedCount)} events were refused and are not counted.\n`);
  process.exitCode = FAILED;
};

/** Adds `import` and its importers. */
export const addImport = (program: Command): void => {
  program
    .command("import")
    .description("fill the past of a workspace in which no hour is closed yet")
    .command("lean-zulip")
    .description("import a table of messages: tab-separated timestamp, message, sender, channel, topic")
    .argument("<file>", "the table, plain or .gz")
    .option("--url <url>", "the server (default: from credentials.json)")
    .option("--key <key>", "a key with the scopes admin and events:write (default: from credentials.json)")
    .option("--workspace <id>", "the workspace to fill; another than the key's needs an operator's key")
    .option(
      "--data <folder>",
      "where the local runtime keeps credentials.json (TIDEMARK_DATA)",
      process.env["TIDEMARK_DATA"] ?? ".tidemark",
    )
    .option("--through <hour>", "last hour to close (default: that of the last message)", hourText)
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
Broken off, the same command goes on where it was; nothing counts twice.

Example:
  tidemark import lean-zulip 2024.tsv.gz --workspace lean --through 2024-12-31T23`,
    )
    .action(runImport);
};
