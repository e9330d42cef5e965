import { type Command } from "commander";
import { grouped, terminal } from "../../local/terminal.ts";

interface Flags {
  readonly data: string;
  readonly json: boolean;
}

const run = async (folder: string, { data, json }: Flags): Promise<void> => {
  const { restoreBackup } = await import("../../local/backup/restore.ts");
  const progress = terminal(process.stderr);
  const { totals, workspaces, madeAt } = await restoreBackup({ from: folder, data, onProgress: progress.progress });
  process.stdout.write(
    json
      ? `${JSON.stringify({ data, madeAt, ...totals, workspaces })}\n`
      : `${data}: ${grouped(totals.files)} files as of ${madeAt}.\nNext: npm start -- --data ${data}\n`,
  );
};

/** Adds `restore`. */
export const addRestore = (program: Command): void => {
  program
    .command("restore")
    .description("make a data folder of a backup")
    .argument("<folder>", "the backup")
    .requiredOption("--data <folder>", "one that is not there yet, or empty")
    .option("--json", "tell the result as JSON", false)
    .addHelpText(
      "after",
      `
Holds every file against the backup's manifest before it writes anything, and names the first that does not fit.
Nothing is written over, and a folder that a runtime uses is refused. What came after the backup is not in it: chat
servers send it again, or it is missing.

Example:
  tidemark restore tidemark-backup --data restored`,
    )
    .action(run);
};
