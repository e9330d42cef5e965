import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { codeOf } from "../../functions/core/thrown.ts";
import { Mishap } from "../../local/mishap.ts";
import { addServerOptions, linesAsOperator, type ServerFlags } from "../server.ts";

interface Flags extends ServerFlags {
  readonly out?: string;
}

const run = async (workspace: string, flags: Flags): Promise<void> => {
  const pages = await linesAsOperator(flags, `/v1/workspaces/${encodeURIComponent(workspace)}/export`);
  if (flags.out === undefined) {
    for await (const page of pages) process.stdout.write(page);
    return;
  }
  try {
    // Not over another file: it may be the only copy of another export.
    await pipeline(pages, createWriteStream(flags.out, { flags: "wx" }));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    throw new Mishap(`${flags.out} is there already: name a new file.`, { cause: error });
  }
};

/** Adds `export`. */
export const addExport = (program: Command): void => {
  addServerOptions(
    program
      .command("export")
      .summary("write all that was published of a workspace")
      .description("write all that was published of a workspace: its settings, then a snapshot to a line")
      .argument("<workspace>", "which; its credentials file has to hold an operatorKey")
      .option("--out <file>", "a new file (default: standard output)"),
  )
    .addHelpText("after", "\nExample:\n  tidemark export demo --out demo.ndjson")
    .action(run);
};
