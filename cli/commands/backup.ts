import { type Command, Option } from "commander";
import { VERSION } from "../../functions/core/version.ts";
import { readSurroundings, variable } from "../../local/surroundings.ts";
import { grouped, terminal } from "../../local/terminal.ts";

interface Flags {
  readonly data?: string;
  readonly json: boolean;
}

const run = async (folder: string, { data, json }: Flags): Promise<void> => {
  const { backUp } = await import("../../local/backup/back-up.ts");
  const progress = terminal(process.stderr);
  const { totals, workspaces, madeAt } = await backUp({
    data: data ?? variable("TIDEMARK_DATA") ?? ".tidemark",
    to: folder,
    surroundings: readSurroundings(),
    version: VERSION,
    onProgress: progress.progress,
  });
  const publications = workspaces.reduce((sum, one) => sum + one.publications, 0);
  process.stdout.write(
    json
      ? `${JSON.stringify({ folder, madeAt, ...totals, workspaces })}\n`
      : `${folder}: ${grouped(totals.files)} files, ${grouped(totals.bytes)} bytes, ${grouped(publications)} publications, each file checked.\n`,
  );
};

/** Adds `backup`. */
export const addBackup = (program: Command): void => {
  program
    .command("backup")
    .summary("copy what a local runtime keeps")
    .description("copy what a local runtime keeps, as of one moment, into a new folder")
    .argument("<folder>", "one that is not there yet, or empty")
    .addOption(new Option("--data <folder>", "the local runtime's folder (default: TIDEMARK_DATA, or .tidemark)"))
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
The runtime may be running. Database, archive, credentials and the keys that ids are hashed with are copied and read again;
manifest.json, written last, names the size and sha256 of each file. The folder is for you alone (mode 700): it holds
secrets. Nothing is written over. A deployment has point-in-time recovery and versions in its bucket instead.

Example:
  tidemark backup tidemark-backup`,
    )
    .action(run);
};
