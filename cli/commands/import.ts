import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { hourNamed } from "../../functions/core/hour.ts";
import { readCredentials } from "../../local/credentials-file.ts";
import type { Api } from "../../local/import/api.ts";
import { grouped, spell, terminal } from "../../local/terminal.ts";
import { FAILED } from "../exit-codes.ts";
import type { Export } from "../import/export.ts";
import { importExport } from "../import/import-export.ts";
import { leanZulipExport } from "../import/lean-zulip.ts";
import { rocketchatExport, type RocketchatFiles } from "../import/rocketchat.ts";
import { slackExport } from "../import/slack.ts";
import { zulipExport } from "../import/zulip.ts";
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

const list = (passedOver: Readonly<Record<string, number>>): string =>
  Object.entries(passedOver)
    .map(([why, count]) => `  ${grouped(count)} ${why}\n`)
    .join("");

const runImport = async (open: () => Promise<Export>, flags: ImportFlags): Promise<void> => {
  const api = await apiFor(flags);
  const done = await importExport({
    api,
    from: await open(),
    through: flags.through,
    terminal: terminal(process.stderr),
  });
  const seconds = spell(done.seconds * 1_000);
  const isAll = Object.keys(done.passedOver).length === 0;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(done)}\n`
      : `${grouped(done.rows)} rows imported as ${grouped(done.accepted)} events, ${grouped(done.hours)} hours closed, in ${seconds}.\n${isAll ? "" : `Passed over, because no statistic counts them:\n${list(done.passedOver)}`}`,
  );
  if (done.refusedCount === 0) return;
  process.stderr.write(`${grouped(done.refusedCount)} events were refused and are not counted.\n`);
  process.exitCode = FAILED;
};

const addReachOptions = (command: Command, example: string): Command =>
  command
    .option("--url <url>", "the server (default: from credentials.json)")
    .option("--key <key>", "a key with the scopes admin and events:write (default: from credentials.json)")
    .option("--workspace <id>", "the workspace to fill; another than the key's needs an operator's key")
    .option(
      "--data <folder>",
      "where the local runtime keeps credentials.json (TIDEMARK_DATA)",
      process.env["TIDEMARK_DATA"] ?? ".tidemark",
    )
    .option("--through <hour>", "last hour to close (default: that of the last event)", hourText)
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
Broken off, the same command goes on where it was; nothing counts twice.

Example:
  tidemark import ${example}`,
    );

/** Adds `import` and its importers. */
export const addImport = (program: Command): void => {
  const from = program
    .command("import")
    .summary("fill the past of a workspace")
    .description("fill the past of a workspace in which no hour is closed yet")
    .addHelpText("after", "\nExample:\n  tidemark import slack slack-export.zip --workspace team");

  addReachOptions(
    from
      .command("lean-zulip")
      .description("import a table of messages: tab-separated timestamp, message, sender, channel, topic")
      .argument("<file>", "the table, plain or .gz"),
    "lean-zulip 2024.tsv.gz --workspace lean --through 2024-12-31T23",
  ).action((file: string, flags: ImportFlags) => runImport(() => leanZulipExport(file), flags));

  addReachOptions(
    from
      .command("rocketchat")
      .description("import what mongoexport gives of a Rocket.Chat server, one document to a line, plain or .gz")
      .requiredOption("--users <file>", "the collection users")
      .requiredOption("--rooms <file>", "the collection rocketchat_room")
      .requiredOption("--messages <file>", "the collection rocketchat_message")
      .option("--uploads <file>", "the collection rocketchat_uploads (default: uploads are not counted)"),
    "rocketchat --users users.json --rooms rooms.json --messages messages.json --workspace team",
  ).action((flags: ImportFlags & RocketchatFiles) => runImport(() => rocketchatExport(flags), flags));

  addReachOptions(
    from
      .command("slack")
      .description("import a Slack export: users.json, channels.json, a folder of days for each channel")
      .argument("<path>", "the export, a folder or the zip"),
    "slack slack-export.zip --workspace team",
  ).action((path: string, flags: ImportFlags) => runImport(() => slackExport(path), flags));

  addReachOptions(
    from
      .command("zulip")
      .description("import a Zulip export: realm.json, messages-*.json, attachment.json")
      .argument("<path>", "the unpacked folder, or a zip of it"),
    "zulip zulip-export --workspace team",
  ).action((path: string, flags: ImportFlags) => runImport(() => zulipExport(path), flags));
};
